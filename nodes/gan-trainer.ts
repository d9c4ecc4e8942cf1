/** The steps of an adversarial training: pictures and noise in, losses and changed weights of both networks out. */
import type { HeldModel, OwnTensor } from '../engine/graph/models.ts'
import type { Adversarial, AdversarialMethod, AdversarialStep } from '../engine/models/training/adversarial.ts'
import { momentsOf, type Optimiser } from '../engine/models/training/optimisers.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { randomOf, shuffled } from './random.ts'
import { asTensors, drawMasks, scalarTensors } from './trainer.ts'

/** β₁ and β₂ of Adam as the papers have them: Radford et al. 2015 (also for squares); Gulrajani et al. 2017, algorithm 1. */
export const adversarialOptimiser = (method: AdversarialMethod): Optimiser => ({
  kind: 'adam',
  betas: method === 'wgan-gp' ? [0, 0.9] : [0.5, 0.999],
})

export type Rows = Readonly<Record<string, Float32Array>>
export type Side = 'generator' | 'discriminator'

/** Numbers of a standard normal distribution (Box and Muller 1958). */
export function normal(count: number, random: () => number): Float32Array {
  const out = new Float32Array(count)
  for (let i = 0; i < count; i += 2) {
    const length = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    out[i] = length * Math.cos(angle)
    if (i + 1 < count) out[i + 1] = length * Math.sin(angle)
  }
  return out
}

export interface GanOptions {
  readonly steps: Adversarial
  readonly method: AdversarialMethod
  readonly optimiser: Optimiser
  /** (count, ...shape). */
  readonly pictures: Float32Array
  /** Brings the numbers of a batch to the range of the generator's. */
  readonly brought: (numbers: Float32Array) => Float32Array
  readonly shape: readonly number[]
  /** Of the noise of one picture. */
  readonly noiseShape: readonly number[]
  readonly batch: number
  /** Steps of the discriminator for each of the generator. */
  readonly criticSteps: number
  readonly rate: number
  readonly seed: number
}

export interface GanResult {
  /** Of the last step of the discriminator. */
  readonly discriminator: number
  readonly generator: number
}

/** What a side's model has of its own, by its inputs' names: learned, fixed, moments. */
const ownNames = ({ fixed }: AdversarialStep, optimiser: Optimiser): readonly string[] => [
  'learned',
  ...(fixed.length > 0 ? ['fixed'] : []),
  ...momentsOf(optimiser),
]

export class GanTrainer {
  readonly #options: GanOptions
  readonly #models: Readonly<Record<Side, HeldModel>>
  /** Of each, as far as they are known here: learned and fixed always, moments where they were asked for. */
  readonly #rows: Record<Side, Record<string, Float32Array>>
  /** Names of the rows that its model has not got, or only older ones. */
  readonly #pending: Record<Side, Set<string>>
  #order: { readonly epoch: number; readonly order: Int32Array } | undefined

  constructor(models: Readonly<Record<Side, HeldModel>>, rows: Readonly<Record<Side, Rows>>, options: GanOptions) {
    this.#models = models
    this.#rows = { generator: { ...rows.generator }, discriminator: { ...rows.discriminator } }
    this.#pending = {
      generator: new Set(Object.keys(rows.generator)),
      discriminator: new Set(Object.keys(rows.discriminator)),
    }
    this.#options = options
  }

  /** Whole batches of an epoch; what does not fill the last one has its turn in another. */
  get #batches(): number {
    const { pictures, shape, batch } = this.#options
    return Math.floor(pictures.length / sizeOf(shape) / batch)
  }

  /** @param judging a step of the discriminator, from 0 */
  #real(judging: number): OwnTensor {
    const { pictures, brought, shape, batch, seed } = this.#options
    const size = sizeOf(shape)
    const epoch = Math.floor(judging / this.#batches)
    if (this.#order?.epoch !== epoch)
      this.#order = { epoch, order: shuffled(pictures.length / size, randomOf(seed, 'order', epoch)) }
    const { order } = this.#order
    const begin = (judging % this.#batches) * batch
    const numbers = new Float32Array(batch * size)
    for (let i = 0; i < batch; i++) {
      const at = order[begin + i] ?? 0
      numbers.set(pictures.subarray(at * size, (at + 1) * size), i * size)
    }
    return { dtype: 'float32', shape: [batch, ...shape], numbers: brought(numbers) }
  }

  #noise(what: string, step: number): OwnTensor {
    const { batch, noiseShape, seed } = this.#options
    const shape = [batch, ...noiseShape]
    return { dtype: 'float32', shape, numbers: normal(sizeOf(shape), randomOf(seed, what, step)) }
  }

  #mix(judging: number): OwnTensor {
    const { batch, shape, seed } = this.#options
    const random = randomOf(seed, 'mix', judging)
    return {
      ...{ dtype: 'float32', shape: [batch, ...shape.map(() => 1)] },
      numbers: Float32Array.from({ length: batch }, random),
    }
  }

  async #run(side: Side, inputs: Readonly<Record<string, OwnTensor>>, step: number, all: boolean): Promise<number> {
    const { steps, optimiser, rate, seed } = this.#options
    const other: Side = side === 'generator' ? 'discriminator' : 'generator'
    const { learned, fixed } = this.#rows[other]
    const others = { ...(learned && { 'other:learned': learned }), ...(fixed && { 'other:fixed': fixed }) }
    const own = Object.fromEntries(Object.entries(this.#rows[side]).filter(([name]) => this.#pending[side].has(name)))
    const model = steps[side]
    const names = ownNames(model, optimiser).filter((name) => all || !name.startsWith('moment'))
    const measured = model.outputs.some(({ name }) => name === 'other:fixed:next')
    const made = await this.#models[side].run(
      {
        ...asTensors({ ...own, ...others }),
        ...scalarTensors(optimiser, rate, step),
        ...inputs,
        ...drawMasks(model.masks, seed, step),
      },
      {
        outputs: ['loss', ...names.map((name) => `${name}:next`), ...(measured ? ['other:fixed:next'] : [])],
        carry: model.carried,
      },
    )
    this.#pending[side].clear()
    for (const name of names) this.#rows[side][name] = made[`${name}:next`]?.numbers as Float32Array
    if (measured) {
      this.#rows[other].fixed = made['other:fixed:next']?.numbers as Float32Array
      this.#pending[other].add('fixed')
    }
    return made.loss?.numbers[0] ?? Number.NaN
  }

  /** A step of the generator after those of the discriminator. @param step from 0 @param all whether all rows are to be known after it */
  async step(step: number, all: boolean): Promise<GanResult> {
    const { criticSteps, method } = this.#options
    let discriminator = Number.NaN
    for (let i = 0; i < criticSteps; i++) {
      const judging = step * criticSteps + i
      const inputs = {
        ...{ input: this.#real(judging), noise: this.#noise('judged', judging) },
        ...(method === 'wgan-gp' && { mix: this.#mix(judging) }),
      }
      discriminator = await this.#run('discriminator', inputs, judging, all && i === criticSteps - 1)
    }
    const generator = await this.#run('generator', { noise: this.#noise('made', step) }, step, all)
    return { discriminator, generator }
  }

  /** Of both, with the moments where the last step was asked for all. */
  rows(side: Side): Rows {
    return { ...this.#rows[side] }
  }
}
