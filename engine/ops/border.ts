/** What lies outside a picture: OpenCV's border modes, names and rules (cv2.borderInterpolate). */

/** In the order of OpenCV's numbers. `reflect101` does not repeat the edge pixel: gfedcb|abcdefgh|gfedcba. */
export const borderModes = ['constant', 'replicate', 'reflect', 'wrap', 'reflect101'] as const
export type BorderMode = (typeof borderModes)[number]

export const borderCode = (mode: BorderMode): number => borderModes.indexOf(mode)

/** The index that stands for index `i` of an axis of length `n`; -1: the constant. */
export function borderIndex(i: number, n: number, mode: BorderMode): number {
  if (i >= 0 && i < n) return i
  switch (mode) {
    case 'constant':
      return -1
    case 'replicate':
      return i < 0 ? 0 : n - 1
    case 'wrap':
      return ((i % n) + n) % n
    case 'reflect': {
      const r = ((i % (2 * n)) + 2 * n) % (2 * n)
      return r < n ? r : 2 * n - 1 - r
    }
    case 'reflect101': {
      if (n === 1) return 0
      const period = 2 * n - 2
      const r = ((i % period) + period) % period
      return r < n ? r : period - r
    }
  }
}
