/** What networks of layers look at: against hooks in torch, over the same networks with the same weights. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type {
  BoxesValue,
  ImageValue,
  NetworkValue,
  PlotValue,
  TableValue,
  TensorValue,
  Value,
} from '../engine/values/index.ts'
import { fieldsOfAll, pixelsOf, sizeOfSeen } from '../engine/values/layers/field.ts'
import { NetBuilder, weightsOfAll } from '../engine/values/layers/graph.ts'
import { type Dims, sizeOf } from '../engine/values/layers/layer.ts'
import { placesOfAll } from '../engine/values/layers/places.ts'
import { apartOf, noisePicture, smallNetworks, weightsByName, withWeights } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { activationMap } from './classify/activation-map.ts'
import { wiredKernel } from './filter/wired-kernel.ts'
import { networkActivations } from './network/activations.ts'
import { architecture } from './network/architectures/index.ts'
import { networkAttention } from './network/attention.ts'
import { gradCam } from './network/grad-cam.ts'
import { layerWeights } from './network/layer-weights.ts'
import { receptiveField } from './network/receptive-field.ts'
import { networkRun } from './network/run.ts'

interface Cam {
  readonly name: string
  readonly size: number
  readonly layer: string
  readonly rank: number
  readonly class: number
  readonly shape: readonly [number, number]
  readonly gradCam: readonly number[]
  readonly hiresCam: readonly number[]
}

interface Seen {
  readonly name: string
  readonly size: number
  readonly layer: string
  readonly row: number
  readonly column: number
  /** First and last row, first and last column. */
  readonly seen: readonly number[]
}

interface Told {
  readonly count: number
  readonly mean: number
  readonly deviation: number
  readonly least: number
  readonly most: number
  readonly zeros: number
  readonly histogram: readonly number[]
}

interface Truth {
  readonly fields: readonly Seen[]
  readonly influence: readonly number[]
  readonly activations: Readonly<Record<string, Told>>
  readonly cams: readonly Cam[]
  readonly attention: Readonly<
    Record<'vit_ti_16' | 'segformer_b0' | 'windows', Readonly<Record<string, readonly number[]>>>
  >
}

const truth = JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'looking.json'), 'utf8')) as Truth

let bench: NodeBench
beforeAll(async () => {
  bench = await createNodeBench(import.meta.dirname)
})
afterEach(() => bench.device.clear())
afterAll(() => bench.close())

/** Bilinear, as torch.nn.functional.interpolate enlarges without aligned corners; the same size stays as it is. */
function enlarged(map: readonly number[], [height, width]: readonly [number, number], size: number): readonly number[] {
  const taps = (at: number, from: number) => {
    const place = Math.max(0, ((at + 0.5) * from) / size - 0.5)
    const low = Math.min(Math.floor(place), from - 1)
    return { low, high: Math.min(low + 1, from - 1), by: place - low }
  }
  return Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [taps(Math.floor(i / size), height), taps(i % size, width)]
    const row = (v: number) => (map[v * width + x.low] ?? 0) * (1 - x.by) + (map[v * width + x.high] ?? 0) * x.by
    return row(y.low) * (1 - y.by) + row(y.high) * y.by
  })
}

/** Of ResNet-18 with the weights that follow from their names. */
const noiseWeights = (name: string, shape: Dims): Float32Array => {
  const layers = architecture('resnet18', 5, [3, 48, 48])
  const { at = 0 } = weightsOfAll(layers).find((one) => one.name === name) ?? {}
  return weightsByName(layers).subarray(at, at + sizeOf(shape))
}

const read = (value: unknown): ArrayLike<number> => bench.device.read(value as ImageValue)
const noise = (size: number) => noisePicture(bench, [3, size, size])
const how = { normalise: 'none' }

describe('Grad-CAM, as torch gives it', () => {
  test.each(truth.cams.map((cam) => [`${cam.name} ${cam.layer}`, cam] as const))(
    '%s',
    async (_, cam) => {
      const { name, size, layer, rank, shape } = cam
      const network = await withWeights(bench, name, architecture(name, 5, [3, size, size]))
      const given = { network, image: await noise(size) }
      for (const method of ['grad-cam', 'hires-cam'] as const) {
        const { map } = await bench.run(gradCam, given, { ...how, layer, rank, method })
        const wanted = enlarged(method === 'grad-cam' ? cam.gradCam : cam.hiresCam, shape, size)
        expect(apartOf(read(map), wanted), method).toBeLessThan(1e-4)
      }
      const { map } = await bench.run(gradCam, given, { ...how, layer, by: 'number', class: cam.class })
      expect(apartOf(read(map), enlarged(cam.gradCam, shape, size))).toBeLessThan(1e-4)
    },
    120_000,
  )

  test('a picture of another size has the map where the network saw it, and nothing beside', async () => {
    const network = await withWeights(bench, 'resnet18', architecture('resnet18', 5, [3, 48, 48]))
    const square = await noise(48)
    const { map } = await bench.run(gradCam, { network, image: square }, { ...how, layer: 'layer2.1.relu2' })
    const wide = await bench.device.image(
      { kind: 'image', height: 48, width: 80, channels: 3, space: 'data', alpha: false },
      Float32Array.from({ length: 48 * 80 * 3 }, (_, i) => {
        const [y, x] = [Math.floor(i / 240), Math.floor((i % 240) / 3)]
        return x < 16 || x >= 64 ? 0.5 : (read(square)[(y * 48 + x - 16) * 3 + (i % 3)] ?? 0)
      }),
    )
    const found = await bench.run(gradCam, { network, image: wide }, { ...how, layer: 'layer2.1.relu2' })
    const [own, over] = [read(map), read(found.map)]
    const wanted = Array.from({ length: 48 * 80 }, (_, i) => {
      const x = (i % 80) - 16
      return x < 0 || x >= 48 ? 0 : (own[Math.floor(i / 80) * 48 + x] ?? 0)
    })
    expect(apartOf(over, wanted)).toBeLessThan(1e-5)
  }, 60_000)

  test('what cannot be looked at is said', async () => {
    const network = await withWeights(bench, 'lenet5', architecture('lenet5', 5, [1, 28, 28]))
    const given = { network, image: await noisePicture(bench, [1, 28, 28]) }
    await expect(bench.run(gradCam, given, { layer: 'fc1' })).rejects.toThrow(
      'The output of layer "fc1" (120) cannot be laid over the picture',
    )
    await expect(bench.run(gradCam, given, { by: 'number', class: 5 })).rejects.toThrow('0 to 4')
    await expect(bench.run(networkAttention, given)).rejects.toThrow('ViT, DeiT, Swin or SegFormer')
  })
})

describe('attention, as torch gives it', () => {
  const built = async (name: string, shape: Dims): Promise<NetworkValue> => {
    const make = smallNetworks[name]
    if (!make) return withWeights(bench, name, architecture(name, name === 'segformer_b0' ? 1 : 5, shape))
    const net = new NetBuilder(shape)
    make(net)
    return withWeights(bench, name, net.layers)
  }

  test('by layer and head, and rollout', async () => {
    const [network, image] = [await built('vit_ti_16', [3, 48, 48]), await noise(48)]
    const { third = [], mean = [], place = [], rollout = [], rolloutOfPlace = [] } = truth.attention.vit_ti_16
    const look = (params: object) => bench.run(networkAttention, { network, image }, { ...how, ...params })
    for (const head of [1, 2, 3]) {
      const { map } = await look({ layer: 'blocks.3.attn', head })
      expect(
        apartOf(read(map), enlarged(third.slice(9 * head - 9, 9 * head), [3, 3], 48)),
        `head ${head}`,
      ).toBeLessThan(1e-4)
    }
    const last = await look({})
    expect(apartOf(read(last.map), enlarged(mean, [3, 3], 48))).toBeLessThan(1e-4)
    expect(apartOf(read(last.rollout), enlarged(rollout, [3, 3], 48))).toBeLessThan(1e-4)
    expect((last.shares as TensorValue).shape).toEqual([1, 3, 10, 10])
    expect((last.grid as ImageValue).height).toBe(12 * 13 - 1)
    expect((last.grid as ImageValue).width).toBe(3 * 13 - 1)
    const from = await look({ from: 'place', x: 40, y: 20, head: 2 })
    expect(apartOf(read(from.map), enlarged(place, [3, 3], 48))).toBeLessThan(1e-4)
    expect(apartOf(read(from.rollout), enlarged(rolloutOfPlace, [3, 3], 48))).toBeLessThan(1e-4)
  }, 60_000)

  test('of queries at more places than keys', async () => {
    const [network, image] = [await built('segformer_b0', [3, 96, 96]), await noise(96)]
    const { first = [], last = [] } = truth.attention.segformer_b0
    const layer = 'segformer.encoder.block.0.0.attention.self.attention'
    const one = await bench.run(
      networkAttention,
      { network, image },
      { ...how, layer, head: 1, from: 'place', x: 41, y: 29 },
    )
    expect(apartOf(read(one.map), enlarged(first, [3, 3], 96))).toBeLessThan(1e-4)
    expect(one.rollout).toBeUndefined()
    const other = await bench.run(
      networkAttention,
      { network, image },
      { ...how, head: 5, from: 'place', x: 70, y: 10 },
    )
    expect(apartOf(read(other.map), enlarged(last, [3, 3], 96))).toBeLessThan(1e-4)
  }, 60_000)

  test('within windows, and within shifted ones', async () => {
    const network = await built('windows', [4, 6, 9])
    const image = await noisePicture(bench, [4, 6, 9])
    const { plain, shifted } = truth.attention.windows
    const look = async (params: object) =>
      read((await bench.run(networkAttention, { network, image }, { ...how, from: 'place', ...params })).map)
    expect(apartOf(await look({ layer: 'plain', head: 2, x: 7, y: 4 }), plain ?? [])).toBeLessThan(1e-4)
    expect(apartOf(await look({ layer: 'shifted', head: 1, x: 8, y: 0 }), shifted ?? [])).toBeLessThan(1e-4)
  }, 60_000)
})

describe('where the numbers of a layer lie', () => {
  test('of channels that are shuffled, patches that are merged, and tokens', () => {
    const at = (name: string, size: number, layer: string) => {
      const layers = architecture(name, 5, [3, size, size])
      const places = placesOfAll(layers)[layers.findIndex((one) => one.name === layer)]
      return places && `${places.axes.join('')} ${places.channels} ${places.height}x${places.width}+${places.before}`
    }
    expect(at('shufflenet_v2_x0_5', 64, 'stage2.0.shuffled')).toBe('CHW 48 8x8+0')
    expect(at('swin_t', 224, 'features.7.1.add_2')).toBe('HWC 768 7x7+0')
    expect(at('deit_ti_16', 48, 'norm')).toBe('NC 192 3x3+2')
    expect(at('segformer_b0', 96, 'decode_head.linear_c.3.turned')).toBe('CN 256 3x3+0')
    expect(at('resnet18', 48, 'fc')).toBeUndefined()
  })
})

describe('receptive fields', () => {
  test.each(truth.fields.map((one) => [`${one.name} ${one.layer}`, one] as const))(
    '%s, where torch has a gradient',
    (_, one) => {
      const { name, size, layer, row, column, seen } = one
      const layers = architecture(name, 5, [3, size, size])
      const field = fieldsOfAll(layers)[layers.findIndex((each) => each.name === layer)]
      if (!field || field === 'all') throw new Error(`${field} is seen`)
      const within = ([first, last]: readonly [number, number]) => [Math.max(0, first), Math.min(size - 1, last)]
      expect([...within(pixelsOf(field[0], row)), ...within(pixelsOf(field[1], column))]).toEqual(seen)
    },
  )

  // Araujo, Norris and Sim 2019, table 1.
  test.each([
    ['alexnet', 'features.12', 195],
    ['vgg16', 'features.30', 212],
    ['mobilenet_v1', 'blocks.4.1.bn2', 315],
  ])('%s, as published', (name, layer, size) => {
    const layers = architecture(name, 5, [3, 224, 224])
    const field = fieldsOfAll(layers)[layers.findIndex((each) => each.name === layer)]
    expect(field === 'all' || !field ? field : sizeOfSeen(field[0])).toBe(size)
  })

  test('what is enlarged sees more than its own pixels, and statistics see everything', () => {
    const net = new NetBuilder([2, 8, 8])
    const small = net.add('pool', 'maxPool', [0], { kernel: 2 })
    net.add('near', 'upsample', [small], { scale: 2 })
    net.add('up', 'convTranspose', [small], { out: 2, kernel: 2, stride: 2 })
    net.add('norm', 'groupNorm', [small], { groups: 1 })
    net.add('flat', 'flatten', [small])
    const fields = fieldsOfAll(net.layers)
    const seen = (at: number, place: number) => {
      const field = fields[at]
      return field === 'all' || !field ? field : pixelsOf(field[0], place)
    }
    // Each pixel of the result is made of the two pixels that were pooled: at most one to either side of its own.
    for (const at of [2, 3])
      for (const place of [4, 5]) {
        const [first, last] = seen(at, place) as readonly [number, number]
        expect(first).toBeLessThanOrEqual(4)
        expect(last).toBeGreaterThanOrEqual(5)
        expect(last - first).toBeLessThanOrEqual(2)
      }
    expect([seen(4, 0), seen(5, 0)]).toEqual(['all', 'all'])
  })

  test('a box over the picture, and how much each pixel counts', async () => {
    const network = await withWeights(bench, 'resnet18', architecture('resnet18', 5, [3, 48, 48]))
    const given = { ...how, layer: 'layer1.0.bn1', x: 4 * 4 + 1, y: 4 * 5 + 3 }
    const { boxes, map } = await bench.run(receptiveField, { network, image: await noise(48) }, given)
    // 7 × 7 with stride 2, 3 × 3 with stride 2, and 3 × 3: 19 pixels, and 4 · 4 and 4 · 5 in the middle.
    expect([...bench.device.read((boxes as BoxesValue).boxes)]).toEqual([16 - 9, 20 - 9, 16 + 10, 20 + 10])
    expect(apartOf(read(map), truth.influence)).toBeLessThan(1e-4)
  }, 60_000)
})

test('what layers give, as NumPy counts it', async () => {
  const network = await withWeights(bench, 'resnet18', architecture('resnet18', 5, [3, 48, 48]))
  const image = await noise(48)
  for (const [layer, told] of Object.entries(truth.activations)) {
    const made = await bench.run(networkActivations, { network, image }, { ...how, layer, bins: 8 })
    const { columns, rows } = made.table as TableValue
    const row = rows.find(([name]) => name === layer) ?? []
    const value = (column: string): number => Number(row[columns.indexOf(column)])
    expect(value('numbers'), layer).toBe(told.count)
    for (const name of ['mean', 'deviation', 'least', 'most', 'zeros'] as const)
      expect(Math.abs(value(name) - told[name]), `${layer} ${name}`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(told.most)),
      )
    const counts = (made.histogram as PlotValue).series[0]?.values ?? []
    // A number at the edge of a step may fall on either side of it.
    const moved = told.histogram.reduce((sum, count, i) => sum + Math.abs(count - (counts[i] ?? 0)), 0)
    expect(moved, layer).toBeLessThanOrEqual(2)
  }
}, 60_000)

describe('weights', () => {
  test('by name, and a filter as a kernel that filters a picture as the layer does', async () => {
    const network = await withWeights(bench, 'resnet18', architecture('resnet18', 5, [3, 48, 48]))
    const { weights, kernel } = await bench.run(layerWeights, { network }, { filter: 3, channel: 1 })
    expect((weights as TensorValue).shape).toEqual([64, 3, 7, 7])
    const numbers = [...noiseWeights('conv1.weight', [64, 3, 7, 7])]
    expect([...bench.device.read(weights as TensorValue)]).toEqual(numbers)
    expect([...bench.device.read(kernel as TensorValue)]).toEqual(numbers.slice((3 * 3 + 1) * 49, (3 * 3 + 2) * 49))
    const summed = await bench.run(layerWeights, { network }, { filter: 3 })
    const wanted = Array.from({ length: 49 }, (_, i) =>
      [0, 1, 2].reduce((sum, c) => sum + (numbers[(3 * 3 + c) * 49 + i] ?? 0), 0),
    )
    expect(apartOf(bench.device.read(summed.kernel as TensorValue), wanted)).toBeLessThan(1e-6)
    const image = await bench.device.image(
      { kind: 'image', height: 9, width: 9, channels: 1, space: 'gray', alpha: false, range: [0, 1] },
      Float32Array.from({ length: 81 }, (_, i) => (i === 40 ? 1 : 0)),
    )
    const { image: filtered } = await bench.run(wiredKernel, { image, kernel: summed.kernel as TensorValue })
    // Of one bright pixel, correlation gives the kernel turned around.
    const turned = Array.from(
      { length: 49 },
      (_, i) => read(filtered)[(1 + Math.floor(i / 7)) * 9 + 1 + (i % 7)] ?? 0,
    ).reverse()
    expect(apartOf(turned, wanted)).toBeLessThan(1e-5)
    await expect(bench.run(layerWeights, { network }, { name: 'conv9' })).rejects.toThrow('It has conv1.weight')
  })

  test('of the last layer, they make a class activation map whose mean is the score', async () => {
    const network = await withWeights(bench, 'resnet18', architecture('resnet18', 5, [3, 64, 64]))
    const image = await noise(64)
    const { tensor, 'layer4.1.relu2': features } = await bench.run(
      networkRun,
      { network, image },
      { ...how, taps: 'layer4.1.relu2' },
    )
    const { weights } = await bench.run(layerWeights, { network }, { name: 'fc.weight' })
    const given = { image, features, weights, scores: tensor } as Readonly<Record<string, Value>>
    const { map } = await bench.run(activationMap, given)
    const scores = [...bench.device.read(tensor as TensorValue)]
    const bias = [...noiseWeights('fc.bias', [5])]
    const best = scores.indexOf(Math.max(...scores))
    const cam = read(map)
    const mean = Array.from(cam).reduce((a, b) => a + b, 0) / cam.length
    expect(mean).toBeCloseTo((scores[best] ?? 0) - (bias[best] ?? 0), 4)
  })
})
