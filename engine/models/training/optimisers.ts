/** A step of an optimiser, over all learned numbers at once, as PyTorch's have it. */
import { minus, plus, scaled, times } from './rules/rule.ts'
import type { Tape } from './tape.ts'

export const optimiserKinds = ['sgd', 'adam', 'adamw'] as const

export interface Optimiser {
  readonly kind: (typeof optimiserKinds)[number]
  /** Of SGD. Default: 0. */
  readonly momentum?: number
  readonly nesterov?: boolean
  /** Of Adam. Defaults: 0.9, 0.999. */
  readonly betas?: readonly [number, number]
  readonly epsilon?: number
  /** Default: 0. */
  readonly weightDecay?: number
}

/** What it keeps from step to step, as long as the learned numbers. All begin at 0. */
export const momentsOf = ({ kind, momentum = 0 }: Optimiser): readonly string[] =>
  kind === 'sgd' ? (momentum === 0 ? [] : ['moment1']) : ['moment1', 'moment2']

/** What a step is given besides: the learning rate, and 1 − β^t of Adam's two means. */
export const scalarsOf = ({ kind }: Optimiser): readonly string[] =>
  kind === 'sgd' ? ['rate'] : ['rate', 'correction1', 'correction2']

/** Their values at a step, from 1. */
export function scalarsAt({ kind, betas = [0.9, 0.999] }: Optimiser, rate: number, step: number): readonly number[] {
  return kind === 'sgd' ? [rate] : [rate, ...betas.map((beta) => 1 - beta ** step)]
}

interface Given {
  readonly learned: string
  readonly gradient: string
  /** Names of the moments and of the scalars, as `momentsOf` and `scalarsOf` list them. */
  readonly moments: readonly string[]
  readonly scalars: readonly string[]
  /** What multiplies the learning rate of each number. */
  readonly rates?: string
}

interface Made {
  readonly learned: string
  readonly moments: readonly string[]
}

/** g + λ w; v ← μ v + g; w ← w − η v, or with Nesterov w − η (g + μ v): torch.optim.SGD. */
function sgd(tape: Tape, { learned, gradient, moments, scalars, rates }: Given, optimiser: Optimiser): Made {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = optimiser
  const rate = rates === undefined ? (scalars[0] ?? '') : times(tape, scalars[0] ?? '', rates)
  const own = weightDecay === 0 ? gradient : plus(tape, gradient, scaled(tape, learned, weightDecay))
  if (momentum === 0) return { learned: minus(tape, learned, times(tape, own, rate)), moments: [] }
  const speed = plus(tape, scaled(tape, moments[0] ?? '', momentum), own)
  const step = nesterov ? plus(tape, own, scaled(tape, speed, momentum)) : speed
  return { learned: minus(tape, learned, times(tape, step, rate)), moments: [speed] }
}

/**
 * m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; w ← w − η/(1 − β₁ᵗ) m / (√v / √(1 − β₂ᵗ) + ε) (Kingma and Ba 2015). Decay is
 * added to g, or with AdamW w ← (1 − η λ) w first (Loshchilov and Hutter 2019).
 */
function adam(tape: Tape, { learned, gradient, moments, scalars, rates }: Given, optimiser: Optimiser): Made {
  const { kind, betas: [first, second] = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = optimiser
  const [given = '', correction1 = '', correction2 = ''] = scalars
  const rate = rates === undefined ? given : times(tape, given, rates)
  let [from, own] = [learned, gradient]
  if (weightDecay !== 0 && kind === 'adam') own = plus(tape, gradient, scaled(tape, learned, weightDecay))
  if (weightDecay !== 0 && kind === 'adamw')
    from = times(tape, learned, minus(tape, tape.number(1), scaled(tape, rate, weightDecay)))
  const mean = plus(tape, scaled(tape, moments[0] ?? '', first), scaled(tape, own, 1 - first))
  const squares = plus(tape, scaled(tape, moments[1] ?? '', second), scaled(tape, times(tape, own, own), 1 - second))
  const root = tape.operator('Div', [tape.operator('Sqrt', [squares]), tape.operator('Sqrt', [correction2])])
  const step = tape.operator('Div', [mean, plus(tape, root, tape.number(epsilon))])
  return {
    learned: minus(tape, from, times(tape, step, tape.operator('Div', [rate, correction1]))),
    moments: [mean, squares],
  }
}

/** Writes one step. */
export const writeStep = (tape: Tape, given: Given, optimiser: Optimiser): Made =>
  optimiser.kind === 'sgd' ? sgd(tape, given, optimiser) : adam(tape, given, optimiser)

/** The gradient, no longer than `most`: torch.nn.utils.clip_grad_norm_. */
export function clipped(tape: Tape, gradient: string, most: number): string {
  const squares = tape.operator('ReduceSum', [times(tape, gradient, gradient)], { keepdims: 0 })
  const length = plus(tape, tape.operator('Sqrt', [squares]), tape.number(1e-6))
  const by = tape.operator('Clip', [tape.operator('Div', [tape.number(most), length]), tape.number(0), tape.number(1)])
  return times(tape, gradient, by)
}
