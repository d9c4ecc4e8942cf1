/** An order in which any first part of the splats is spread evenly over all of them. */

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b))

/**
 * Where each of `count` splats goes: steps of the golden ratio around a circle, which leave no gap.
 * @see Knuth, The Art of Computer Programming 3, 6.4 (Fibonacci hashing)
 */
export function spreadOf(count: number): (index: number) => number {
  if (count < 3) return (index) => index
  let step = Math.round(count * 0.6180339887498949)
  while (common(step, count) !== 1) step++
  // From place to splat the steps are taken; from splat to place they are undone.
  const back = inverseOf(step, count)
  // Products stay below 2^53: no scene has 90 million splats.
  return (index) => (index * back) % count
}

/** The number that a step has to be multiplied by to be 1, modulo `count`. */
function inverseOf(step: number, count: number): number {
  let [a, b, x, y] = [step, count, 1, 0]
  while (b > 0) {
    const q = Math.floor(a / b)
    ;[a, b, x, y] = [b, a - q * b, y, x - q * y]
  }
  return ((x % count) + count) % count
}
