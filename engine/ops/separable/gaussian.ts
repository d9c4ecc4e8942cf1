/** The taps of Gaussian smoothing, as OpenCV makes them for float pictures when no kernel size is given. */
import { requireFinite, unsupported } from '../check.ts'

/**
 * Taps of a Gaussian in float64, in sum 1: cv2.getGaussianKernel(round(8σ + 1) | 1, σ). σ = 0 is the identity, [1].
 * @param sigma standard deviation in pixels, 0 to 64
 */
export function gaussianTaps(sigma: number): readonly number[] {
  requireFinite('Gaussian blur', 'sigma', [sigma])
  if (sigma < 0 || sigma > 64) throw unsupported('Gaussian blur', `sigma ${sigma}`, 'a sigma from 0 to 64 pixels')
  if (sigma === 0) return [1]
  const size = Math.round(8 * sigma + 1) | 1
  const centre = (size - 1) / 2
  const taps = Array.from({ length: size }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)))
  const sum = taps.reduce((a, b) => a + b, 0)
  return taps.map((tap) => tap / sum)
}
