/** Linear support vector machines, one class against the rest, by dual coordinate descent (liblinear). */
import type { TensorValue } from '../../values/index.ts'
import { requireInteger, unsupported } from '../check.ts'
import { defineOp } from '../op.ts'
import { everyNumberOf, explainInputs } from '../whole.ts'
import { workspace } from '../workspace.ts'
import { rowsOf } from './rows-of.ts'
import { dot, fitSvm, type SvmLoss } from './svm-plain.ts'

export interface LinearSvmParams {
  /** (N) The class of each row; −1: it is not learned from. */
  readonly targets: Int32Array
  /** What is told from all others, each by itself. */
  readonly ids: readonly number[]
  /** How much a mistake costs: the larger, the less the weights are held small. */
  readonly c: number
  readonly loss: SvmLoss
  /** Over all rows, at most. */
  readonly passes: number
  /** The violation of the optimum at which to stop. */
  readonly tolerance: number
}

export interface FittedClass {
  /** (D) */
  readonly weights: Float64Array
  readonly bias: number
  /** (N) w · x + b of all rows. */
  readonly scores: Float64Array
}

const label = 'A linear SVM'
/** As in kernel.as.ts. */
const HEAD = 64
const [DONE, BIAS] = [12, 48]
/** How many numbers a part of the descent reads for each class: some ten milliseconds, which stopping it may take. */
const budget = 16e6

const explain = explainInputs(
  ([rows], { ids, targets, ...how }: LinearSvmParams) => {
    const features = rows?.numbers ?? new Float32Array(0)
    const { d } = rowsOf(label, rows?.shape)
    return ids.map((id) => {
      const signs = Int8Array.from(targets, (one) => (one < 0 ? 0 : one === id ? 1 : -1))
      const made = fitSvm(features, signs, how)
      return { ...made, scores: Float64Array.from(targets, (_, i) => made.bias + dot(made.weights, features, i * d)) }
    })
  },
  (fitted, { x, c, output }) => {
    const one = fitted[c]
    if (output === 'weights') return { says: 'a weight', value: one?.weights[x] }
    return output === 'bias' ? { says: 'a bias', value: one?.bias } : { says: 'a score', value: one?.scores[x] }
  },
)

/**
 * Weights (D) and bias of the hyperplane that separates each class from the rest: ½(|w|² + b²) + c Σ max(0, 1 − y(w·x + b))^p is least,
 * p = 2 for `squared`, 1 for `hinge`. Classes are learned side by side. It has no GPU kernel.
 *
 * Rows (N, D) float32 in; plain numbers of each class out.
 * @throws op.unsupported for what is no rows, and targets of another number
 * @see Hsieh et al., A dual coordinate descent method for large-scale linear SVM, ICML 2008, algorithm 3; liblinear
 */
export const linearSvm = defineOp<readonly [TensorValue], LinearSvmParams, readonly FittedClass[]>({
  name: 'linearSvm',
  nonFinite: 'Numbers that are not finite make weights that are not, as in NumPy; the passes are bounded all the same.',
  async cpu(context, [rows], { targets, ids, c, loss, passes, tolerance }) {
    const { n, d } = rowsOf(label, rows)
    if (targets.length !== n) throw unsupported(label, `${targets.length} targets`, `${n}, one for each row`)
    if (!(c > 0)) throw unsupported(label, `a cost of ${c}`, 'one above 0')
    requireInteger(label, 'passes', passes, 1, 2 ** 30)
    const { device } = context
    const src = context.address(rows)
    const [diagonal, bound] = loss === 'squared' ? [1 / (2 * c), Number.POSITIVE_INFINITY] : [0, c]
    const order = Int32Array.from(targets, (_, i) => i).filter((i) => (targets[i] ?? -1) >= 0)
    const norms = workspace(context, 8 * n)
    await device.dispatch({ kernel: 'svmNorms', args: [src, d, diagonal, norms], rows: n })
    // A multiple of 16, so that weights lie where registers like to read them.
    const bytes = Math.ceil((HEAD + 8 * d + 12 * n) / 16) * 16
    let [from, to] = [0, workspace(context, bytes * ids.length)]
    const given = [src, n, d, context.upload(targets), context.upload(Int32Array.from(ids)), norms]
    const how = [context.upload(order), order.length, diagonal, bound, passes, tolerance, budget]
    for (;;) {
      await device.dispatch({ kernel: 'svmDescent', args: [...given, ...how, from, to, bytes], rows: ids.length })
      const { buffer, byteOffset } = context.uint8(to, bytes * ids.length)
      const states = new DataView(buffer, byteOffset)
      if (ids.every((_, k) => states.getInt32(k * bytes + DONE, true) !== 0)) break
      const free = from || workspace(context, bytes * ids.length)
      from = to
      to = free
    }
    const scores = workspace(context, 8 * n * ids.length)
    await device.dispatch({ kernel: 'svmScores', args: [src, n, d, to, bytes, ids.length, scores], rows: n })
    return ids.map((_, k) => ({
      weights: context.float64(to + k * bytes + HEAD, d).slice(),
      bias: context.float64(to + k * bytes + BIAS, 1)[0] ?? 0,
      scores: context.float64(scores + 8 * k * n, n).slice(),
    }))
  },
  whole: true,
  reach: (_, shapes) => everyNumberOf(shapes),
  terms: explain,
})
