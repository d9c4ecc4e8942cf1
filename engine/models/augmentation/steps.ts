/** The augmentations of single pictures: what each draws by chance, and what it does with it. */
import { SightlineError } from '../../types/problem.ts'
import type { AugmentationStep } from '../../values/augmentation.ts'
import { blurred, brighter, contrasted, hueTurned, saturated } from './colours.ts'
import type { Planes } from './planes.ts'
import { isSigned, matrixOf, operated, operations } from './rand-augment.ts'
import {
  cropped,
  croppedLabels,
  flipped,
  type Matrix,
  rotation,
  type Sampling,
  type Window,
  warped,
  warpedLabels,
} from './warp.ts'

type Random = () => number
type Sides = Pick<Planes, 'height' | 'width'>

/** What was drawn: a function of a picture, and one of the classes of its pixels where it moves them. */
interface Drawn {
  readonly picture: (planes: Planes) => Planes
  readonly labels?: (labels: Int32Array) => Int32Array
}

type Settings = AugmentationStep['set']
type Kind = (set: Settings, random: Random, sides: Sides) => Drawn | undefined

const number = (set: Settings, name: string): number => Number(set[name])
const between = (random: Random, low: number, high: number): number => low + random() * (high - low)
const whole = (random: Random, below: number): number => Math.floor(random() * below)

const moved = (matrix: Matrix, by: Sampling, sides: Sides): Drawn => ({
  picture: (planes) => warped(planes, matrix, by),
  labels: (labels) => warpedLabels(labels, sides, matrix),
})

/** RandomHorizontalFlip, RandomVerticalFlip. */
const flip: Kind = (set, random, sides) => {
  const upright = set.axis === 'vertical'
  if (random() >= number(set, 'p')) return undefined
  return {
    picture: (planes) => ({ ...planes, numbers: flipped(planes.numbers, sides, upright) }),
    labels: (labels) => flipped(labels, sides, upright),
  }
}

/** RandomResizedCrop.get_params */
export function windowFor(set: Settings, random: Random, { height, width }: Sides): Window {
  const ratio = [number(set, 'leastRatio'), number(set, 'mostRatio')] as const
  for (let tries = 0; tries < 10; tries++) {
    const area = height * width * between(random, number(set, 'least'), number(set, 'most'))
    const shape = Math.exp(between(random, Math.log(ratio[0]), Math.log(ratio[1])))
    const [w, h] = [Math.round(Math.sqrt(area * shape)), Math.round(Math.sqrt(area / shape))]
    if (w < 1 || w > width || h < 1 || h > height) continue
    return { top: whole(random, height - h + 1), left: whole(random, width - w + 1), height: h, width: w }
  }
  const own = width / height
  const w = own > ratio[1] ? Math.round(height * ratio[1]) : width
  const h = own < ratio[0] ? Math.round(width / ratio[0]) : height
  return { top: (height - h) >> 1, left: (width - w) >> 1, height: h, width: w }
}

const crop: Kind = (set, random, sides) => {
  const window = windowFor(set, random, sides)
  return {
    picture: (planes) => cropped(planes, window),
    labels: (labels) => croppedLabels(labels, sides, window),
  }
}

/** ColorJitter: four changes in an order by chance. */
const colourJitter: Kind = (set, random) => {
  const around = (name: string): number => {
    const by = number(set, name)
    return between(random, Math.max(0, 1 - by), 1 + by)
  }
  const [b, c, s] = [around('brightness'), around('contrast'), around('saturation')]
  const h = between(random, -number(set, 'hue'), number(set, 'hue'))
  const changes = [
    (planes: Planes) => brighter(planes, b),
    (planes: Planes) => contrasted(planes, c),
    (planes: Planes) => saturated(planes, s),
    (planes: Planes) => hueTurned(planes, h),
  ]
  for (let i = changes.length - 1; i > 0; i--) {
    const other = whole(random, i + 1)
    const [one, two] = [changes[i], changes[other]]
    if (one && two) [changes[i], changes[other]] = [two, one]
  }
  return { picture: (planes) => changes.reduce((made, change) => change(made), planes) }
}

/** RandomRotation. */
const rotate: Kind = (set, random, sides) =>
  moved(rotation(between(random, -number(set, 'degrees'), number(set, 'degrees'))), set.method as Sampling, sides)

/** GaussianBlur, RandomApply. */
const blur: Kind = (set, random) => {
  const [applies, sigma] = [random() < number(set, 'p'), between(random, number(set, 'least'), number(set, 'most'))]
  return applies ? { picture: (planes) => blurred(planes, number(set, 'size'), sigma) } : undefined
}

/**
 * A square of zeros about a place of the picture, as far as it lies in it (DeVries and Taylor 2017, with their code).
 */
const cutout: Kind = (set, random, { height, width }) => {
  const [y, x] = [whole(random, height), whole(random, width)]
  const half = Math.floor((number(set, 'size') * Math.min(height, width)) / 2)
  const inside = (at: number, centre: number): boolean => at >= centre - half && at < centre + half
  return {
    picture: (planes) => ({
      ...planes,
      numbers: planes.numbers.map((v, i) =>
        inside(i % width, x) && inside(Math.floor(i / width) % height, y) ? 0 : v,
      ),
    }),
  }
}

const randAugment: Kind = (set, random, sides) => {
  const magnitude = number(set, 'magnitude')
  const drawn = Array.from({ length: number(set, 'count') }, () => {
    const operation = operations[whole(random, operations.length)] ?? 'identity'
    return { operation, sign: isSigned(operation) && random() < 0.5 ? -1 : (1 as 1 | -1) }
  })
  return {
    picture: (planes) =>
      drawn.reduce((made, { operation, sign }) => operated(made, operation, magnitude, sign), planes),
    labels: (labels) =>
      drawn.reduce((made, { operation, sign }) => {
        const matrix = matrixOf(sides, operation, magnitude, sign)
        return matrix ? warpedLabels(made, sides, matrix) : made
      }, labels),
  }
}

const kinds: Readonly<Record<string, Kind>> = { flip, crop, colourJitter, rotate, blur, cutout, randAugment }

/** Of whole batches. */
export const mixingTypes: readonly string[] = ['mixUp', 'cutMix']

/** What a step does to one picture, drawn by chance; undefined: nothing. Throws `augment.unknown`. */
export function drawStep({ type, set }: AugmentationStep, random: Random, sides: Sides): Drawn | undefined {
  const kind = kinds[type]
  if (!kind) throw new SightlineError('augment.unknown', { given: type, known: Object.keys(kinds).join(', ') })
  return kind(set, random, sides)
}
