/** Line segments from what M-LSD gives: how likely a segment's middle is at each place of a grid, and where its ends are from there. */

export interface Segment {
  /** In cells of the grid, (0, 0) the middle of the first one. */
  readonly ends: readonly [x0: number, y0: number, x1: number, y1: number]
  readonly score: number
}

export interface Grid {
  readonly width: number
  readonly height: number
  /** Row-major, one for each cell. */
  readonly scores: ArrayLike<number>
  /** Row-major, four for each cell: x and y of one end, x and y of the other, in cells from there. */
  readonly offsets: ArrayLike<number>
}

/** Segments whose score is the largest of the nine around it, best first. @param least score @see M-LSD, pred_lines */
export function segmentsIn({ width, height, scores, offsets }: Grid, least: number, most: number): readonly Segment[] {
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? Number.NEGATIVE_INFINITY : (scores[y * width + x] ?? 0)
  const found: Segment[] = []
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const score = at(x, y)
      if (score < least) continue
      let peak = true
      for (let dy = -1; dy <= 1 && peak; dy++)
        for (let dx = -1; dx <= 1 && peak; dx++) peak = at(x + dx, y + dy) <= score
      if (!peak) continue
      const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((k) => offsets[4 * (y * width + x) + k] ?? 0)
      found.push({ ends: [x + a, y + b, x + c, y + d], score })
    }
  return found.sort((a, b) => b.score - a.score).slice(0, most)
}
