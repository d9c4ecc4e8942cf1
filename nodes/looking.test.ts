/** What networks of layers look at: against hooks in torch, over the same networks with the same weights. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ImageValue, NetworkValue, TensorValue } from '../engine/values/index.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import type { Dims } from '../engine/values/layers/layer.ts'
import { apartOf, noisePicture, smallNetworks, withWeights } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { architecture } from './network/architectures/index.ts'
import { networkAttention } from './network/attention.ts'
import { gradCam } from './network/grad-cam.ts'
import { placesOfAll } from './network-places.ts'

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

interface Truth {
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
    await expect(bench.run(gradCam, given, { layer: 'fc1' })).rejects.toThrow('"fc1" gives (120) has no places')
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
