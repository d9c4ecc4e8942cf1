/** Anchors: the boxes that a network moves onto things, the same few at every cell of a grid. Plain functions over arrays. */

export interface AnchorLevel {
  /** Cells of the grid. */
  readonly across: number
  readonly down: number
  /** Pixels from one cell to the next. */
  readonly strideX: number
  readonly strideY: number
  /** Square roots of the areas, in pixels. */
  readonly sizes: readonly number[]
}

/** Rounds halves to even, as torch.round does. */
function round(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  if (rest !== 0.5) return Math.round(value)
  return low % 2 === 0 ? low : low + 1
}

/** The anchors of the cell at (0, 0), all sizes of the first ratio first: x0, y0, x1, y1, rounded to whole pixels. */
export function cellAnchors(sizes: readonly number[], ratios: readonly number[]): readonly number[] {
  const { fround } = Math
  return ratios.flatMap((ratio) => {
    const tall = fround(Math.sqrt(fround(ratio)))
    const wide = fround(1 / tall)
    return sizes.flatMap((size) => {
      const [w, h] = [fround(wide * size), fround(tall * size)]
      return [round(-w / 2), round(-h / 2), round(w / 2), round(h / 2)]
    })
  })
}

export const anchorCount = (levels: readonly AnchorLevel[], ratios: number): number =>
  levels.reduce((sum, { across, down, sizes }) => sum + across * down * sizes.length * ratios, 0)

/**
 * All anchors, level by level, cell by cell in rows, in each cell as `cellAnchors` has them. A cell's anchors lie around its
 * top left corner.
 * @param ratios height / width
 * @see torchvision AnchorGenerator (Ren et al., "Faster R-CNN", 2015)
 */
export function anchorsOf(levels: readonly AnchorLevel[], ratios: readonly number[]): Float32Array {
  const boxes = new Float32Array(4 * anchorCount(levels, ratios.length))
  let at = 0
  for (const { across, down, strideX, strideY, sizes } of levels) {
    const cell = cellAnchors(sizes, ratios)
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++)
        for (const [i, side] of cell.entries()) boxes[at++] = side + (i % 2 === 0 ? x * strideX : y * strideY)
  }
  return boxes
}

/** A feature pyramid's five grids: the finest has cells of `finest` pixels; each next one has half as many, rounded up. */
export function pyramidOf({ width, height }: { readonly width: number; readonly height: number }, finest = 8) {
  const levels: { readonly across: number; readonly down: number }[] = []
  let [across, down] = [Math.ceil(width / finest), Math.ceil(height / finest)]
  for (let i = 0; i < 5; i++) {
    levels.push({ across, down })
    ;[across, down] = [Math.ceil(across / 2), Math.ceil(down / 2)]
  }
  // The strides that torchvision computes: rounded down where the picture is no multiple of the grid.
  return levels.map((grid) => ({
    ...grid,
    strideX: Math.floor(width / grid.across),
    strideY: Math.floor(height / grid.down),
  }))
}
