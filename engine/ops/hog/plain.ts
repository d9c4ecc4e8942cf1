/**
 * Histograms of oriented gradients in plain arrays, with the arithmetic of cv2.HOGDescriptor: for explanations, for the many small
 * pictures of a work, and what the kernels are tested with.
 */
import { borderIndex } from '../border.ts'

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
export function blockPlaces(cell: number, block: number) {
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
