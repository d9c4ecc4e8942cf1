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
import { Tape } from './tape.ts'
import { writeLayers } from './write.ts'

export interface TrainingOptions {
  readonly batch: number
  readonly loss: Loss
  readonly optimiser: Optimiser
  /** Layers whose weights stay as they are. */
  readonly frozen?: ReadonlySet<string>
  /** The longest gradient; a longer one is shortened. */
  readonly clip?: number
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

const port = (name: string, shape: Dims, dtype: string): ModelPort => ({
  name,
  dtype,
  shape,
  axes: shape.length === 4 ? ['N', 'C', 'H', 'W'] : ['N', 'C', 'A', 'B'].slice(0, shape.length),
})

const countOf = (weights: readonly PlacedWeight[]): number => weights.reduce((all, { shape }) => all + sizeOf(shape), 0)

/** Each weight as a tensor of its own, out of all in a row. */
function apart(tape: Tape, name: string, weights: readonly PlacedWeight[]): ReadonlyMap<string, string> {
  if (weights.length === 0) return new Map()
  tape.scope = name
  const row = tape.input(name, 'float32', [countOf(weights)])
  const parts = tape.several('Split', [row, tape.ints(weights.map(({ shape }) => sizeOf(shape)))], { axis: 0 })
  return new Map(
    weights.map(({ name: own, shape }, i) => [own, tape.operator('Reshape', [parts[i] ?? '', tape.ints(shape)])]),
  )
}

/**
 * Writes a training. Throws `network.shapes` where a layer cannot be trained with such a batch, `network.no-gradient` where it
 * cannot be trained at all, `network.nothing-learns` where no weight is left to learn.
 */
export function trainingOf(layers: readonly Layer[], options: TrainingOptions): Training {
  const { batch, loss, optimiser, frozen = new Set(), clip, gradient: shown } = options
  const facts = factsOfAll(layers)
  const tape = new Tape(rules)
  const masks: Mask[] = []
  const measured = new Map<string, string>()
  const weights = layers.flatMap(({ name }, i) =>
    (facts[i]?.weights ?? []).map((weight) => ({ weight, learns: !weight.measured && !frozen.has(name) })),
  )
  const learned = weights.filter(({ learns }) => learns).map(({ weight }) => weight)
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
  const lost = writeLoss(tape, { logits, target }, loss)
  const hits = takesClasses(loss) ? writeHits(tape, { logits, target }) : undefined
  tape.scope = 'backward'
  const [found] = gradientsOf(tape, lost, ['learned'], named)
  const own = found ?? tape.operator('Mul', ['learned', tape.number(0)])

  tape.scope = 'step'
  const moments = momentsOf(optimiser)
  const scalars = scalarsOf(optimiser)
  const count = countOf(learned)
  const step = writeStep(
    tape,
    {
      ...{ learned: 'learned', gradient: clip === undefined ? own : clipped(tape, own, clip) },
      moments: moments.map((name) => tape.input(name, 'float32', [count])),
      scalars: scalars.map((name) => tape.input(name, 'float32', [1])),
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
  if (shown) give('gradient', own)

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
