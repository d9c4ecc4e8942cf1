/** Looking into layers that run, and files of networks: both by ONNX Runtime and the readers that everybody's files go through. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { modelsFor } from '../engine/models/models.ts'
import type { NetworkValue, TensorValue } from '../engine/values/index.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import { apartOf, noisePicture, withWeights } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { networkExport } from './network/export.ts'
import { networkRun } from './network/run.ts'
import { networkWeights } from './network/weights.ts'

let folder: string
let bench: NodeBench
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-networks-'))
  bench = await createNodeBench(folder)
})
afterEach(() => bench.device.clear())
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const side = 6
/** conv1 (2 maps), relu1, flatten1 and fc of a picture of one channel. */
async function small(): Promise<NetworkValue> {
  const net = new NetBuilder([1, side, side])
  const relu = net.add('block.relu1', 'relu', [net.add('block.conv1', 'conv', [0], { out: 2, kernel: 3, padding: 1 })])
  net.add('fc', 'linear', [net.add('flatten1', 'flatten', [relu])], { out: 3 })
  return withWeights(bench, 'small', net.layers)
}

/** The same by plain loops, as the formula of a convolution says. */
function convolved(picture: ArrayLike<number>, weights: ArrayLike<number>): number[] {
  const out: number[] = []
  for (let o = 0; o < 2; o++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        let sum = weights[18 + o] ?? 0
        for (let i = -1; i <= 1; i++)
          for (let j = -1; j <= 1; j++)
            if (y + i >= 0 && y + i < side && x + j >= 0 && x + j < side)
              sum += (picture[(y + i) * side + x + j] ?? 0) * (weights[o * 9 + (i + 1) * 3 + j + 1] ?? 0)
        out.push(sum)
      }
  return out
}

describe('layers that are looked into', () => {
  test('give what the formula gives, beside the result', async () => {
    const network = await small()
    const image = await noisePicture(bench, [1, side, side])
    const taps = 'block.conv1, block.relu1, input'
    const made = await bench.run(networkRun, { network, image }, { normalise: 'none', taps })
    const read = (name: string) => bench.device.read(made[name] as TensorValue)
    const picture = bench.device.read(image)
    const sums = convolved(picture, bench.device.read(network.weights as TensorValue))
    expect(Object.keys(made)).toEqual(['block.conv1', 'block.relu1', 'input', 'tensor', 'labels'])
    expect(apartOf(read('block.conv1'), sums)).toBeLessThan(1e-6)
    expect(
      apartOf(
        read('block.relu1'),
        sums.map((v) => Math.max(0, v)),
      ),
    ).toBeLessThan(1e-6)
    expect([...read('input')]).toEqual([...picture])
    expect((made['block.conv1'] as TensorValue).axes.join('')).toBe('NCHW')
    const plain = await bench.run(networkRun, { network, image }, { normalise: 'none' })
    expect([...read('tensor')]).toEqual([...bench.device.read(plain.tensor as TensorValue)])
  })

  test('their shapes are known before, and a layer that is not there is refused with those that are', async () => {
    const network = await small()
    const image = await noisePicture(bench, [1, side, side])
    const shapes = await bench.shape(networkRun, { network, image }, { taps: 'block.relu1' })
    expect(shapes['block.relu1']).toEqual({ kind: 'tensor', shape: [1, 2, 6, 6], axes: ['N', 'C', 'H', 'W'] })
    await expect(bench.shape(networkRun, { network, image }, { taps: 'relu1' })).rejects.toThrow(
      'The network has no layer "relu1". It has block.relu1, and others',
    )
    await expect(bench.shape(networkRun, { network, image }, { taps: 'labels' })).rejects.toThrow('labels')
  })
})

describe('files', () => {
  test('an .onnx file gives what the network gives', async () => {
    const network = await small()
    const image = await noisePicture(bench, [1, side, side])
    await bench.run(networkExport, { network }, { path: 'small.onnx' })
    const { tensor } = await bench.run(networkRun, { network, image }, { normalise: 'none' })
    const description = await bench.models.describe('small.onnx')
    expect(description.inputs.map(({ name, shape }) => [name, shape])).toEqual([['input', ['N', 1, 6, 6]]])
    expect(description.weights?.map(({ name }) => name)).toContain('block.conv1.weight')
    const input = await bench.device.ops.toTensor(image, { axes: 'NCHW' })
    const { signal } = new AbortController()
    const { services, device } = bench
    const models = modelsFor({
      ...{ shelf: device.shelf, services, signal },
      perform: device.perform,
      progress: () => undefined,
    })
    const { output } = await models.run('small.onnx', { input })
    expect([...bench.device.read(output as TensorValue)]).toEqual([...bench.device.read(tensor as TensorValue)])
  })

  test('a .safetensors file holds the same weights by PyTorch’s names', async () => {
    const network = await small()
    await bench.run(networkExport, { network }, { path: 'small.safetensors' })
    const { weights: _, ...bare } = network
    const read = (await bench.run(networkWeights, { network: bare }, { path: 'small.safetensors' })).network
    const numbers = (value: unknown) => [...bench.device.read((value as NetworkValue).weights as TensorValue)]
    expect(numbers(read)).toEqual(numbers(network))
    const bytes = await readFile(join(folder, 'small.safetensors'))
    const length = Number(bytes.readBigUInt64LE(0))
    expect(length % 8).toBe(0)
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))['fc.bias']).toEqual({
      ...{ dtype: 'F32', shape: [3], data_offsets: [4 * 236, 4 * 239] },
    })
  })

  test('another ending is refused, and nothing is written', async () => {
    const network = await small()
    await writeFile(join(folder, 'kept.pt'), 'mine')
    await expect(bench.run(networkExport, { network }, { path: 'kept.pt' })).rejects.toThrow('.pt')
    expect(await readFile(join(folder, 'kept.pt'), 'utf8')).toBe('mine')
  })
})
