/** exp(x) / Σ exp(x), without overflow. */
export function softmax(numbers: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(numbers)
  const most = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const powers = all.map((x) => Math.exp(x - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}
