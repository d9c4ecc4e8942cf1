/** For tests: fits a line to points by gradient descent, one epoch a call. */
import { defineWork } from '../../engine/types/work.ts'

export interface LineState {
  readonly epoch: number
  readonly slope: number
  readonly intercept: number
  readonly loss: Float64Array
}

export interface LineEpoch {
  readonly state: LineState
  readonly x: Float64Array
  readonly y: Float64Array
  readonly rate: number
  /** How long the epoch takes at least, in ms. */
  readonly ms: number
}

export const lineEpoch = defineWork({
  name: 'testing/line',
  run({ state, x, y, rate, ms }: LineEpoch): LineState {
    const start = performance.now()
    let { slope, intercept } = state
    let [sum, bySlope, byIntercept] = [0, 0, 0]
    for (const [i, xi] of x.entries()) {
      const error = slope * xi + intercept - (y[i] ?? 0)
      sum += error * error
      bySlope += error * xi
      byIntercept += error
    }
    slope -= (2 * rate * bySlope) / x.length
    intercept -= (2 * rate * byIntercept) / x.length
    while (performance.now() - start < ms);
    return { epoch: state.epoch + 1, slope, intercept, loss: Float64Array.of(...state.loss, sum / x.length) }
  },
})
