/** Histograms of oriented gradients, with the arithmetic of cv2.HOGDescriptor. Plain arrays. */
import { borderIndex } from '../engine/ops/border.ts'

export interface HogParams {
  /** Side of a cell, in pixels; blocks move by one cell. */
  readonly cell: number
  /** Cells on a side of a block. */
  readonly block: number
  readonly bins: number
  /** Whether dark to bright and bright to dark are different directions. */
  readonly signed: boolean
  /** Whether the root of every number is taken first. */
  readonly gamma: boolean
}

export interface HogPicture {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** From 0 to 1, row by row, channels last. */
  readonly numbers: ArrayLike<number>
}

export interface HogSize {
  /** Of the window from the top left corner: whole cells, at least a block. */
  readonly width: number
  readonly height: number
  /** How many blocks there are. */
  readonly across: number
  readonly down: number
}

export function hogSize(width: number, height: number, { cell, block }: HogParams): HogSize {
  const cells = (side: number): number => Math.max(block, Math.floor(side / cell))
  const [across, down] = [cells(width), cells(height)]
  return { width: across * cell, height: down * cell, across: across - block + 1, down: down - block + 1 }
}

export const hogLength = (width: number, height: number, params: HogParams): number => {
  const { across, down } = hogSize(width, height, params)
  return across * down * params.block ** 2 * params.bins
}

/** What no number of a block's histogram may exceed. */
const clip = 0.2

/**
 * Block by block, downwards and then to the right; in a block cell by cell in the same order, and bin by bin.
 * @see OpenCV HOGDescriptor (L2Hys, trilinear, blocks weighted by a Gaussian); Dalal and Triggs 2005
 */
export function hog(picture: HogPicture, params: HogParams, cancelled: () => boolean = () => false): Float32Array {
  const { cell, block, bins } = params
  const { width, height, across, down } = hogSize(picture.width, picture.height, params)
  const { votes, bin } = slopes(picture, width, height, params)
  const side = cell * block
  const length = block * block * bins
  const result = new Float32Array(across * down * length)
  const places = blockPlaces(cell, block)
  for (let bx = 0; bx < across && !cancelled(); bx++)
    for (let by = 0; by < down; by++) {
      const at = (bx * down + by) * length
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
          const from = 2 * ((by * cell + y) * width + bx * cell + x)
          const place = places[y * side + x]
          if (!place) continue
          const [b0 = 0, b1 = 0] = [bin[from], bin[from + 1]]
          const [v0 = 0, v1 = 0] = [votes[from], votes[from + 1]]
          for (const { cell: into, weight } of place) {
            const to = at + into * bins
            result[to + b0] = (result[to + b0] ?? 0) + v0 * weight
            result[to + b1] = (result[to + b1] ?? 0) + v1 * weight
          }
        }
      normalise(result.subarray(at, at + length))
    }
  return result
}

/** How much each pixel votes for which two bins: two numbers each. */
function slopes({ width, height, channels, numbers }: HogPicture, w: number, h: number, params: HogParams) {
  const { bins, signed, gamma } = params
  const votes = new Float32Array(2 * w * h)
  const bin = new Uint16Array(2 * w * h)
  const scale = bins / (signed ? 2 * Math.PI : Math.PI)
  const at = (y: number, x: number, c: number): number => {
    const v =
      numbers[(borderIndex(y, height, 'reflect101') * width + borderIndex(x, width, 'reflect101')) * channels + c] ?? 0
    // NaN and what is infinite have no slope. Bytes come out whole again, so that channels that slope alike do so exactly.
    const finite = Number.isFinite(v) ? Math.max(0, Math.fround(v * 255)) : 0
    return gamma ? Math.sqrt(finite) : finite
  }
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      let [dx, dy, most] = [0, 0, -1]
      for (let c = 0; c < channels; c++) {
        const [u, v] = [at(y, x + 1, c) - at(y, x - 1, c), at(y + 1, x, c) - at(y - 1, x, c)]
        if (u * u + v * v > most) [dx, dy, most] = [u, v, u * u + v * v]
      }
      const turn = Math.atan2(dy, dx)
      const place = (turn < 0 ? turn + 2 * Math.PI : turn) * scale - 0.5
      const low = Math.floor(place)
      const part = place - low
      const i = 2 * (y * w + x)
      const length = Math.sqrt(most)
      votes[i] = length * (1 - part)
      votes[i + 1] = length * part
      bin[i] = (low + 2 * bins) % bins
      bin[i + 1] = (low + 1 + 2 * bins) % bins
    }
  return { votes, bin }
}

/** For each pixel of a block the cells that it counts in, up to four, and how much. */
function blockPlaces(cell: number, block: number) {
  const side = cell * block
  const sigma = (2 * side) / 8
  return Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)]
    const bell = Math.exp(-((x - side / 2) ** 2 + (y - side / 2) ** 2) / (2 * sigma * sigma))
    const [cx, cy] = [(x + 0.5) / cell - 0.5, (y + 0.5) / cell - 0.5]
    const [x0, y0] = [Math.floor(cx), Math.floor(cy)]
    return [0, 1].flatMap((v) =>
      [0, 1].flatMap((u) => {
        const [column, row] = [x0 + u, y0 + v]
        if (column < 0 || row < 0 || column >= block || row >= block) return []
        const weight = bell * (u ? cx - x0 : 1 - cx + x0) * (v ? cy - y0 : 1 - cy + y0)
        return [{ cell: column * block + row, weight }]
      }),
    )
  })
}

/** L2Hys: to length 1, cut off, and to length 1 again. */
function normalise(histogram: Float32Array): void {
  const lengthOf = (): number => Math.sqrt(histogram.reduce((sum, v) => sum + v * v, 0))
  const first = 1 / (lengthOf() + 0.1 * histogram.length)
  for (const [i, v] of histogram.entries()) histogram[i] = Math.min(v * first, clip)
  const second = 1 / (lengthOf() + 1e-3)
  for (const [i, v] of histogram.entries()) histogram[i] = v * second
}

/**
 * A star for each cell: lines along the edges, the brighter the more of them point that way.
 * @param zoom sides of the drawing for each pixel of the window
 * @returns from 0 to 1, row by row
 */
export function hogStars(vector: Float32Array, size: HogSize, params: HogParams, zoom: number): Float32Array {
  const { cell, block, bins, signed } = params
  const side = cell * zoom
  const [columns, rows] = [size.width / cell, size.height / cell]
  const width = columns * side
  const drawn = new Float32Array(width * rows * side)
  const length = block * block * bins
  const means = new Float32Array(columns * rows * bins)
  for (let x = 0; x < columns; x++)
    for (let y = 0; y < rows; y++) {
      let blocks = 0
      for (let u = 0; u < block; u++)
        for (let v = 0; v < block; v++) {
          const [bx, by] = [x - u, y - v]
          if (bx < 0 || by < 0 || bx >= size.across || by >= size.down) continue
          blocks++
          const from = (bx * size.down + by) * length + (u * block + v) * bins
          for (let b = 0; b < bins; b++) {
            const to = (y * columns + x) * bins + b
            means[to] = (means[to] ?? 0) + (vector[from + b] ?? 0)
          }
        }
      for (let b = 0; b < bins; b++) {
        const to = (y * columns + x) * bins + b
        means[to] = (means[to] ?? 0) / Math.max(1, blocks)
      }
    }
  const most = means.reduce((a, b) => Math.max(a, b), 1e-6)
  const strokes = Array.from({ length: bins }, (_, b) =>
    strokeOf(((b + 0.5) / bins) * (signed ? 2 : 1) * Math.PI, side),
  )
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (const [b, stroke] of strokes.entries()) {
        const strength = (means[(y * columns + x) * bins + b] ?? 0) / most
        if (strength < 0.02) continue
        for (const { dx, dy, cover } of stroke) {
          const i = (y * side + dy) * width + x * side + dx
          drawn[i] = Math.max(drawn[i] ?? 0, strength * cover)
        }
      }
  return drawn
}

/** The pixels of a line through the middle of a cell, across the gradient's direction, and how much of each it covers. */
function strokeOf(turn: number, side: number) {
  const [nx, ny] = [Math.cos(turn), Math.sin(turn)]
  const middle = (side - 1) / 2
  return Array.from({ length: side * side }, (_, i) => {
    const [dx, dy] = [i % side, Math.floor(i / side)]
    const [u, v] = [dx - middle, dy - middle]
    const along = Math.abs(-u * ny + v * nx)
    const cover = Math.max(0, 1 - Math.abs(u * nx + v * ny)) * (along <= side * 0.45 ? 1 : 0)
    return { dx, dy, cover }
  }).filter(({ cover }) => cover > 0)
}
