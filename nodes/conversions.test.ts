/** The converters that are inserted on wires: each does what it says, and the right one is found. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeInfo } from '../engine/graph/catalogue.ts'
import { judgeWire } from '../engine/graph/convert.ts'
import type { ColourSpace, ImageShape } from '../engine/values/index.ts'
import { fits, type SocketSpec } from '../engine/values/socket.ts'
import { noise } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { catalogue } from './catalogue.ts'
import { convert } from './colour/convert.ts'

const infos = new Map(catalogue.map((node) => [node.type, nodeInfo(node)]))

const shapeOf = (space: ColourSpace, channels: number): ImageShape => ({
  kind: 'image',
  height: 3,
  width: 4,
  channels,
  space,
  alpha: channels === 4,
})

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench('.')
})
afterAll(() => bench.close())

test('every conversion gives what it promises', async () => {
  expect(convert.converts?.length).toBeGreaterThan(50)
  for (const { from, to, params, label } of convert.converts ?? []) {
    const shape = shapeOf(from.spaces?.[0] ?? 'rgb', from.channels?.[0] ?? 3)
    const image = await bench.device.image(shape, noise(12 * shape.channels, 3))
    const made = (await bench.run(convert, { image }, params)).image
    expect(made && fits({ socket: { type: 'image' }, shape: made }, to), label).toEqual({ ok: true })
    bench.device.clear()
  }
})

/** The input of a node, by its name. */
function input(ref: string): SocketSpec {
  const [type = '', port = ''] = ref.split('.')
  const socket = infos.get(type)?.inputs[port]
  if (!socket) throw new Error(`no input ${ref}`)
  return socket
}
const offer = (space: ColourSpace, channels: number) =>
  ({ socket: { type: 'image' }, shape: shapeOf(space, channels) }) as const

test.each([
  ['rgb', 3, 'colour/merge.first', 'RGB → gray'],
  ['lab', 3, 'colour/merge.first', 'Lab → gray'],
  ['rgb', 4, 'colour/merge.first', 'RGB → gray'],
  ['gray', 1, 'tensor/normalise.image', 'gray → RGB'],
  ['rgb', 4, 'tensor/normalise.image', 'RGB without opacity'],
  ['bgr', 4, 'tensor/normalise.image', 'BGR → RGB without opacity'],
  ['hsv', 3, 'tensor/normalise.image', 'HSV → RGB'],
  ['lab', 3, 'io/save-image.image', 'Lab → RGB'],
  ['bgr', 3, 'io/save-image.image', 'BGR → RGB'],
  ['linear', 4, 'io/save-image.image', 'linear RGB → RGB'],
  ['gray', 1, 'filter/median.image', undefined],
  ['data', 1, 'io/save-image.image', undefined],
  ['rgb', 3, 'tensor/normalise.image', undefined],
] as const)('%s of %i channels into %s: %s', (space, channels, port, label) => {
  const verdict = judgeWire(infos, offer(space, channels), input(port), 'image')
  if (!verdict.ok) throw new Error(verdict.problem.code)
  expect(verdict.converter?.label.toLowerCase()).toBe(label?.toLowerCase())
})

test.each([
  ['data', 3, 'tensor/normalise.image'],
  ['data', 2, 'io/save-image.image'],
  ['data', 1, 'colour/convert.image'],
] as const)('%s of %i channels into %s is refused', (space, channels, port) => {
  const verdict = judgeWire(infos, offer(space, channels), input(port), 'image')
  expect(verdict.ok ? 'ok' : verdict.problem.code).toBe('wire.type')
})
