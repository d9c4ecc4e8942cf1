/** Layers that show what they make of a picture: each computes itself alone, and comes to what the whole network comes to. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { NetworkValue, TensorValue, Value } from '../engine/values/index.ts'
import { rasterOf } from '../engine/values/index.ts'
import { apartOf, noisePicture } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { gridNumbers } from './map-grid.ts'
import { networkInput } from './network/input.ts'
import { layerActivation } from './network/layer-activation.ts'
import { layerConvolution } from './network/layer-convolution.ts'
import { layerFlatten } from './network/layer-flatten.ts'
import { layerJoin } from './network/layer-join.ts'
import { layerLinear } from './network/layer-linear.ts'
import { layerSqueezeExcite } from './network/layer-squeeze-excite.ts'
import { networkRun } from './network/run.ts'

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
}, 240_000)
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

const made = async (node: NodeDefinition, inputs: Readonly<Record<string, Value>>, params: object = {}) =>
  (await bench.run(node, inputs, { ...params })).network as NetworkValue

const maps = ({ maps: given }: NetworkValue): number[] => [...bench.device.read(given as TensorValue)]

describe('a picture at the input of a network', () => {
  test('every layer has its maps, as the whole network gives them', async () => {
    const image = await noisePicture(bench, [2, 8, 8])
    const how = { normalise: 'none' }
    const begun = await made(networkInput, { image }, { shape: [2, 8, 8], ...how })
    const conv = await made(layerConvolution, { network: begun }, { channels: 4, name: 'conv' })
    const relu = await made(layerActivation, { network: conv }, { name: 'relu' })
    const gated = await made(layerSqueezeExcite, { network: relu }, { squeezed: 2, name: 'se' })
    const other = await made(layerConvolution, { network: relu }, { channels: 4, name: 'other' })
    const joined = await made(layerJoin, { network: gated, other }, { name: 'sum' })
    const flat = await made(layerFlatten, { network: joined }, { name: 'flat' })
    const linear = await made(layerLinear, { network: flat }, { name: 'fc' })
    const all = { conv, relu, se: gated, other, sum: joined, flat, fc: linear }
    const run = await bench.run(networkRun, { network: linear, image }, { ...how, taps: Object.keys(all).join(', ') })
    for (const [name, network] of Object.entries(all)) {
      expect(network.maps?.shape, name).toEqual((run[name] as TensorValue).shape)
      expect(apartOf(maps(network), [...bench.device.read(run[name] as TensorValue)]), name).toBeLessThan(1e-6)
      expect(rasterOf(network), name).toBe(network.grid)
    }
    expect(maps(begun)).toEqual([...bench.device.read(begun.picture as TensorValue)])
  }, 120_000)

  test('without one nothing is computed', async () => {
    const begun = await made(networkInput, {}, { shape: [2, 8, 8] })
    const conv = await made(layerConvolution, { network: begun }, { channels: 4 })
    expect(conv.maps).toBeUndefined()
    expect(rasterOf(conv)).toBeUndefined()
  })
})

describe('maps side by side', () => {
  test('each from its smallest number to its largest, a pixel apart', () => {
    const { size, numbers } = gridNumbers([1, 2, 3, 5, 10, 10, 10, 20], [1, 2, 2, 2])
    expect(size).toEqual([2, 5])
    expect([...numbers]).toEqual([0, 0.25, 0, 0, 0, 0.5, 1, 0, 0, 1])
  })

  test('many and large ones are thinned out, and a row of numbers has several lines', () => {
    expect(gridNumbers(new Float32Array(100 * 300 * 300), [1, 100, 300, 300]).size).toEqual([8 * 76 - 1, 8 * 76 - 1])
    expect(gridNumbers(new Float32Array(1000), [1, 1000]).size).toEqual([32, 32])
    expect(gridNumbers(new Float32Array(10), [1, 10]).size).toEqual([1, 10])
    expect(gridNumbers(new Float32Array(197 * 64), [1, 197, 64]).size).toEqual([197, 64])
  })
})
