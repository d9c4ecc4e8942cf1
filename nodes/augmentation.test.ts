/** Augmentations against torchvision's with the same random numbers (fixtures/augmentation.py), their nodes, and trainings with them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { augmented } from '../engine/models/augmentation/batch.ts'
import { blurred, brighter, contrasted, hueTurned, saturated } from '../engine/models/augmentation/colours.ts'
import { beta, boxAt, cutMixed, mixedUp } from '../engine/models/augmentation/mixing.ts'
import type { Planes } from '../engine/models/augmentation/planes.ts'
import { type Operation, operated, operations } from '../engine/models/augmentation/rand-augment.ts'
import { drawStep, windowFor } from '../engine/models/augmentation/steps.ts'
import { cropped, rotation, type Sampling, warped } from '../engine/models/augmentation/warp.ts'
import type {
  AugmentationStep,
  AugmentationValue,
  ImageValue,
  NetworkValue,
  NumberValue,
  TensorValue,
} from '../engine/values/index.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import { noiseOf } from '../host/testing/layers.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { augmentCutMix } from './augment/cutmix.ts'
import { augmentFlip } from './augment/flip.ts'
import { augmentMixup } from './augment/mixup.ts'
import { augmentRotation } from './augment/rotation.ts'
import { networkTrain } from './network/train.ts'
import { randomOf } from './random.ts'

type Made = Readonly<Record<string, readonly number[]>>
interface Truth
  extends Readonly<
    Record<
      'rotate' | 'crop' | 'brightness' | 'contrast' | 'contrastGray' | 'saturation' | 'hue' | 'blur' | 'operations',
      Made
    >
  > {
  readonly mixUp: { readonly lambda: number; readonly numbers: readonly number[]; readonly shares: readonly number[] }
  readonly cutMix: readonly {
    readonly x: number
    readonly y: number
    readonly lambda: number
    readonly numbers: readonly number[]
    readonly own: number
  }[]
}
const truth = JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'augmentation.json'), 'utf8')) as Truth

/** From 0 to 1, as in the fixture. */
const half = (name: string, ...shape: readonly number[]): Float32Array =>
  noiseOf(name, shape).map((v) => Math.fround(v + 1) / 2)
const picture: Planes = { channels: 3, height: 7, width: 9, numbers: half('picture', 3, 7, 9) }
const gray: Planes = { channels: 1, height: 7, width: 9, numbers: half('gray', 1, 7, 9) }
const eight: Planes = { ...picture, numbers: picture.numbers.map((v) => Math.round(v * 255) / 255) }

const apart = (made: ArrayLike<number>, wanted: readonly number[]): number => {
  expect(made.length).toBe(wanted.length)
  return Math.max(...wanted.map((v, i) => Math.abs(v - (made[i] ?? Number.NaN))))
}

describe('as torchvision has it, with the same random numbers', () => {
  const words = (key: string): readonly number[] => key.split(' ').map(Number)
  const ways: readonly (readonly [keyof Truth, (key: string) => Planes])[] = [
    ['rotate', (key) => warped(picture, rotation(Number.parseFloat(key)), key.split(' ')[1] as Sampling)],
    [
      'crop',
      (key) => {
        const [top = 0, left = 0, height = 1, width = 1] = words(key)
        return cropped(picture, { top, left, height, width })
      },
    ],
    ['brightness', (key) => brighter(picture, Number(key))],
    ['contrast', (key) => contrasted(picture, Number(key))],
    ['contrastGray', (key) => contrasted(gray, Number(key))],
    ['saturation', (key) => saturated(picture, Number(key))],
    ['hue', (key) => hueTurned(picture, Number(key))],
    ['blur', (key) => blurred(picture, words(key)[0] ?? 3, words(key)[1] ?? 1)],
    [
      'operations',
      (key) => {
        const [operation, magnitude, sign] = key.split(' ')
        const given = operation === 'posterize' || operation === 'equalize' ? eight : picture
        return operated(given, operation as Operation, Number(magnitude), Number(sign) as 1 | -1)
      },
    ],
  ]
  test.each(ways)('%s', (name, make) => {
    for (const [key, wanted] of Object.entries(truth[name] as Made))
      expect(apart(make(key).numbers, wanted), key).toBeLessThan(2e-6)
  })

  test('all fourteen operations of RandAugment are held', () => {
    expect(operations).toHaveLength(14)
    expect(new Set(Object.keys(truth.operations).map((key) => key.split(' ')[0]))).toEqual(new Set(operations))
  })

  test('Mixup and CutMix', () => {
    const batch = half('batch', 3, 2, 6, 8)
    const { lambda, numbers, shares } = truth.mixUp
    expect(apart(mixedUp(batch, 3, lambda).numbers, numbers)).toBeLessThan(1e-6)
    expect(apart(mixedUp(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3, lambda).numbers, shares)).toBeLessThan(1e-6)
    const sides = { height: 6, width: 8 }
    for (const wanted of truth.cutMix) {
      const made = cutMixed(batch, 3, sides, boxAt(wanted.x, wanted.y, wanted.lambda, sides))
      expect(apart(made.numbers, wanted.numbers)).toBeLessThan(1e-6)
      expect(made.own).toBeCloseTo(wanted.own, 12)
    }
  })
})

describe('what is drawn', () => {
  const random = randomOf('test')
  const many = (of: () => number): readonly number[] => Array.from({ length: 4000 }, of)
  const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length

  test.each([0.2, 1, 3])('Beta(%d, same) has its mean and variance', (alpha) => {
    const all = many(() => beta(alpha, random))
    expect(mean(all)).toBeCloseTo(0.5, 1)
    // Var = 1 / (4 (2α + 1))
    expect(mean(all.map((v) => (v - 0.5) ** 2)) * 4 * (2 * alpha + 1)).toBeCloseTo(1, 0.7)
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...all)).toBeLessThanOrEqual(1)
  })

  test('crops lie in the picture, with area and shape in their ranges', () => {
    const set = { least: 0.2, most: 0.6, leastRatio: 0.75, mostRatio: 4 / 3 }
    const all = Array.from({ length: 500 }, () => windowFor(set, random, { height: 40, width: 60 }))
    for (const { top, left, height, width } of all) {
      expect(top + height).toBeLessThanOrEqual(40)
      expect(left + width).toBeLessThanOrEqual(60)
      expect(Math.abs(width / height - 1.04)).toBeLessThan(0.35)
    }
    const areas = all.map(({ height, width }) => (height * width) / 2400)
    expect(Math.min(...areas)).toBeLessThan(0.23)
    expect(Math.max(...areas)).toBeGreaterThan(0.55)
  })

  test('a square that is cut out is cut at the edges, and covers as much as it should', () => {
    const sides = { height: 8, width: 8 }
    const ones = { channels: 1, ...sides, numbers: new Float32Array(64).fill(1) }
    const zeros = Array.from({ length: 60 }, () => {
      const made = drawStep({ type: 'cutout', set: { size: 0.5 } }, random, sides)?.picture(ones)
      return made?.numbers.filter((v) => v === 0).length ?? -1
    })
    expect(Math.max(...zeros)).toBe(16)
    expect(Math.min(...zeros)).toBeLessThan(16)
    expect(Math.min(...zeros)).toBeGreaterThanOrEqual(4)
  })
})

const steps: readonly AugmentationStep[] = [
  { type: 'flip', set: { axis: 'horizontal', p: 0.5 } },
  { type: 'crop', set: { least: 0.4, most: 1, leastRatio: 0.75, mostRatio: 4 / 3 } },
  { type: 'rotate', set: { degrees: 40, method: 'nearest' } },
]

describe('a batch', () => {
  const shape = [1, 6, 8]
  const numbers = half('batch', 5, 1, 6, 8)
  const given = { shape, numbers, targets: Int32Array.from([0, 1, 2, 0, 1]), classes: 3 }
  const chance = { randomOf, seed: 3, epoch: 0, batch: 0, examples: [10, 11, 12, 13, 14] }

  test('looks the same by the same seed, and otherwise in another epoch or by another seed', () => {
    const made = augmented(given, steps, chance).numbers
    expect(augmented(given, steps, chance).numbers).toEqual(made)
    expect(augmented(given, steps, { ...chance, epoch: 1 }).numbers).not.toEqual(made)
    expect(augmented(given, steps, { ...chance, seed: 4 }).numbers).not.toEqual(made)
  })

  test('changes each example by its number, wherever it is in the batch', () => {
    const made = augmented(given, steps, chance).numbers
    const one = { ...given, numbers: numbers.slice(2 * 48, 3 * 48), targets: Int32Array.of(2) }
    expect(augmented(one, steps, { ...chance, examples: [12] }).numbers).toEqual(made.slice(2 * 48, 3 * 48))
  })

  test('moves masks with their pictures, and counts nothing from outside', () => {
    const classes = Int32Array.from(numbers, (v) => Math.floor(4 * v))
    const same = Float32Array.from(classes, (id) => id / 4)
    const moves = steps.filter(({ type }) => type !== 'crop')
    const made = augmented({ ...given, numbers: same, targets: classes, classes: 4 }, moves, chance)
    expect(made.targets).toContain(255)
    for (const [i, id] of made.targets.entries()) expect(made.numbers[i]).toBe(id === 255 ? 0 : id / 4)
  })

  test('is changed as pictures from 0 to 1, where it says how it was normalised', () => {
    const prepared = { order: 'gray', scale: 255, mean: [120], std: [60] } as const
    const normal = numbers.map((v) => (255 * v - 120) / 60)
    const jitter = [{ type: 'colourJitter', set: { brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0 } }]
    const made = augmented({ ...given, numbers: normal }, jitter, chance, prepared).numbers
    const wanted = [...augmented(given, jitter, chance).numbers].map((v) => (255 * v - 120) / 60)
    expect(apart(made, wanted)).toBeLessThan(1e-5)
    expect(() => augmented({ ...given, numbers: normal }, jitter, chance)).toThrow('from 0 to 1')
  })

  test('that is mixed shares its answers alike', () => {
    const mix = [{ type: 'mixUp', set: { alpha: 1, p: 1 } }]
    const { shares, numbers: made } = augmented(given, mix, chance)
    for (let i = 0; i < 5; i++) {
      const own = shares?.slice(3 * i, 3 * i + 3) ?? new Float32Array(3)
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
      const lambda = own[given.targets[i] ?? 0] ?? 0
      const before = (i + 4) % 5
      const at = (n: number): number => numbers[48 * n + 7] ?? 0
      expect(made[48 * i + 7]).toBeCloseTo(lambda * at(i) + (1 - lambda) * at(before), 5)
    }
    const pixels = { ...given, targets: new Int32Array(5 * 48) }
    expect(() => augmented(pixels, mix, chance)).toThrow('each pixel')
    expect(() => augmented({ ...given, shape: [48] }, steps, chance)).toThrow('48')
    expect(() => augmented(given, [{ type: 'melt', set: {} }], chance)).toThrow('melt')
  })
})

describe('nodes of augmentation', () => {
  let bench: NodeBench
  beforeAll(async () => {
    bench = await createNodeBench(import.meta.dirname)
  })
  afterEach(() => bench.device.clear())
  afterAll(() => bench.close())

  const sides = 8
  const count = 48
  /** Pictures that are bright on the left (0) or on the right (1), with noise. */
  async function halves() {
    const numbers = noiseOf('halves', [count, 1, sides, sides]).map((v, i) => {
      const left = i % sides < sides / 2
      return 0.5 + 0.2 * v + (left === (Math.floor(i / sides ** 2) % 2 === 0) ? 0.2 : -0.2)
    })
    const { ops } = bench.device
    const shape = { kind: 'tensor', shape: [count, 1, sides, sides], axes: ['N', 'C', 'H', 'W'] } as const
    const rows = { kind: 'tensor', shape: [count], axes: ['N'], dtype: 'int32' } as const
    return {
      batch: (await ops.fromNumbers({ shape, numbers })) as TensorValue,
      targets: (await ops.fromNumbers({
        shape: rows,
        numbers: Int32Array.from({ length: count }, (_, i) => i % 2),
      })) as TensorValue,
    }
  }
  function small(): NetworkValue {
    const net = new NetBuilder([1, sides, sides])
    net.add('fc', 'linear', [net.add('flat', 'flatten', [0])], { out: 2 })
    return { kind: 'network', name: 'small', layers: net.layers }
  }
  const params = { epochs: 4, batchSize: 12, rate: 0.02, test: 0.25, seed: 1 }
  const chain = async (...nodes: readonly (readonly [typeof augmentFlip, Readonly<Record<string, unknown>>])[]) => {
    let before: AugmentationValue | undefined
    for (const [node, set] of nodes)
      before = (await bench.run(node, before ? { before } : {}, set)).augmentation as AugmentationValue
    return before as AugmentationValue
  }
  const train = async (augment: AugmentationValue | undefined, more: Readonly<Record<string, unknown>> = {}) =>
    bench.run(
      networkTrain,
      { network: small(), ...(await halves()), ...(augment && { augment }) },
      { ...params, ...more },
    )
  const weightsOf = (made: Readonly<Record<string, unknown>>) =>
    bench.device.read((made.network as NetworkValue).weights as TensorValue)

  test('are a list in the order of the wires, shown on the pictures that are wired', async () => {
    const { batch } = await halves()
    const first = await bench.run(augmentFlip, { batch }, { p: 1 })
    const before = first.augmentation as AugmentationValue
    const { augmentation, grid } = await bench.run(augmentRotation, { before }, { degrees: 20 })
    expect((augmentation as AugmentationValue).steps.map(({ type }) => type)).toEqual(['flip', 'rotate'])
    expect((augmentation as AugmentationValue).shown?.shape).toEqual([4, 1, sides, sides])
    const { height, width, channels } = first.grid as ImageValue
    expect([height, width, channels]).toEqual([198, 248, 1])
    // The first column is the picture, all others its mirror image.
    const pixels = bench.device.read(first.grid as unknown as TensorValue)
    const at = (y: number, x: number): number => pixels[y * width + x] ?? Number.NaN
    for (const column of [1, 2, 3, 4]) expect(at(0, column * 50)).toBe(at(0, 47))
    expect((grid as ImageValue).width).toBe(248)
  })

  test('change what is learned, the same way by the same seed', async () => {
    const augment = await chain([augmentRotation, { degrees: 30 }])
    const [plain, turned, again] = [await train(undefined), await train(augment), await train(augment)]
    expect(weightsOf(turned)).toEqual(weightsOf(again))
    expect(turned.loss).toEqual(again.loss)
    expect(weightsOf(turned)).not.toEqual(weightsOf(plain))
    expect((turned.score as NumberValue).value).toBeGreaterThan(0.9)
  })

  test('that destroy the answer are learned as well: nothing is left to tell', async () => {
    const mirrored = await train(await chain([augmentFlip, { p: 0.5 }]))
    expect((mirrored.score as NumberValue).value).toBeLessThan(0.9)
  })

  test.each(['crossEntropy', 'mse', 'bce'])('mix examples under the loss %s', async (loss) => {
    const augment = await chain([augmentMixup, {}], [augmentCutMix, {}])
    const made = await train(augment, { loss, epochs: 8 })
    expect((made.score as NumberValue).value).toBeGreaterThan(0.9)
  })

  test('that mix are refused under losses that take one class', async () => {
    const augment = await chain([augmentMixup, {}])
    await expect(train(augment, { loss: 'dice' })).rejects.toMatchObject({ code: 'augment.loss' })
  })
})
