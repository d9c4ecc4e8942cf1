/** How a network learns: parameters that all nodes share that teach one, and what follows from them. */
import { mixingTypes } from '../engine/models/augmentation/steps.ts'
import { type Loss, lossKinds, takesShares } from '../engine/models/training/losses.ts'
import { type Optimiser, optimiserKinds } from '../engine/models/training/optimisers.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { AugmentationValue, NetworkShape } from '../engine/values/index.ts'
import { factsOfAll } from '../engine/values/layers/graph.ts'
import type { Examples } from './trainer.ts'

export const optimiserParams = {
  optimiser: param.choice({
    default: 'adamw',
    of: optimiserKinds,
    names: { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' },
    label: 'Optimiser',
    help: 'SGD follows the gradient; Adam gives each number steps of a size of its own.',
  }),
  momentum: param.number({
    default: 0.9,
    min: 0,
    max: 0.999,
    label: 'Momentum',
    help: 'How much of the last step is carried into the next one.',
    when: { param: 'optimiser', is: ['sgd'] },
  }),
  nesterov: param.boolean({
    default: false,
    label: 'Nesterov',
    help: 'Looks ahead along the momentum, which must be above 0.',
    when: { param: 'optimiser', is: ['sgd'] },
  }),
  weightDecay: param.number({
    default: 0,
    min: 0,
    max: 10,
    soft: [0, 0.1],
    label: 'Weight decay',
    help: 'How strongly all weights are drawn to 0.',
  }),
}

export const lossParams = {
  loss: param.choice({
    default: 'crossEntropy',
    of: lossKinds,
    names: {
      ...{ crossEntropy: 'Cross-entropy', focal: 'Focal', dice: 'Dice', crossEntropyDice: 'Cross-entropy + Dice' },
      ...{ mse: 'Mean squared error', bce: 'Binary cross-entropy' },
    },
    label: 'Loss',
    help: 'What training minimises. Leave out a final softmax or sigmoid: every loss but the mean squared error applies its own.',
  }),
  smoothing: param.number({
    default: 0,
    min: 0,
    max: 0.9,
    label: 'Label smoothing',
    help: 'The share of the answer that is spread over all classes, so that the network is never quite sure.',
    when: { param: 'loss', is: ['crossEntropy', 'crossEntropyDice'] },
  }),
  gamma: param.number({
    default: 2,
    min: 0,
    max: 10,
    label: 'Focus',
    help: 'How much less an example counts that the network already gets right.',
    when: { param: 'loss', is: ['focal'] },
  }),
  balance: param.choice({
    default: 'none',
    of: ['none', 'balanced'],
    names: { none: 'All the same', balanced: 'Rare ones more' },
    label: 'Classes count',
    help: 'Rare ones more: each class counts equally in total, however many examples it has.',
    when: { param: 'loss', is: ['crossEntropy', 'crossEntropyDice', 'focal'] },
  }),
}

const freezes = ['none', 'body', 'to'] as const

export const freezeParams = {
  freeze: param.choice({
    default: 'none',
    of: freezes,
    names: { none: 'Nothing', body: 'All but the last layer', to: 'Up to a layer' },
    label: 'Frozen',
    help: 'Layers that stay as they are: with weights from elsewhere, only the last one has to learn.',
  }),
  frozenTo: param.text({
    default: '',
    label: 'Last frozen layer',
    help: 'Its name, or that of a stage (layer3): this one and all before it stay as they are.',
    when: { param: 'freeze', is: ['to'] },
  }),
  groups: param.text({
    default: '',
    label: 'Learning rates',
    help: 'Of single layers or stages, as factors: "layer4 0.1, conv* 0.01" learns these ten and a hundred times more slowly. The first that fits counts; other layers learn at the rate itself.',
  }),
}

/** Throws `network.layer-unknown`. */
function unknownLayer({ layers }: NetworkShape, given: string): never {
  const known = layers.slice(0, 5).map(({ name }) => name)
  throw new SightlineError('network.layer-unknown', { given, known: known.join(', ') })
}

/** Whether a layer is of that name, or in that stage; `*` stands for any characters. */
const isIn = (layer: string, pattern: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}(\\..*)?$`).test(layer)
}

interface Frozen {
  readonly freeze: (typeof freezes)[number]
  readonly frozenTo: string
}

/** Layers whose weights stay: with `body` all but the last that has some. Throws `network.layer-unknown`. */
export function frozenOf(network: NetworkShape, { freeze, frozenTo }: Frozen): ReadonlySet<string> {
  const { layers } = network
  if (freeze === 'none') return new Set()
  if (freeze === 'to') {
    const last = layers.findLastIndex(({ name }) => isIn(name, frozenTo.trim()))
    if (last < 0) return unknownLayer(network, frozenTo)
    return new Set(layers.slice(0, last + 1).map(({ name }) => name))
  }
  const facts = factsOfAll(layers)
  const weighted = layers.filter((_, i) => (facts[i]?.parameters ?? 0) > 0).map(({ name }) => name)
  return new Set(weighted.slice(0, -1))
}

/**
 * Factors of the learning rate by layer; undefined where all are 1.
 * @throws `network.layer-unknown`, `network.groups`
 */
export function ratesOf(network: NetworkShape, text: string): ReadonlyMap<string, number> | undefined {
  const groups = text
    .split(/[,\n]/)
    .map((group) => group.trim())
    .filter(Boolean)
    .map((group) => {
      const [, pattern = '', factor = ''] = /^(\S+)\s*[=: ]\s*(\S+)$/.exec(group) ?? []
      if (pattern === '' || !(Number(factor) >= 0 && Number(factor) <= 1e6))
        throw new SightlineError('network.groups', { given: group })
      if (!network.layers.some(({ name }) => isIn(name, pattern))) return unknownLayer(network, pattern)
      return { pattern, factor: Number(factor) }
    })
  const rates = network.layers.flatMap(({ name }): readonly (readonly [string, number])[] => {
    const group = groups.find(({ pattern }) => isIn(name, pattern))
    return group && group.factor !== 1 ? [[name, group.factor]] : []
  })
  return rates.length > 0 ? new Map(rates) : undefined
}

interface OptimiserChoice {
  readonly optimiser: Optimiser['kind']
  readonly weightDecay: number
  readonly momentum: number
  readonly nesterov: boolean
}

export const optimiserOf = ({ optimiser, weightDecay, momentum, nesterov }: OptimiserChoice): Optimiser => ({
  kind: optimiser,
  weightDecay,
  ...(optimiser === 'sgd' && { momentum, nesterov: nesterov && momentum > 0 }),
})

/** n / (classes · n_c): rare classes count more, as scikit-learn balances them. */
function balanced({ targets, classes }: Examples): readonly number[] {
  const counts = new Float64Array(classes)
  for (const id of targets) if (id < classes) counts[id] = (counts[id] ?? 0) + 1
  const all = counts.reduce((sum, count) => sum + count, 0)
  return Array.from(counts, (count) => (count === 0 ? 0 : all / (classes * count)))
}

/** Whether examples are mixed, and their answers with them. */
const mixes = (augment: AugmentationValue | undefined): boolean =>
  augment?.steps.some(({ type }) => mixingTypes.includes(type)) ?? false

interface LossChoice {
  readonly loss: Loss['kind']
  readonly smoothing: number
  readonly gamma: number
  readonly balance: 'none' | 'balanced'
}

/** @throws `augment.loss` where examples are mixed under a loss that takes whole classes */
export function lossOf(
  { loss, smoothing, gamma, balance }: LossChoice,
  examples: Examples,
  augment: AugmentationValue | undefined,
): Loss {
  const shares = mixes(augment)
  if (shares && !takesShares({ kind: loss })) throw new SightlineError('augment.loss', { given: loss })
  return {
    ...{ kind: loss, smoothing, gamma },
    ...(balance === 'balanced' && { weights: balanced(examples) }),
    ...(shares && { shares }),
  }
}
