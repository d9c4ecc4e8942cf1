/** Otsu's threshold: of a histogram with the arithmetic of cv2.threshold, and of a picture, whatever its numbers are. */
import type { Ops } from '../engine/ops/calls.ts'
import { abs, add, div, expr, greater, mul, round, select, sub } from '../engine/ops/expr.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { coverOf, opaque } from './alpha.ts'

/** Below this a class counts as empty, as in OpenCV. */
const epsilon = 1.1920928955078125e-7

/**
 * The last bin of the lower class: the one that maximises the variance between both classes; the first of equals.
 * @param histogram counts
 * @see OpenCV getThreshVal_Otsu_8u
 */
export function otsu(histogram: readonly number[]): number {
  const total = histogram.reduce((a, b) => a + b, 0)
  const mean = histogram.reduce((sum, count, bin) => sum + bin * count, 0) / total
  let [best, most, q, below] = [0, 0, 0, 0]
  for (const [bin, count] of histogram.entries()) {
    const p = count / total
    below *= q
    q += p
    const rest = 1 - q
    if (Math.min(q, rest) < epsilon || Math.max(q, rest) > 1 - epsilon) continue
    below = (below + bin * p) / q
    const above = (mean - q * below) / rest
    const between = q * rest * (below - above) ** 2
    if (between > most) [best, most] = [bin, between]
  }
  return best
}

/** The most bins that statistics make at once. */
const mostBins = 4096

/** Counts of the values low, low + step, ..., as many as `levels`. */
async function countsOf(ops: Ops, image: ImageValue, low: number, step: number, levels: number): Promise<number[]> {
  const counts: number[] = []
  while (counts.length < levels) {
    const bins = Math.max(2, Math.min(mostBins, levels - counts.length))
    const from = low + (counts.length - 0.5) * step
    const [channel] = await ops.statistics(image, { bins, range: [from, from + bins * step] })
    counts.push(...(channel?.histogram ?? []))
  }
  return counts
}

const extentOf = async (ops: Ops, image: ImageValue): Promise<readonly [number, number]> => {
  const [channel] = await ops.statistics(image, {})
  return [channel?.min ?? 0, channel?.max ?? 0]
}

/** What float32 leaves of n / top, times top, may be off by, relative to n. */
const rounding = 4e-7

/** Whether all numbers are n / top with a whole n from 0 to `top`, as in pictures of 8 and 16 bits. */
async function isWhole(ops: Ops, image: ImageValue, extent: readonly [number, number], top: number): Promise<boolean> {
  const near = (n: number): boolean => Math.abs(n - Math.round(n)) <= rounding * n
  if (extent[0] < 0 || extent[1] > 1 || !extent.every((value) => near(value * top))) return false
  const apart = expr((a) => sub(abs(sub(mul(a, top), round(mul(a, top)))), mul(a, rounding * top)))
  return (await extentOf(ops, await ops.pointwise(image, { formula: apart, range: null })))[1] <= 0
}

/**
 * How many equal steps there are from the first to the last bin such that every bin that is not empty is one of them; undefined
 * if there are too many to tell. Bins are narrow, so only pictures with few different numbers have such a step.
 */
function stepsOf(histogram: readonly number[]): number | undefined {
  const filled = [...histogram.entries()].filter(([, count]) => count > 0).map(([bin]) => bin)
  const last = histogram.length - 1
  const fits = (steps: number): boolean =>
    filled.every((bin) => Math.abs(bin - (Math.round((bin * steps) / last) * last) / steps) <= 0.501)
  for (let steps = Math.max(1, filled.length - 1); steps <= mostBins / 4; steps++) if (fits(steps)) return steps
  return undefined
}

/**
 * The threshold that best separates the numbers of a one-channel picture: the largest number of the lower class. If a picture is
 * scaled and shifted, so is its threshold. Where all numbers are those of an 8- or 16-bit picture it is what cv2.threshold gives
 * for that. NaN, infinite numbers and pixels of opacity 0 do not count. A picture of one number has that number, so that nothing is
 * above it, as in scikit-image; cv2.threshold gives 0 there, which would put all of it above.
 * @see OpenCV threshold with THRESH_OTSU; skimage.filters.threshold_otsu
 */
export async function bestThreshold(ops: Ops, given: ImageValue): Promise<number> {
  // An infinite number is left out by statistics.
  const seen = expr((value, opacity) => add(value, sub(div(1, greater(opacity, 0)), 1)))
  const image = given.alpha
    ? await ops.pointwise(await opaque(ops, given), await coverOf(ops, given), {
        formula: seen,
      })
    : given
  const [low, high] = await extentOf(ops, image)
  if (low >= high) return low
  for (const top of [255, 65535])
    if (await isWhole(ops, image, [low, high], top))
      return Math.fround(otsu(await countsOf(ops, image, 0, 1 / top, top + 1)) / top)
  const fine = await countsOf(ops, image, low, (high - low) / (mostBins - 1), mostBins)
  const steps = stepsOf(fine) ?? mostBins - 1
  const counts = new Array<number>(steps + 1).fill(0)
  for (const [bin, count] of fine.entries()) {
    const step = Math.round((bin * steps) / (mostBins - 1))
    counts[step] = (counts[step] ?? 0) + count
  }
  const between = low + ((otsu(counts) + 0.5) * (high - low)) / steps
  const below = expr((a) => select(greater(a, between), low, a))
  return (await extentOf(ops, await ops.pointwise(image, { formula: below, range: null })))[1]
}
