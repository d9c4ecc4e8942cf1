/** How far apart the points of a cloud are: the median distance from a point to its nearest neighbour. */

/** Distances computed at most: a second or so. */
const budget = 3e8
const mostSamples = 512
const fewestSamples = 16

/**
 * @param rows numbers, `width` for each point, of which the first three are x, y, z
 * @returns undefined if no two points differ
 */
export function spacingOf(rows: Float32Array, width: number): number | undefined {
  const points = rows.length / width
  const samples = Math.min(points, mostSamples, Math.max(fewestSamples, Math.floor(budget / points)))
  const nearest: number[] = []
  for (let i = 0; i < samples; i++) {
    const at = Math.floor(((i + 0.5) * points) / samples) * width
    const [x = 0, y = 0, z = 0] = rows.subarray(at, at + 3)
    let least = Number.POSITIVE_INFINITY
    for (let j = 0; j < rows.length; j += width) {
      const [dx, dy, dz] = [(rows[j] ?? 0) - x, (rows[j + 1] ?? 0) - y, (rows[j + 2] ?? 0) - z]
      const squared = dx * dx + dy * dy + dz * dz
      // Points may be there twice.
      if (squared > 0 && squared < least) least = squared
    }
    if (least < Number.POSITIVE_INFINITY) nearest.push(Math.sqrt(least))
  }
  nearest.sort((a, b) => a - b)
  return nearest[nearest.length >> 1]
}
