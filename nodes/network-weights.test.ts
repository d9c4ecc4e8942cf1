/** Weights from files: what torch wrote is what is loaded, and what is wrong with a file is said. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { modelsFor } from '../engine/models/models.ts'
import type { NetworkShape, NetworkValue, TensorValue } from '../engine/values/index.ts'
import { weightsOfAll } from '../engine/values/layers/graph.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { bytesOf } from '../host/models/onnx/protobuf.ts'
import { numbersOf, StateError } from '../host/models/state/bytes.ts'
import { readSafetensors } from '../host/models/state/safetensors.ts'
import { readTorch } from '../host/models/state/torch.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { withLayer } from './layers.ts'
import { networkWeights } from './network/weights.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const files = ['state.safetensors', 'state.pth', 'state-old.pth', 'state-wrapped.pt'] as const
const expected = JSON.parse(await readFile(join(fixtures, 'state-dicts.json'), 'utf8')) as Readonly<
  Record<string, readonly number[]>
>

let folder: string
let bench: NodeBench
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-weights-'))
  for (const file of [...files, 'state-module.pth', 'state-mixed.safetensors'])
    await copyFile(join(fixtures, file), join(folder, file))
  bench = await createNodeBench(folder)
})
afterEach(() => bench.device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const start = { name: 'input', type: 'input', from: [], set: { shape: [1, 5, 5] } } as const
function network(classes = 3, conv = 2): NetworkValue {
  let made: NetworkShape = { kind: 'network', layers: [start] }
  made = withLayer(made, { type: 'conv', set: { out: conv, kernel: 3 } }, 'conv1')
  made = withLayer(withLayer(made, { type: 'batchNorm' }, 'bn1'), { type: 'adaptiveAvgPool', set: { size: 1 } }, '')
  return withLayer(withLayer(made, { type: 'flatten' }, ''), { type: 'linear', set: { out: classes } }, 'fc')
}

const load = async (path: string, given = network(), params: object = {}) =>
  (await bench.run(networkWeights, { network: given }, { path, ...params })).network as NetworkValue

describe('what torch wrote', () => {
  test.each(files)('%s', async (path) => {
    const { weights, layers, source } = await load(path)
    const numbers = bench.device.read(weights as TensorValue)
    expect(source).toMatch(/^[0-9a-f]{64}$/)
    const all = weightsOfAll(layers)
    expect(all).toHaveLength(8)
    for (const { name, at, shape } of all)
      expect([...numbers.subarray(at, at + sizeOf(shape))], name).toEqual(expected[name])
  })

  test('half floats, bfloat16 and doubles become float32', async () => {
    const services = bench.services
    const { signal } = new AbortController()
    const { perform } = bench.device
    const models = modelsFor({ shelf: bench.device.shelf, services, signal, perform, progress: () => undefined })
    const row = await models.weights('state-mixed.safetensors', ['double', 'bfloat', 'half'])
    const wanted = ['double', 'bfloat', 'half'].flatMap((name) => expected[name] ?? [])
    expect([...bench.device.read(row)]).toEqual(wanted.map(Math.fround))
    const one = await models.weight('state-mixed.safetensors', 'bfloat')
    expect(one.shape).toEqual([2, 1])
  })
})

const cut = (bytes: Buffer, part: number): Buffer => bytes.subarray(0, Math.floor(bytes.length * part))

/** Reads every tensor; gives how many numbers there are. */
function readAll(file: string, content: Buffer): number {
  const bytes = bytesOf(content)
  const tensors = file.endsWith('.safetensors') ? readSafetensors(bytes) : readTorch(bytes)
  return tensors.reduce((sum, tensor) => sum + numbersOf(bytes, tensor).numbers.byteLength, 0)
}

describe('what does not fit', () => {
  test('weights of another network', async () => {
    const other = withLayer(network(), { type: 'linear', set: { out: 2 } }, 'more')
    await expect(load('state.pth', other)).rejects.toThrow(
      '"state.pth" has no weights for 2 of 10 places, among them more.weight, more.bias.',
    )
    await expect(load('state.pth', network(3, 4))).rejects.toThrow(
      'The weights "conv1.weight" of "state.pth" are 2 × 1 × 3 × 3; this network has 4 × 1 × 3 × 3 there.',
    )
    await expect(load('state.pth', network(3, 4))).rejects.toThrow(
      'All that differ: conv1.weight (2 × 1 × 3 × 3, 4 × 1 × 3 × 3 here), conv1.bias (2, 4 here)',
    )
    const renamed: NetworkValue = {
      kind: 'network',
      layers: network().layers.map((one) => ({ ...one, name: one.name.replace('fc', 'head') })),
    }
    await expect(load('state.pth', renamed)).rejects.toThrow(
      'among them head.weight, head.bias. Of what it has, this network has no place for fc.weight, fc.bias.',
    )
    await expect(load('state.pth', network(), { format: 'safetensors' })).rejects.toThrow('pytorch')
  })

  test('another number of classes leaves the last layer random', async () => {
    const { weights, layers } = await load('state.safetensors', network(7))
    const head = weightsOfAll(layers).find(({ name }) => name === 'fc.weight')
    expect((weights as TensorValue).shape).toEqual([head?.at])
  })

  test('a pickle that wants more than tensors', async () => {
    await expect(load('state-module.pth')).rejects.toThrow(
      'It wants torch.nn.modules.linear.Linear, and only tensors are made of such a file.',
    )
  })

  test('files that end too early', async () => {
    for (const file of files) {
      const whole = await readFile(join(fixtures, file))
      for (const part of [0.3, 0.6, 0.97])
        expect(() => readAll(file, cut(whole, part)), `${file} ${part}`).toThrow(StateError)
      expect(readAll(file, whole), file).toBeGreaterThan(0)
    }
  })

  const header = (text: string, length = BigInt(text.length)) => {
    const first = new DataView(new ArrayBuffer(8))
    first.setBigUint64(0, length, true)
    return Buffer.concat([new Uint8Array(first.buffer), Buffer.from(text), new Uint8Array(8)])
  }
  const entry = (given: object) => header(JSON.stringify({ a: given }))
  const lies: readonly (readonly [string, Buffer, RegExp])[] = [
    ['a length beyond the file', header('{}', 5000n), /claims 5000 bytes, and 10 are there/],
    ['a length beyond reason', header('{}', 0xffff_ffffn), /claims 4294967295 bytes, more than any has/],
    ['no JSON', header('{"a'), /no JSON/],
    ['other offsets', entry({ dtype: 'F32', shape: [2], data_offsets: [0, 4] }), /"a" of 2 cannot lie in 4 bytes/],
    [
      'offsets behind the end',
      entry({ dtype: 'F32', shape: [4], data_offsets: [0, 16] }),
      /ends 8 bytes after the file/,
    ],
    ['an unknown dtype', entry({ dtype: 'F4', shape: [2], data_offsets: [0, 1] }), /holds F4 numbers/],
    ['a negative side', entry({ dtype: 'F32', shape: [-2], data_offsets: [0, 8] }), /nothing sensible of "a"/],
  ]
  test.each(lies)('a safetensors header with %s', (_, bytes, words) => {
    expect(() => readAll('lie.safetensors', bytes)).toThrow(words)
  })

  test('a damaged file, by its path', async () => {
    await writeFile(join(folder, 'cut.pth'), cut(await readFile(join(fixtures, 'state.pth')), 0.5))
    await expect(load('cut.pth')).rejects.toThrow('"cut.pth" is incomplete: the list of its parts is missing.')
  })
})
