import { defineWork } from '../../engine/types/work.ts'

export interface PeaksInput {
  /** Of a picture with this width, row by row. */
  readonly responses: Float32Array
  readonly width: number
  /** Only responses above this part of the largest one count. */
  readonly quality: number
  /** No two are nearer than this, in pixels. */
  readonly distance: number
  /** The most peaks returned. */
  readonly most: number
  /** Written as the size of each. */
  readonly size: number
}

/**
 * The responses that are the largest of the nine around them, largest first, as rows of x, y, size, angle −1 and response. The
 * outermost pixels have none. @see OpenCV goodFeaturesToTrack
 */
export const peaksWork = defineWork({
  name: 'feature/peaks',
  run: ({ responses, width, quality, distance, most, size }: PeaksInput): Float32Array => {
    const height = responses.length / width
    const at = (i: number): number => responses[i] ?? 0
    let top = Number.NEGATIVE_INFINITY
    for (const value of responses) if (value > top && value < Number.POSITIVE_INFINITY) top = value
    const least = top * quality
    const found: number[] = []
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x
        const value = at(i)
        if (!(value > least) || value === 0 || value === Number.POSITIVE_INFINITY) continue
        const rows = [i - width, i, i + width]
        if (rows.every((j) => !(at(j - 1) > value) && !(at(j) > value) && !(at(j + 1) > value))) found.push(i)
      }
    // Of equal ones the last comes first, as in OpenCV.
    found.sort((a, b) => at(b) - at(a) || b - a)
    const chosen = distance < 1 ? found.slice(0, most) : apart(found, width, height, distance, most)
    return Float32Array.from(chosen.flatMap((i) => [i % width, Math.floor(i / width), size, -1, at(i)]))
  },
})

/** The first of them that are no nearer to each other than this. */
function apart(found: readonly number[], width: number, height: number, distance: number, most: number): number[] {
  const cell = Math.round(distance)
  const [across, down] = [Math.ceil(width / cell), Math.ceil(height / cell)]
  const grid = new Map<number, number[]>()
  const chosen: number[] = []
  for (const i of found) {
    if (chosen.length >= most) break
    const [x, y] = [i % width, Math.floor(i / width)]
    const [cx, cy] = [Math.floor(x / cell), Math.floor(y / cell)]
    let free = true
    for (let v = Math.max(0, cy - 1); v <= Math.min(down - 1, cy + 1) && free; v++)
      for (let u = Math.max(0, cx - 1); u <= Math.min(across - 1, cx + 1) && free; u++)
        for (const j of grid.get(v * across + u) ?? [])
          if (((j % width) - x) ** 2 + (Math.floor(j / width) - y) ** 2 < distance * distance) free = false
    if (!free) continue
    const key = cy * across + cx
    grid.set(key, [...(grid.get(key) ?? []), i])
    chosen.push(i)
  }
  return chosen
}
