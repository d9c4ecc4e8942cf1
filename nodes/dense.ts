/** A fully connected layer. Plain functions over arrays. */

export const activations = ['none', 'softmax', 'relu', 'sigmoid'] as const
export type Activation = (typeof activations)[number]

function activate(row: Float64Array, activation: Activation): void {
  if (activation === 'softmax') {
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    let sum = 0
    for (const [i, v] of row.entries()) sum += row[i] = Math.exp(v - most)
    for (const [i, v] of row.entries()) row[i] = v / sum
  } else if (activation === 'relu') for (const [i, v] of row.entries()) row[i] = v > 0 || Number.isNaN(v) ? v : 0
  else if (activation === 'sigmoid') for (const [i, v] of row.entries()) row[i] = 1 / (1 + Math.exp(-v))
}

export interface DenseInput {
  /** (N, C) */
  readonly features: Float32Array
  readonly channels: number
  /** (C, K) */
  readonly weights: Float32Array
  readonly classes: number
  /** (K); absent: 0. */
  readonly bias?: Float32Array
  readonly activation: Activation
}

/** (N, K): x · W + b of each row. Summed in float64. @param done is told after each row which part is done; `true` stops */
export function dense(
  { features, channels, weights, classes, bias, activation }: DenseInput,
  done: (part: number) => boolean = () => false,
): Float32Array {
  const count = channels === 0 ? 0 : features.length / channels
  const out = new Float32Array(count * classes)
  const row = new Float64Array(classes)
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < classes; k++) row[k] = bias?.[k] ?? 0
    for (let c = 0; c < channels; c++) {
      const x = features[n * channels + c] ?? 0
      const start = c * classes
      for (let k = 0; k < classes; k++) row[k] = (row[k] ?? 0) + x * (weights[start + k] ?? 0)
    }
    activate(row, activation)
    out.set(row, n * classes)
    if (done((n + 1) / count)) break
  }
  return out
}

/** (N, C): the mean over all places of maps (N, places, C), or (N, C, places). */
export function pooled(numbers: ArrayLike<number>, count: number, places: number, channels: number, first: boolean) {
  const out = new Float32Array(count * channels)
  const [step, within] = first ? [1, places] : [channels, 1]
  for (let n = 0; n < count; n++)
    for (let c = 0; c < channels; c++) {
      let sum = 0
      const start = n * places * channels + c * within
      for (let p = 0; p < places; p++) sum += numbers[start + p * step] ?? 0
      out[n * channels + c] = sum / places
    }
  return out
}
