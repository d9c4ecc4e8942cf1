/** A filter's matrix for a smaller picture, so that a quick preview looks like the full result seen at that size. */

type Matrix = readonly (readonly number[])[]

/** The nearest integer; halves round towards the centre, so that symmetric kernels stay symmetric. */
const nearest = (offset: number): number => Math.sign(offset) * Math.ceil(Math.abs(offset) - 0.5)

/** Where a weight at `offset` pixels goes: the three nearest integers, exact for parabolas (Lagrange). */
function places(offset: number): readonly (readonly [place: number, weight: number])[] {
  const centre = nearest(offset)
  const t = offset - centre
  return [
    [centre - 1, (t * (t - 1)) / 2],
    [centre, 1 - t * t],
    [centre + 1, (t * (t + 1)) / 2],
  ]
}

/**
 * Each weight moves to `scale` times its distance from the centre. Sums stay, first differences shrink by `scale`, second ones
 * by `scale`², as derivatives do.
 * @param kernel odd sides
 * @param scale 0 < scale ≤ 1; 1 gives the matrix itself
 */
export function scaleKernel(kernel: Matrix, scale: number): Matrix {
  if (scale === 1) return kernel
  const reach = (side: number): number => (side === 1 ? 0 : nearest((side >> 1) * scale) + 1)
  const [ry, rx] = [kernel.length >> 1, (kernel[0]?.length ?? 1) >> 1]
  const [sy, sx] = [reach(kernel.length), reach(2 * rx + 1)]
  const scaled = Array.from({ length: 2 * sy + 1 }, () => new Array<number>(2 * sx + 1).fill(0))
  for (const [i, row] of kernel.entries())
    for (const [j, value] of row.entries())
      for (const [y, wy] of places((i - ry) * scale))
        for (const [x, wx] of places((j - rx) * scale)) {
          const line = scaled[y + sy]
          // A kernel of one row or column has no neighbours, and weights of 0 for them.
          if (line && line[x + sx] !== undefined) line[x + sx] = (line[x + sx] ?? 0) + value * wy * wx
        }
  return scaled
}
