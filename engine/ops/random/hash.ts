/** pcg3d of Jarzynski and Olano, in plain TypeScript. */

/** The number at a place, 0 ≤ v < 1. */
export function randomAt(column: number, row: number, channel: number, seed: number): number {
  const { imul } = Math
  const start = (v: number): number => (imul(v, 1664525) + 1013904223) | 0
  let [x, y, z] = [start(column | (channel << 16)), start(row), start(seed)]
  const mix = (): void => {
    x = (x + imul(y, z)) | 0
    y = (y + imul(z, x)) | 0
    z = (z + imul(x, y)) | 0
  }
  mix()
  x ^= x >>> 16
  y ^= y >>> 16
  z ^= z >>> 16
  mix()
  return (x >>> 8) / 2 ** 24
}
