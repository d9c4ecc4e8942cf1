import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { flatten } from '../graph/topology.ts'
import { diverging, labelColours } from '../ops/preview/colours.ts'
import type { View } from '../protocol/messages.ts'
import type { PreviewItem } from '../protocol/reports.ts'
import type { ImageValue, TensorValue } from '../values/index.ts'
import { Definitions } from './definitions.ts'
import { Painter } from './paint.ts'
import { sightsOf } from './sights.ts'
import { graphOf, Log, testingNodes } from './testing.ts'
import { Views } from './views.ts'

let device: TestDevice
beforeAll(async () => {
  const { single, threads } = await createTestDevices()
  await threads.close()
  device = single
})
afterAll(() => device.close())

const owner = { footprint: 0, hold() {}, drop() {} }

it('makes a quick frame smaller, but not what is shown in full: it is not sent again', async () => {
  const sent: PreviewItem[] = []
  const machine = { devices: device.devices }
  const views = new Views(
    machine,
    ({ items }) => sent.push(...items),
    (_, problem) => expect(problem).toBeUndefined(),
  )
  const look = { width: 512, height: 512, display: { mode: 'auto', flag: false } } as const
  const asked: readonly View[] = [
    { id: 'quick', node: 'one', port: 'image', ...look },
    { id: 'whole', node: 'photo', port: 'image', ...look },
  ]
  views.set(asked)
  const nodes = { photo: 'test/image', one: 'test/gain' }
  const { catalogue } = new Definitions(testingNodes(new Log()))
  views.follow(sightsOf(flatten(graphOf(nodes, ['photo.image > one.image']), catalogue), asked))
  const value = await device.noise(800, 800, 3)
  const { store: _, ...shape } = value
  views.show({ node: 'one', port: 'image' }, { given: { value, owner }, quality: 'draft', shape })
  views.show({ node: 'photo', port: 'image' }, { given: { value, owner }, quality: 'full', shape })
  await views.flush(1)
  expect(sent.map(({ view, width }) => [view, width])).toEqual([
    ['quick', 256],
    ['whole', 512],
  ])
  // Another view of an output in view needs no new plan; a view of another output does.
  expect(views.set([...asked, { id: 'viewer', node: 'photo', port: 'image', ...look }])).toBe(false)
  await views.flush(1)
  expect(sent.slice(2).map(({ view, node }) => [view, node])).toEqual([['viewer', 'photo']])
  expect(views.set([{ id: 'viewer', node: 'one', port: 'image', ...look }])).toBe(true)
  expect(views.shown({ node: 'photo', port: 'image' })).toEqual([])
  await views.close()
  device.clear()
})

it('shows a label map in colours of its own and by nearest pixels, whatever a view asks for', async () => {
  const painter = new Painter()
  const numbers = Int32Array.from({ length: 64 * 64 }, (_, i) => (i % 2 === 0 ? 3 : 5))
  const shape = { kind: 'tensor', shape: [64, 64], axes: ['H', 'W'], dtype: 'int32' } as const
  const labels = (await device.ops.fromNumbers({ shape, numbers })) as TensorValue
  const value = { kind: 'labelmap', height: 64, width: 64, names: [], labels } as const
  const display = { mode: 'viridis', range: [0, 9], flag: false } as const
  const paint = (width: number) =>
    painter.paint(
      device.ops,
      { value, shape: { kind: 'labelmap', height: 64, width: 64 }, quality: 'full' },
      { id: 'labels', node: 'one', port: 'image', width, height: width, display: { ...display, range: [0, 9] } },
    )
  const colours = ({ pixels }: { pixels: Uint8Array }) =>
    new Set(
      Array.from({ length: pixels.length / 4 }, (_, i) =>
        Buffer.from(pixels.subarray(4 * i, 4 * i + 3)).toString('hex'),
      ),
    )
  const own = [3, 5].map((label) => Buffer.from(labelColours().subarray(3 * label, 3 * label + 3)).toString('hex'))
  for (const width of [64, 23, 500]) {
    const painted = await paint(width)
    expect(painted.display.mode).toBe('labels')
    expect(colours(painted)).toEqual(new Set(own))
  }
  device.clear()
})

it('subtracts what another view shows: true numbers, signed, and only results of one state', async () => {
  const sent: PreviewItem[] = []
  const tails: Uint8Array[] = []
  const views = new Views(
    { devices: device.devices },
    ({ items }, pixels) => {
      sent.push(...items)
      tails.push(...pixels)
    },
    (_, problem) => expect(problem).toBeUndefined(),
  )
  const look = {
    width: 2,
    height: 1,
    display: { mode: 'auto', flag: false, range: [-0.25, 0.25] as [number, number] },
  } as const
  const asked: readonly View[] = [
    { id: 'a', node: 'one', port: 'image', ...look },
    { id: 'b', node: 'photo', port: 'image', ...look },
    { id: 'apart', node: 'one', port: 'image', ...look, minus: { node: 'photo', port: 'image' } },
  ]
  views.set(asked)
  const { catalogue } = new Definitions(testingNodes(new Log()))
  const graph = graphOf({ photo: 'test/image', one: 'test/gain' }, ['photo.image > one.image'])
  views.follow(sightsOf(flatten(graph, catalogue), asked))
  // Beyond the nominal range, where displayed colours would be clipped and alike.
  const shape = { kind: 'image', width: 2, height: 1, channels: 1, space: 'gray', alpha: false, range: [0, 1] } as const
  const image = async (numbers: readonly number[]) =>
    (await device.ops.fromNumbers({ shape, numbers: Float32Array.from(numbers) })) as ImageValue
  const [a, b] = [await image([1.5, 1.25]), await image([1.25, 1.5])]
  views.show({ node: 'one', port: 'image' }, { given: { value: a, owner }, quality: 'full', shape })
  views.show({ node: 'photo', port: 'image' }, { given: { value: b, owner }, quality: 'draft', shape })
  await views.flush(1)
  expect(sent.map(({ view }) => view)).toEqual(['a', 'b'])
  views.show({ node: 'photo', port: 'image' }, { given: { value: b, owner: { ...owner } }, quality: 'full', shape })
  await views.flush(1)
  const at = sent.findIndex(({ view }) => view === 'apart')
  expect(sent[at]?.display).toMatchObject({ mode: 'diverging', range: [-0.25, 0.25] })
  const [high, low] = [diverging.subarray(3 * 255, 3 * 256), diverging.subarray(0, 3)]
  expect([...(tails[at] ?? [])]).toEqual([...high, 255, ...low, 255])
  await views.close()
  device.clear()
})
