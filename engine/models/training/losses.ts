/** What a network is to make small, written after it. All give one number for a batch. */
import { type Dims, sizeOf } from '../../values/layers/layer.ts'
import { minus, plus, scaled, sum, times } from './rules/rule.ts'
import type { Tape } from './tape.ts'

export const lossKinds = ['crossEntropy', 'focal', 'dice', 'crossEntropyDice', 'mse', 'bce'] as const

export interface Loss {
  readonly kind: (typeof lossKinds)[number]
  /** Of cross-entropy: what the right class gives to all. 0 to 1. */
  readonly smoothing?: number
  /** Of cross-entropy and focal loss: what the examples of each class count. */
  readonly weights?: readonly number[]
  /** Right answers are shares of classes, as where examples are mixed: not of focal loss and Dice. */
  readonly shares?: true
  /** Of focal loss: how much less an easy example counts. Default: 2. */
  readonly gamma?: number
}

/** Whether the right answers are numbers of classes; else they are numbers in the shape of the output. */
export const takesClasses = ({ kind, shares }: Loss): boolean => kind !== 'mse' && kind !== 'bce' && !shares

/** Whether right answers may be shares of classes. */
export const takesShares = ({ kind }: Pick<Loss, 'kind'>): boolean => ['crossEntropy', 'mse', 'bce'].includes(kind)

/** What one right answer looks like, from the shape of one output. */
export const targetShape = (loss: Loss, output: Dims): Dims => (takesClasses(loss) ? output.slice(1) : output)

interface Given {
  /** (N, C, ...): what the network gives, before any softmax. */
  readonly logits: string
  /** int32 (N, ...), or float32 in the shape of the logits. */
  readonly target: string
}

/** 1 at the right class, else 0: (N, C, ...). */
function oneHot(tape: Tape, { logits, target }: Given): string {
  const classes = tape.shape(logits)[1] ?? 1
  const places = tape.operator('Cast', [target], { to: 7 })
  return tape.operator('OneHot', [places, tape.ints([classes]), tape.floats([0, 1], [2])], { axis: 1 })
}

const all = (tape: Tape, of: string): string => tape.operator('ReduceSum', [of], { keepdims: 0 })
const byClass = (tape: Tape, numbers: readonly number[], dims: Dims): string =>
  tape.floats(numbers, [numbers.length, ...dims.slice(2).map(() => 1)])

/**
 * −Σ w_t ((1 − ε) log p_t + ε/C Σ_c w_c/w_t log p_c) / Σ w_t, as torch.nn.CrossEntropyLoss has it (Szegedy et al. 2016 for ε).
 * Places whose class is none of the network's do not count.
 */
function crossEntropy(tape: Tape, given: Given, loss: Loss): string {
  const { smoothing = 0, weights } = loss
  if (loss.shares) return shareEntropy(tape, given, loss)
  const dims = tape.shape(given.logits)
  const right = oneHot(tape, given)
  const counted = weights ? times(tape, right, byClass(tape, weights, dims)) : right
  let wanted = counted
  if (smoothing > 0) {
    const share = scaled(tape, sum(tape, right, [1]), smoothing / (dims[1] ?? 1))
    const shared = weights ? times(tape, share, byClass(tape, weights, dims)) : share
    wanted = plus(tape, scaled(tape, counted, 1 - smoothing), shared)
  }
  const products = all(tape, times(tape, tape.operator('LogSoftmax', [given.logits], { axis: 1 }), wanted))
  return tape.operator('Div', [tape.operator('Neg', [products]), all(tape, counted)])
}

/** −Σ w_c ((1 − ε) t_c + ε/C) log p_c, the mean of the examples: torch.nn.CrossEntropyLoss of probabilities. */
function shareEntropy(tape: Tape, { logits, target }: Given, { smoothing = 0, weights }: Loss): string {
  const dims = tape.shape(logits)
  const classes = dims[1] ?? 1
  const smoothed =
    smoothing > 0 ? plus(tape, scaled(tape, target, 1 - smoothing), tape.number(smoothing / classes)) : target
  const wanted = weights ? times(tape, smoothed, byClass(tape, weights, dims)) : smoothed
  const products = all(tape, times(tape, tape.operator('LogSoftmax', [logits], { axis: 1 }), wanted))
  return scaled(tape, products, -classes / sizeOf(dims))
}

/** −Σ w_t (1 − p_t)^γ log p_t / N (Lin et al. 2017, equation 5, of softmax). */
function focal(tape: Tape, given: Given, { gamma = 2, weights }: Loss): string {
  const dims = tape.shape(given.logits)
  const right = oneHot(tape, given)
  const logs = sum(tape, times(tape, tape.operator('LogSoftmax', [given.logits], { axis: 1 }), right), [1])
  const rest = minus(tape, tape.number(1), tape.operator('Exp', [logs]))
  // Never 0, where the gradient of a power below 1 is infinite.
  const wrong = tape.operator('Clip', [rest, tape.number(2 ** -24), tape.number(2)])
  const eased = times(tape, logs, tape.operator('Pow', [wrong, tape.number(gamma)]))
  const counted = weights ? times(tape, eased, sum(tape, times(tape, right, byClass(tape, weights, dims)), [1])) : eased
  return scaled(tape, all(tape, counted), -1 / (sizeOf(dims) / (dims[1] ?? 1)))
}

/** 1 − (2 Σ p t + 1) / (Σ p + Σ t + 1), over all places of a class, then the mean of the classes (Milletari et al. 2016, with 1 so that none is 0 / 0). */
function dice(tape: Tape, given: Given): string {
  const dims = tape.shape(given.logits)
  const right = oneHot(tape, given)
  // What is found where the right class is none of the network's does not count.
  const counts = sum(tape, right, [1])
  const found = times(tape, tape.operator('Softmax', [given.logits], { axis: 1 }), counts)
  const axes = [...dims.keys()].filter((axis) => axis !== 1)
  const one = tape.number(1)
  const both = plus(tape, scaled(tape, sum(tape, times(tape, found, right), axes, 0), 2), one)
  const either = plus(tape, plus(tape, sum(tape, found, axes, 0), sum(tape, right, axes, 0)), one)
  const score = tape.operator('ReduceMean', [tape.operator('Div', [both, either])], { keepdims: 0 })
  return minus(tape, one, score)
}

const whole = (tape: Tape, of: string): string => tape.operator('ReduceMean', [of], { keepdims: 0 })

/** (y − t)², the mean of all numbers. */
function meanSquares(tape: Tape, { logits, target }: Given): string {
  const apart = minus(tape, logits, target)
  return whole(tape, times(tape, apart, apart))
}

/** log(1 + eˣ) − x t, the mean of all numbers: torch.nn.BCEWithLogitsLoss. */
const binary = (tape: Tape, { logits, target }: Given): string =>
  whole(tape, minus(tape, tape.operator('Softplus', [logits]), times(tape, logits, target)))

/** Writes the loss of a batch: a number. */
export function writeLoss(tape: Tape, given: Given, loss: Loss): string {
  switch (loss.kind) {
    case 'crossEntropy':
      return crossEntropy(tape, given, loss)
    case 'focal':
      return focal(tape, given, loss)
    case 'dice':
      return dice(tape, given)
    case 'crossEntropyDice':
      return plus(tape, crossEntropy(tape, given, loss), dice(tape, given))
    case 'mse':
      return meanSquares(tape, given)
    case 'bce':
      return binary(tape, given)
  }
}

/** How many places of the batch have their right class on top: a number. */
export function writeHits(tape: Tape, { logits, target }: Given, { shares }: Pick<Loss, 'shares'>): string {
  const top = (of: string): string => tape.operator('ArgMax', [of], { axis: 1, keepdims: 0 })
  const same = tape.operator('Equal', [top(logits), shares ? top(target) : tape.operator('Cast', [target], { to: 7 })])
  return all(tape, tape.operator('Cast', [same], { to: 1 }))
}
