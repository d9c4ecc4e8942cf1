/** Otsu's threshold of a histogram, with the arithmetic of cv2.threshold. */

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
