/**
 * Training as one ONNX model: the network, its loss, the gradients of all learned numbers, and a step of the optimiser. What is
 * learned goes in and comes out changed, so a training is the model run again and again on its own results.
 */
import type { ModelPort } from '../../graph/models.ts'
import { SightlineError } from '../../types/problem.ts'
import { factsOfAll, type PlacedWeight } from '../../values/layers/graph.ts'
import { type Dims, type Layer, sizeOf } from '../../values/layers/layer.ts'
import { networkInput, networkOutput } from '../onnx.ts'
import { gradientsOf } from './backward.ts'
import { type Loss, takesClasses, targetShape, writeHits, writeLoss } from './losses.ts'
import { clipped, momentsOf, type Optimiser, scalarsOf, writeStep } from './optimisers.ts'
import { rules } from './rules/index.ts'
import { minus, plus, scaled, sum, times } from './rules/rule.ts'
import { NoGradientError, Tape } from './tape.ts'
import { writeLayers } from './write.ts'

export interface TrainingOptions {
  readonly batch: number
  readonly loss: Loss
  readonly optimiser: Optimiser
  /** Layers whose weights stay as they are. */
  readonly frozen?: ReadonlySet<string>
  /** What multiplies the learning rate of single layers, by their names. */
  readonly rates?: ReadonlyMap<string, number>
  /** The longest gradient; a longer one is shortened. */
  readonly clip?: number
  /**
   * Adds this many times the mean of (‖∂y/∂x‖ − 1)², where y is the sum of what the network gives for an example and x that example:
   * the gradient penalty of WGAN-GP (Gulrajani et al. 2017, equation 3). Its own gradient is a second derivative.
   */
  readonly penalty?: number
  /** Gives the gradient as an output too. */
  readonly gradient?: true
}

/** Numbers that are 0 at random, else the same: drawn anew for each step. */
export interface Mask {
  /** Of the input that takes it, uint8: 0 or 1. */
  readonly name: string
  readonly shape: Dims
  /** That a number is 0. */
  readonly probability: number
}

export interface Training {
  readonly graph: Uint8Array
  readonly opset: number
  readonly operators: number
  readonly inputs: readonly ModelPort[]
  readonly outputs: readonly ModelPort[]
  readonly masks: readonly Mask[]
  /** Where the numbers of "learned" lie among all weights, and those of "fixed", one part after the other. */
  readonly learned: readonly PlacedWeight[]
  readonly fixed: readonly PlacedWeight[]
  /** Which input each of these outputs is in the next step. */
  readonly carried: Readonly<Record<string, string>>
}

export const port = (name: string, shape: Dims, dtype: string): ModelPort => ({
  name,
  dtype,
  shape,
  axes: shape.length === 4 ? ['N', 'C', 'H', 'W'] : ['N', 'C', 'A', 'B'].slice(0, shape.length),
})

export const countOf = (weights: readonly PlacedWeight[]): number =>
  weights.reduce((all, { shape }) => all + sizeOf(shape), 0)

/** Each weight as a tensor of its own, out of all in a row. */
export function apart(tape: Tape, name: string, weights: readonly PlacedWeight[]): ReadonlyMap<string, string> {
  if (weights.length === 0) return new Map()
  tape.scope = name
  const row = tape.input(name, 'float32', [countOf(weights)])
  const parts = tape.several('Split', [row, tape.ints(weights.map(({ shape }) => sizeOf(shape)))], { axis: 0 })
  return new Map(
    weights.map(({ name: own, shape }, i) => [own, tape.operator('Reshape', [parts[i] ?? '', tape.ints(shape)])]),
  )
}

/** The mean of (‖∂y/∂x‖ − 1)² over the examples. */
export function gradientPenalty(tape: Tape, input: string, logits: string): string {
  const total = tape.operator('ReduceSum', [logits], { keepdims: 0 })
  const [slope] = gradientsOf(tape, total, [input])
  if (slope === undefined) throw new NoGradientError('what it gives does not depend on what it takes')
  const axes = [...tape.shape(slope).keys()].slice(1)
  // Never 0, where the slope of the root is infinite.
  const squares = plus(tape, sum(tape, times(tape, slope, slope), axes, 0), tape.number(1e-12))
  const apart = minus(tape, tape.operator('Sqrt', [squares]), tape.number(1))
  return tape.operator('ReduceMean', [times(tape, apart, apart)], { keepdims: 0 })
}

/** The factor of each learned number, as long as the row of all. */
function factorRow(tape: Tape, learned: readonly PlacedWeight[], factors: readonly number[]): string {
  const runs: { readonly factor: number; length: number }[] = []
  for (const [i, { shape }] of learned.entries()) {
    const last = runs.at(-1)
    if (last && last.factor === factors[i]) last.length += sizeOf(shape)
    else runs.push({ factor: factors[i] ?? 1, length: sizeOf(shape) })
  }
  const parts = runs.map(({ factor, length }) =>
    tape.operator('Expand', [tape.floats([factor], [1]), tape.ints([length])]),
  )
  return tape.operator('Concat', parts, { axis: 0 })
}

/**
 * Writes a training. Throws `network.shapes` where a layer cannot be trained with such a batch, `network.no-gradient` where it
 * cannot be trained at all, `network.nothing-learns` where no weight is left to learn.
 */
export function trainingOf(layers: readonly Layer[], options: TrainingOptions): Training {
  const { batch, loss, optimiser, frozen = new Set(), rates, clip, penalty, gradient: shown } = options
  const facts = factsOfAll(layers)
  const tape = new Tape(rules)
  const masks: Mask[] = []
  const measured = new Map<string, string>()
  const weights = layers.flatMap(({ name }, i) =>
    (facts[i]?.weights ?? []).map((weight) => ({
      ...{ weight, layer: name },
      learns: !weight.measured && !frozen.has(name),
    })),
  )
  const learned = weights.filter(({ learns }) => learns).map(({ weight }) => weight)
  const factors = weights.filter(({ learns }) => learns).map(({ layer }) => rates?.get(layer) ?? 1)
  const fixed = weights.filter(({ learns }) => !learns).map(({ weight }) => weight)
  if (learned.length === 0) throw new SightlineError('network.nothing-learns', { layers: layers.length })

  const input = tape.input(networkInput, 'float32', [batch, ...(facts[0]?.output ?? [])])
  const output = facts.at(-1)?.output ?? []
  const answer = [batch, ...targetShape(loss, output)]
  const target = tape.input('target', takesClasses(loss) ? 'int32' : 'float32', answer)
  const tensors = new Map([...apart(tape, 'learned', learned), ...apart(tape, 'fixed', fixed)])

  const { results, named } = writeLayers(tape, layers, {
    ...{ batch, input },
    weight: (name) => tensors.get(name) ?? '',
    learns: (name) => !frozen.has(name),
    measure: (name, tensor) => void measured.set(name, tensor),
    mask(layer, dims, probability) {
      const mask: Mask = { name: `mask:${layer}`, shape: [batch, ...dims], probability }
      masks.push(mask)
      const drawn = tape.operator('Cast', [tape.input(mask.name, 'uint8', mask.shape)], { to: 1 })
      return tape.operator('Mul', [drawn, tape.number(1 / (1 - probability))])
    },
  })

  const logits = results.at(-1) ?? ''
  tape.scope = 'loss'
  const own = writeLoss(tape, { logits, target }, loss)
  const lost =
    penalty === undefined ? own : plus(tape, own, scaled(tape, gradientPenalty(tape, input, logits), penalty))
  const counted = takesClasses(loss) || (loss.kind === 'crossEntropy' && loss.shares)
  const hits = counted ? writeHits(tape, { logits, target }, loss) : undefined
  tape.scope = 'backward'
  const [found] = gradientsOf(tape, lost, ['learned'], named)
  const whole = found ?? tape.operator('Mul', ['learned', tape.number(0)])

  tape.scope = 'step'
  const moments = momentsOf(optimiser)
  const scalars = scalarsOf(optimiser)
  const count = countOf(learned)
  const step = writeStep(
    tape,
    {
      ...{ learned: 'learned', gradient: clip === undefined ? whole : clipped(tape, whole, clip) },
      moments: moments.map((name) => tape.input(name, 'float32', [count])),
      scalars: scalars.map((name) => tape.input(name, 'float32', [1])),
      ...(rates && { rates: factorRow(tape, learned, factors) }),
    },
    optimiser,
  )

  const carried: Record<string, string> = {}
  const outputs: ModelPort[] = []
  const give = (name: string, of: string): void => {
    tape.output(name, of)
    outputs.push(port(name, tape.shape(of), 'float32'))
  }
  const carry = (name: string, of: string): void => {
    give(`${name}:next`, of)
    carried[`${name}:next`] = name
  }
  give('loss', lost)
  if (hits !== undefined) give('hits', hits)
  give(networkOutput, logits)
  carry('learned', step.learned)
  for (const [i, name] of moments.entries()) carry(name, step.moments[i] ?? '')
  if (fixed.length > 0) {
    const parts = fixed.map(({ name, shape }) =>
      tape.operator('Reshape', [measured.get(name) ?? tensors.get(name) ?? '', tape.ints([sizeOf(shape)])]),
    )
    carry('fixed', tape.operator('Concat', parts, { axis: 0 }))
  }
  if (shown) give('gradient', whole)

  const { bytes: graph, opset, operators } = tape.model('training')
  const inputs = [
    port(networkInput, tape.shape(networkInput), 'float32'),
    port('target', answer, takesClasses(loss) ? 'int32' : 'float32'),
    port('learned', [count], 'float32'),
    ...(fixed.length > 0 ? [port('fixed', [countOf(fixed)], 'float32')] : []),
    ...moments.map((name) => port(name, [count], 'float32')),
    ...scalars.map((name) => port(name, [1], 'float32')),
    ...masks.map(({ name, shape }) => port(name, shape, 'uint8')),
  ]
  return { graph, opset, operators, inputs, outputs, masks, learned, fixed, carried }
}
