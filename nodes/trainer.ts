/** The steps and tests of a training: batches in, losses and changed weights out. */
import type { HeldModel, OwnTensor } from '../engine/graph/models.ts'
import type { NodeContext } from '../engine/graph/node.ts'
import { type Loss, takesClasses } from '../engine/models/training/losses.ts'
import { type Optimiser, scalarsAt, scalarsOf } from '../engine/models/training/optimisers.ts'
import type { Mask, Training } from '../engine/models/training/training.ts'
import type { AugmentationStep } from '../engine/values/index.ts'
import type { PlacedWeight } from '../engine/values/layers/graph.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import type { Prepared } from '../engine/values/prepared.ts'
import { augmentBatch } from './augment/batch.work.ts'
import { randomOf, shuffled } from './random.ts'

/** The class of pixels that do not count, as Pascal VOC's edges around things. */
export const uncounted = 255

/** Labelled examples in plain arrays. */
export interface Examples {
  readonly count: number
  /** Of one example. */
  readonly shape: readonly number[]
  /** (count, ...shape) */
  readonly numbers: Float32Array
  /** One class, or one for each pixel, of every example. */
  readonly targets: Int32Array
  /** How many right answers one example has. */
  readonly sites: number
  readonly classes: number
  /** Where each was among those that were given, from 0. */
  readonly places: Int32Array
}

/** Those from `begin` on. */
export function part(examples: Examples, begin: number, end: number): Examples {
  const size = sizeOf(examples.shape)
  return {
    ...examples,
    count: end - begin,
    numbers: examples.numbers.subarray(begin * size, end * size),
    targets: examples.targets.subarray(begin * examples.sites, end * examples.sites),
    places: examples.places.subarray(begin, end),
  }
}

/** In another order. */
export function sorted(examples: Examples, order: Int32Array): Examples {
  const { shape, sites, places } = examples
  const size = sizeOf(shape)
  const [numbers, targets] = [new Float32Array(examples.numbers.length), new Int32Array(examples.targets.length)]
  for (const [to, from] of order.entries()) {
    numbers.set(examples.numbers.subarray(from * size, (from + 1) * size), to * size)
    targets.set(examples.targets.subarray(from * sites, (from + 1) * sites), to * sites)
  }
  return { ...examples, numbers, targets, places: order.map((from) => places[from] ?? 0) }
}

/** A row of all weights that are in it. */
export function rowOf(weights: readonly PlacedWeight[], all: Float32Array): Float32Array {
  const out = new Float32Array(weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0))
  let at = 0
  for (const weight of weights) {
    const length = sizeOf(weight.shape)
    out.set(all.subarray(weight.at, weight.at + length), at)
    at += length
  }
  return out
}

/** Puts a row back where its weights lie among all. */
export function placeRow(weights: readonly PlacedWeight[], row: Float32Array, all: Float32Array): void {
  let at = 0
  for (const weight of weights) {
    const length = sizeOf(weight.shape)
    all.set(row.subarray(at, at + length), weight.at)
    at += length
  }
}

/** What a loss is compared with: classes, or 1 at the right class and 0 elsewhere. */
function targetOf(loss: Loss, answers: Int32Array, count: number, { classes, sites }: Examples): OwnTensor {
  const space = sites === 1 ? [] : [sites]
  if (takesClasses(loss)) return { dtype: 'int32', shape: [count, ...space], numbers: answers }
  const numbers = new Float32Array(count * classes * sites)
  for (let i = 0; i < answers.length; i++) {
    const [example, site] = [Math.floor(i / sites), i % sites]
    if ((answers[i] ?? 0) >= classes) continue
    numbers[(example * classes + (answers[i] ?? 0)) * sites + site] = 1
  }
  return { dtype: 'float32', shape: [count, classes, ...space], numbers }
}

/** How many right answers count. */
function countedIn(targets: ArrayLike<number>, classes: number): number {
  let count = 0
  for (let i = 0; i < targets.length; i++) if ((targets[i] as number) < classes) count++
  return count
}

/** Rows as inputs of a model. */
export const asTensors = (rows: Readonly<Record<string, Float32Array>>): Readonly<Record<string, OwnTensor>> =>
  Object.fromEntries(
    Object.entries(rows).map(([name, numbers]) => [name, { dtype: 'float32', shape: [numbers.length], numbers }]),
  )

/** What the optimiser is given for a step, from 0. */
export const scalarTensors = (optimiser: Optimiser, rate: number, step: number) => {
  const scalars = scalarsAt(optimiser, rate, step + 1)
  return asTensors(Object.fromEntries(scalarsOf(optimiser).map((name, i) => [name, Float32Array.of(scalars[i] ?? 0)])))
}

/** What each mask keeps (1) and drops (0) in a step, from 0. */
export const drawMasks = (masks: readonly Mask[], seed: number, step: number): Readonly<Record<string, OwnTensor>> =>
  Object.fromEntries(
    masks.map(({ name, shape, probability }) => {
      const random = randomOf(seed, name, step)
      const numbers = Uint8Array.from({ length: sizeOf(shape) }, () => (random() < probability ? 0 : 1))
      return [name, { dtype: 'uint8', shape, numbers }]
    }),
  )

export interface StepResult {
  readonly loss: number
  /** Part of the right answers that were on top. */
  readonly accuracy: number
  /** The rows after the step, where they were asked for. */
  readonly rows: Readonly<Record<string, Float32Array>>
}

export interface TrainerOptions {
  readonly training: Training
  readonly loss: Loss
  readonly optimiser: Optimiser
  readonly examples: Examples
  readonly batch: number
  readonly seed: number
  /** What is changed by chance, anew in every epoch. */
  readonly augment?: {
    readonly steps: readonly AugmentationStep[]
    readonly prepared?: Prepared
    readonly work: NodeContext['work']
  }
}

type PreparedBatch = Readonly<Record<'input' | 'target', OwnTensor>>

export class Trainer {
  /** Of an epoch. What does not fill the last batch has its turn in another epoch. */
  readonly steps: number
  readonly #options: TrainerOptions
  readonly #model: HeldModel
  /** What the model has not got yet. */
  #rows: Readonly<Record<string, Float32Array>> | undefined
  #order: { readonly epoch: number; readonly order: Int32Array } | undefined

  /** @param rows what is learned, by the names of the training's inputs */
  constructor(model: HeldModel, rows: Readonly<Record<string, Float32Array>>, options: TrainerOptions) {
    this.#model = model
    this.#rows = rows
    this.#options = options
    this.steps = Math.floor(options.examples.count / options.batch)
  }

  #orderOf(epoch: number): Int32Array {
    const { seed, examples } = this.#options
    if (this.#order?.epoch !== epoch)
      this.#order = { epoch, order: shuffled(examples.count, randomOf(seed, 'order', epoch)) }
    return this.#order.order
  }

  /** As in the data, or changed by chance for this epoch. */
  async #batch(step: number): Promise<PreparedBatch> {
    const { examples, batch, loss, training, seed, augment } = this.#options
    const { shape, numbers, targets, sites, classes, places } = examples
    const size = sizeOf(shape)
    const epoch = Math.floor(step / this.steps)
    const order = this.#orderOf(epoch)
    const begin = (step % this.steps) * batch
    let input = new Float32Array(batch * size)
    let answers = new Int32Array(batch * sites)
    const own = new Int32Array(batch)
    for (let i = 0; i < batch; i++) {
      const at = order[begin + i] ?? 0
      own[i] = places[at] ?? at
      input.set(numbers.subarray(at * size, (at + 1) * size), i * size)
      answers.set(targets.subarray(at * sites, (at + 1) * sites), i * sites)
    }
    const wanted = training.inputs.find(({ name }) => name === 'target')?.shape as readonly number[]
    let target = targetOf(loss, answers, batch, examples)
    if (augment) {
      const { steps, prepared, work } = augment
      const chance = { seed, epoch, batch: step % this.steps, examples: own }
      const made = await work(augmentBatch, {
        batch: { shape, numbers: input, targets: answers, classes },
        ...{ steps, chance, ...(prepared && { prepared }) },
      })
      input = made.numbers as typeof input
      answers = made.targets as typeof answers
      target = made.shares
        ? { dtype: 'float32', shape: wanted, numbers: made.shares }
        : targetOf(loss, answers, batch, examples)
    }
    return {
      input: { dtype: 'float32', shape: [batch, ...shape], numbers: input },
      target: { ...target, shape: wanted },
    }
  }

  /** The next batch is made while a step runs. */
  #next: { readonly step: number; readonly batch: Promise<PreparedBatch> } | undefined

  #batchOf(step: number): Promise<PreparedBatch> {
    const batch = this.#next?.step === step ? this.#next.batch : this.#batch(step)
    this.#next = undefined
    return batch
  }

  /** Begins to make a batch. Where it fails, the step that takes it says so. */
  #foresee(step: number): void {
    if (!this.#options.augment) return
    const batch = this.#batch(step)
    batch.catch(() => undefined)
    this.#next = { step, batch }
  }

  /** @param step from 0 @param wanted whether the rows are to be given */
  async step(step: number, rate: number, wanted: boolean): Promise<StepResult> {
    const { training, optimiser, examples, seed } = this.#options
    const carried = Object.entries(training.carried)
    const hits = training.outputs.some(({ name }) => name === 'hits')
    const examined = await this.#batchOf(step)
    const { numbers: answers } = examined.target
    const counted = this.#options.loss.shares ? this.#options.batch : countedIn(answers, examples.classes)
    this.#foresee(step + 1)
    const made = await this.#model.run(
      {
        ...asTensors(this.#rows ?? {}),
        ...scalarTensors(optimiser, rate, step),
        ...examined,
        ...drawMasks(training.masks, seed, step),
      },
      {
        outputs: ['loss', ...(hits ? ['hits'] : []), ...(wanted ? carried.map(([output]) => output) : [])],
        carry: training.carried,
      },
    )
    this.#rows = undefined
    const rows = wanted
      ? Object.fromEntries(carried.map(([output, name]) => [name, made[output]?.numbers as Float32Array]))
      : {}
    return {
      loss: made.loss?.numbers[0] ?? Number.NaN,
      accuracy: hits ? (made.hits?.numbers[0] ?? 0) / Math.max(1, counted) : Number.NaN,
      rows,
    }
  }
}

export interface Tested {
  /** The mean of all. */
  readonly loss: number
  readonly accuracy: number
  /** Of each right answer. */
  readonly found: Int32Array
  /** Of each example. */
  readonly losses: Float64Array
}

/** −log p of the right class; or of the other losses the mean over the classes. */
function lossAt(kind: Loss['kind'], score: (id: number) => number, classes: number, right: number): number {
  let sum = 0
  if (kind === 'mse' || kind === 'bce') {
    for (let id = 0; id < classes; id++) {
      const [x, t] = [score(id), id === right ? 1 : 0]
      sum += kind === 'mse' ? (x - t) ** 2 : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - x * t
    }
    return sum / classes
  }
  let most = Number.NEGATIVE_INFINITY
  for (let id = 0; id < classes; id++) most = Math.max(most, score(id))
  for (let id = 0; id < classes; id++) sum += Math.exp(score(id) - most)
  return Math.log(sum) + most - score(right)
}

/**
 * Tests a network on examples: cross-entropy (of `mse` and `bce` that), the class on top, and both of each.
 * @param rows inputs of the network besides the pictures
 */
export async function testOn(
  model: HeldModel,
  rows: Readonly<Record<string, Float32Array>>,
  examples: Examples,
  kind: Loss['kind'],
): Promise<Tested> {
  const { count, shape, numbers, targets, sites, classes } = examples
  const [size, batch] = [sizeOf(shape), 250]
  const found = new Int32Array(count * sites)
  const losses = new Float64Array(count)
  let [hits, counted] = [0, 0]
  for (let begin = 0; begin < count; begin += batch) {
    const length = Math.min(batch, count - begin)
    const input = numbers.subarray(begin * size, (begin + length) * size)
    const tensor: OwnTensor = { dtype: 'float32', shape: [length, ...shape], numbers: input }
    const given = { input: tensor, ...asTensors(rows) }
    const { output } = await model.run(given, { outputs: ['output'] })
    const scores = output?.numbers ?? []
    for (let i = 0; i < length; i++) {
      const own = targets.subarray((begin + i) * sites, (begin + i + 1) * sites)
      const count = countedIn(own, classes)
      counted += count
      for (let site = 0; site < sites; site++) {
        const score = (id: number): number => scores[(i * classes + id) * sites + site] ?? Number.NaN
        const at = (begin + i) * sites + site
        let best = 0
        for (let id = 1; id < classes; id++) if (score(id) > score(best)) best = id
        found[at] = best
        if ((own[site] ?? 0) >= classes) continue
        if (best === own[site]) hits++
        losses[begin + i] = (losses[begin + i] ?? 0) + lossAt(kind, score, classes, own[site] ?? 0) / count
      }
    }
  }
  const loss = losses.reduce((sum, one) => sum + one, 0) / count
  return { loss, accuracy: hits / Math.max(1, counted), found, losses }
}
