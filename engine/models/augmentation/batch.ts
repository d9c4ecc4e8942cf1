/** A batch of examples as it looks in one epoch. All chance follows from the seed, the epoch and the example. */
import { SightlineError } from '../../types/problem.ts'
import type { AugmentationStep } from '../../values/augmentation.ts'
import { type Prepared, rangeOf } from '../../values/prepared.ts'
import { beta, boxAt, cutMixed, mixedUp } from './mixing.ts'
import { drawStep, mixingTypes } from './steps.ts'

export interface Batch {
  /** channels, height, width */
  readonly shape: readonly number[]
  /** (count, ...shape) from 0 to 1, or as `prepared` says. */
  readonly numbers: Float32Array
  /** (count × sites): one class of each example, or of each of its pixels. */
  readonly targets: Int32Array
  readonly classes: number
}

export interface Chance {
  /** Random numbers from 0 to below 1, by names and numbers. */
  readonly randomOf: (...seeds: readonly (number | string)[]) => () => number
  readonly seed: number
  readonly epoch: number
  /** Of the batch in the epoch. */
  readonly batch: number
  /** The number of each example, which does not depend on its batch. */
  readonly examples: ArrayLike<number>
}

export interface AugmentedBatch {
  readonly numbers: Float32Array
  readonly targets: Int32Array
  /** (count, classes) how much of each class there is, where examples were mixed. */
  readonly shares?: Float32Array
}

/** Further outside of 0 to 1 than rounding. */
const outside = (v: number): boolean => v < -1e-3 || v > 1.001

const needsRange = (type: string): boolean => !['flip', 'mixUp', 'cutMix'].includes(type)

/**
 * The steps over a batch, one after the other.
 * @throws `augment.range` for numbers that are not from 0 to 1, `augment.pixels` where pictures with masks would be mixed,
 * `augment.no-picture`, `augment.unknown`
 */
export function augmented(
  { shape, numbers: given, targets: right, classes }: Batch,
  steps: readonly AugmentationStep[],
  chance: Chance,
  prepared?: Prepared,
): AugmentedBatch {
  const [channels = 1, height = 1, width = 1] = shape
  if (shape.length !== 3) throw new SightlineError('augment.no-picture', { given: shape.join(' × ') })
  const [size, area] = [channels * height * width, height * width]
  const count = given.length / size
  const sites = right.length / count
  const { plain, back } = rangeOf(prepared, channels, area)
  let numbers: Float32Array = plain(given)
  const targets = right.slice()
  const strange = steps.some(({ type }) => needsRange(type)) ? numbers.find(outside) : undefined
  if (strange !== undefined) throw new SightlineError('augment.range', { given: strange.toPrecision(3) })
  let shares: Float32Array | undefined
  for (const [at, step] of steps.entries()) {
    const { seed, epoch, batch, examples, randomOf } = chance
    if (mixingTypes.includes(step.type)) {
      if (sites > 1) throw new SightlineError('augment.pixels', {})
      const random = randomOf(seed, 'mix', epoch, batch, at)
      if (random() >= Number(step.set.p)) continue
      const lambda = beta(Number(step.set.alpha), random)
      const sides = { height, width }
      const place = [width, height].map((side) => Math.floor(random() * side)) as [number, number]
      const made =
        step.type === 'mixUp'
          ? mixedUp(numbers, count, lambda)
          : cutMixed(numbers, count, sides, boxAt(...place, lambda, sides))
      numbers = made.numbers
      const before = shares ?? oneHot(targets, classes)
      shares = mixedUp(before, count, made.own).numbers
      continue
    }
    for (let i = 0; i < count; i++) {
      const random = randomOf(seed, 'augment', epoch, examples[i] ?? i, at)
      const drawn = drawStep(step, random, { height, width })
      if (!drawn) continue
      const own = numbers.slice(i * size, (i + 1) * size)
      numbers.set(drawn.picture({ channels, height, width, numbers: own }).numbers, i * size)
      if (sites === area && drawn.labels)
        targets.set(drawn.labels(targets.slice(i * sites, (i + 1) * sites)), i * sites)
    }
  }
  return { numbers: back(numbers), targets, ...(shares && { shares }) }
}

function oneHot(targets: Int32Array, classes: number): Float32Array {
  const out = new Float32Array(targets.length * classes)
  for (const [i, id] of targets.entries()) out[i * classes + id] = 1
  return out
}
