/** Histograms of oriented gradients: how they are drawn. */
import type { HogParams, HogSize } from '../engine/ops/hog/plain.ts'

export { type HogParams, type HogPicture, type HogSize, hog, hogLength, hogSize } from '../engine/ops/hog/plain.ts'

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
