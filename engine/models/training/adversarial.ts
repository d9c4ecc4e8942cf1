/**
 * Adversarial training as two ONNX models: a step of the discriminator (in WGAN the critic) against the generator as it is, and a step
 * of the generator against the discriminator as it is. Each has the other's learned numbers as an input.
 */
import type { ModelPort } from '../../graph/models.ts'
import { SightlineError } from '../../types/problem.ts'
import { factsOfAll, type PlacedWeight, totalsOf } from '../../values/layers/graph.ts'
import { type Layer, sizeOf } from '../../values/layers/layer.ts'
import { networkInput } from '../onnx.ts'
import { gradientsOf } from './backward.ts'
import { momentsOf, type Optimiser, scalarsOf, writeStep } from './optimisers.ts'
import { rules } from './rules/index.ts'
import { minus, plus, scaled, times } from './rules/rule.ts'
import { Tape } from './tape.ts'
import { apart, countOf, gradientPenalty, type Mask, port, type Training } from './training.ts'
import { type WrittenLayers, writeLayers } from './write.ts'

/**
 * `dcgan`: cross-entropy, the generator's in the form that does not vanish (Goodfellow et al. 2014, section 3; Radford et al. 2015).
 * `lsgan`: squares (Mao et al. 2017, equation 9). `wgan-gp`: a critic with a penalty on its slope (Gulrajani et al. 2017, equation 3).
 */
export const adversarialMethods = ['dcgan', 'lsgan', 'wgan-gp'] as const
export type AdversarialMethod = (typeof adversarialMethods)[number]

export interface AdversarialOptions {
  readonly batch: number
  readonly method: AdversarialMethod
  readonly optimiser: Optimiser
  /** λ of `wgan-gp`. */
  readonly penalty: number
}

/** Of one of the two. Its own rows are "learned", "fixed" and the moments, those of the other "other:learned" and "other:fixed". */
export type AdversarialStep = Training

export interface Adversarial {
  readonly generator: AdversarialStep
  readonly discriminator: AdversarialStep
}

/** Where the numbers of a network lie in its rows: what is learned, and what is measured (batch norm). */
function rowsOf(layers: readonly Layer[]) {
  const weights = factsOfAll(layers).flatMap((fact) => fact.weights ?? [])
  return { learned: weights.filter(({ measured }) => !measured), fixed: weights.filter(({ measured }) => measured) }
}

/** One of the two networks on a tape: it may run several times, always with the same numbers. */
class Player {
  readonly #tape: Tape
  readonly #layers: readonly Layer[]
  readonly #tensors: ReadonlyMap<string, string>
  readonly #fixed: readonly PlacedWeight[]
  readonly #batch: number
  readonly #masks: Mask[]
  /** Statistics go on from pass to pass. */
  readonly #measured = new Map<string, string>()
  readonly #passes: { readonly from: number; readonly to: number; readonly named: WrittenLayers['named'] }[] = []

  constructor(tape: Tape, layers: readonly Layer[], prefix: string, batch: number, masks: Mask[]) {
    this.#tape = tape
    this.#layers = layers
    this.#batch = batch
    this.#masks = masks
    const { learned, fixed } = rowsOf(layers)
    this.#fixed = fixed
    this.#tensors = new Map([...apart(tape, `${prefix}learned`, learned), ...apart(tape, `${prefix}fixed`, fixed)])
  }

  /** @param pass names its masks @returns what the last layer gives */
  run(input: string, pass: string): string {
    const [tape, batch] = [this.#tape, this.#batch]
    const from = tape.nodes.length
    const { results, named } = writeLayers(tape, this.#layers, {
      ...{ batch, input },
      weight: (name) => this.#measured.get(name) ?? this.#tensors.get(name) ?? '',
      learns: () => true,
      measure: (name, tensor) => void this.#measured.set(name, tensor),
      mask: (layer, dims, probability) => {
        const mask: Mask = { name: `mask:${pass}:${layer}`, shape: [batch, ...dims], probability }
        this.#masks.push(mask)
        const drawn = tape.operator('Cast', [tape.input(mask.name, 'uint8', mask.shape)], { to: 1 })
        return scaled(tape, drawn, 1 / (1 - probability))
      },
    })
    this.#passes.push({ from, to: tape.nodes.length, named })
    return results.at(-1) ?? ''
  }

  /** The measured numbers as one row; undefined where there are none. */
  fixedRow(): string | undefined {
    if (this.#fixed.length === 0) return undefined
    const parts = this.#fixed.map(({ name, shape }) =>
      this.#tape.operator('Reshape', [
        this.#measured.get(name) ?? this.#tensors.get(name) ?? '',
        this.#tape.ints([sizeOf(shape)]),
      ]),
    )
    return this.#tape.operator('Concat', parts, { axis: 0 })
  }

  named<T>(place: number, write: () => T): T {
    const pass = this.#passes.find(({ from, to }) => place >= from && place < to)
    return pass ? pass.named(place, write) : write()
  }
}

const meanOf = (tape: Tape, of: string): string => tape.operator('ReduceMean', [of], { keepdims: 0 })

/** −log of the probability that these are real (or not), by their logits: log(1 + e^∓x), the mean. */
const crossEntropy = (tape: Tape, logits: string, real: boolean): string =>
  meanOf(tape, tape.operator('Softplus', [real ? tape.operator('Neg', [logits]) : logits]))

/** (y − t)² / 2, the mean. */
function halfSquares(tape: Tape, logits: string, wanted: number): string {
  const off = wanted === 0 ? logits : minus(tape, logits, tape.number(wanted))
  return scaled(tape, meanOf(tape, times(tape, off, off)), 0.5)
}

function discriminatorLoss(tape: Tape, method: AdversarialMethod, real: string, made: string): string {
  if (method === 'dcgan') return plus(tape, crossEntropy(tape, real, true), crossEntropy(tape, made, false))
  if (method === 'lsgan') return plus(tape, halfSquares(tape, real, 1), halfSquares(tape, made, 0))
  return minus(tape, meanOf(tape, made), meanOf(tape, real))
}

function generatorLoss(tape: Tape, method: AdversarialMethod, made: string): string {
  if (method === 'dcgan') return crossEntropy(tape, made, true)
  if (method === 'lsgan') return halfSquares(tape, made, 1)
  return tape.operator('Neg', [meanOf(tape, made)])
}

const inputOf = (layers: readonly Layer[]): readonly number[] => factsOfAll(layers)[0]?.output ?? []
const outputOf = (layers: readonly Layer[]): readonly number[] => totalsOf(layers).output

/**
 * Throws `gan.pictures` where the discriminator’s input does not fit the generator’s output, `gan.verdict` where it gives more than one number,
 * `gan.batch-norm` where a critic normalises over the batch, so that the slope at one example depends on others.
 */
export function checkAdversarial(
  generator: readonly Layer[],
  discriminator: readonly Layer[],
  method: AdversarialMethod,
): void {
  const [made, taken, verdict] = [outputOf(generator), inputOf(discriminator), outputOf(discriminator)]
  if (made.join() !== taken.join())
    throw new SightlineError('gan.pictures', { given: made.join(' × '), wanted: taken.join(' × ') })
  if (sizeOf(verdict) !== 1) throw new SightlineError('gan.verdict', { given: verdict.join(' × ') })
  const norm = discriminator.find(({ type }) => type === 'batchNorm')
  if (method === 'wgan-gp' && norm) throw new SightlineError('gan.batch-norm', { layer: norm.name })
}

/** The end of either model: gradient, step, and what goes in and comes out. */
function finished(
  tape: Tape,
  own: { readonly layers: readonly Layer[]; readonly player: Player },
  other: { readonly layers: readonly Layer[]; readonly player: Player },
  ends: {
    readonly loss: string
    readonly inputs: readonly ModelPort[]
    readonly masks: readonly Mask[]
    readonly optimiser: Optimiser
    /** Whether what the other measures is given. */
    readonly measures: boolean
  },
): AdversarialStep {
  const { loss, optimiser } = ends
  tape.scope = 'backward'
  const named = <T>(place: number, write: () => T): T => own.player.named(place, () => other.player.named(place, write))
  const { learned, fixed } = rowsOf(own.layers)
  if (learned.length === 0) throw new SightlineError('network.nothing-learns', { layers: own.layers.length })
  const [found] = gradientsOf(tape, loss, ['learned'], named)
  const gradient = found ?? scaled(tape, 'learned', 0)

  tape.scope = 'step'
  const [moments, scalars, count] = [momentsOf(optimiser), scalarsOf(optimiser), countOf(learned)]
  const given = {
    ...{ learned: 'learned', gradient },
    moments: moments.map((name) => tape.input(name, 'float32', [count])),
    scalars: scalars.map((name) => tape.input(name, 'float32', [1])),
  }
  const step = writeStep(tape, given, optimiser)

  const carried: Record<string, string> = {}
  const outputs: ModelPort[] = []
  const give = (name: string, of: string, to?: string): void => {
    tape.output(name, of)
    outputs.push(port(name, tape.shape(of), 'float32'))
    if (to !== undefined) carried[name] = to
  }
  give('loss', loss)
  give('learned:next', step.learned, 'learned')
  for (const [i, name] of moments.entries()) give(`${name}:next`, step.moments[i] ?? '', name)
  const measured = own.player.fixedRow()
  if (measured !== undefined) give('fixed:next', measured, 'fixed')
  const others = ends.measures ? other.player.fixedRow() : undefined
  if (others !== undefined) give('other:fixed:next', others)

  const { bytes: graph, opset, operators } = tape.model('adversarial')
  const rows = (prefix: string, layers: readonly Layer[]): ModelPort[] => {
    const all = rowsOf(layers)
    return [
      port(`${prefix}learned`, [countOf(all.learned)], 'float32'),
      ...(all.fixed.length > 0 ? [port(`${prefix}fixed`, [countOf(all.fixed)], 'float32')] : []),
    ]
  }
  const inputs = [
    ...ends.inputs,
    ...rows('', own.layers),
    ...rows('other:', other.layers),
    ...moments.map((name) => port(name, [count], 'float32')),
    ...scalars.map((name) => port(name, [1], 'float32')),
    ...ends.masks.map(({ name, shape }) => port(name, shape, 'uint8')),
  ]
  return { graph, opset, operators, inputs, outputs, masks: ends.masks, learned, fixed, carried }
}

/**
 * Writes both steps. The discriminator's takes pictures ("input"), noise ("noise") and for `wgan-gp` how much of each picture there is in
 * a mixture with a made one ("mix", (N, 1, ...) from 0 to 1); the generator's takes noise. Both networks are as they are while they learn.
 * @throws `gan.pictures`, `gan.verdict`, `gan.batch-norm`, `network.shapes`, `network.no-gradient`, `network.nothing-learns`
 */
export function adversarialOf(
  generator: readonly Layer[],
  discriminator: readonly Layer[],
  { batch, method, optimiser, penalty }: AdversarialOptions,
): Adversarial {
  checkAdversarial(generator, discriminator, method)
  const shape = [batch, ...inputOf(discriminator)]
  const noiseShape = [batch, ...inputOf(generator)]
  const noisePort = port('noise', noiseShape, 'float32')

  const judging = (): AdversarialStep => {
    const tape = new Tape(rules)
    const masks: Mask[] = []
    const own = { layers: discriminator, player: new Player(tape, discriminator, '', batch, masks) }
    const other = { layers: generator, player: new Player(tape, generator, 'other:', batch, masks) }
    const real = tape.input(networkInput, 'float32', shape)
    const made = other.player.run(tape.input('noise', 'float32', noiseShape), 'made')
    const verdicts = [own.player.run(real, 'real'), own.player.run(made, 'judged')] as const
    tape.scope = 'loss'
    let loss = discriminatorLoss(tape, method, ...verdicts)
    const inputs = [port(networkInput, shape, 'float32'), noisePort]
    if (method === 'wgan-gp') {
      const share = [batch, ...inputOf(discriminator).map(() => 1)]
      inputs.push(port('mix', share, 'float32'))
      const mix = tape.input('mix', 'float32', share)
      const mixed = plus(tape, times(tape, mix, real), times(tape, minus(tape, tape.number(1), mix), made))
      const slopes = gradientPenalty(tape, mixed, own.player.run(mixed, 'mixed'))
      tape.scope = 'loss'
      loss = plus(tape, loss, scaled(tape, slopes, penalty))
    }
    return finished(tape, own, other, { loss, inputs, masks, optimiser, measures: false })
  }

  const making = (): AdversarialStep => {
    const tape = new Tape(rules)
    const masks: Mask[] = []
    const own = { layers: generator, player: new Player(tape, generator, '', batch, masks) }
    const other = { layers: discriminator, player: new Player(tape, discriminator, 'other:', batch, masks) }
    const made = own.player.run(tape.input('noise', 'float32', noiseShape), 'made')
    const verdict = other.player.run(made, 'judged')
    tape.scope = 'loss'
    const loss = generatorLoss(tape, method, verdict)
    return finished(tape, own, other, { loss, inputs: [noisePort], masks, optimiser, measures: true })
  }

  return { discriminator: judging(), generator: making() }
}
