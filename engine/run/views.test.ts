import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDevices, type TestDevice } from '../../host/testing/cpu.ts'
import { flatten } from '../graph/topology.ts'
import type { PreviewItem, View } from '../protocol/messages.ts'
import { Definitions } from './definitions.ts'
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
