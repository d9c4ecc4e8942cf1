import { defineWork } from '../../engine/types/work.ts'

export interface NearestInput {
  /** (N, D), shared. */
  readonly rows: Float32Array
  /** (D) */
  readonly query: Float32Array
  readonly metric: 'cosine' | 'euclidean'
  readonly count: number
}

export interface Neighbour {
  readonly row: number
  readonly distance: number
}

/** The rows nearest to the query, nearest first; of equal distances the first row. A row of zeros is 1 away by its angle. */
export const nearestRows = defineWork({
  name: 'learn/nearest',
  run({ rows, query, metric, count }: NearestInput, context): readonly Neighbour[] {
    const { length } = query
    const n = rows.length / length
    const own = query.reduce((sum, v) => sum + v * v, 0)
    const found: Neighbour[] = []
    for (let row = 0; row < n && !context.cancelled; row++) {
      let [dot, squares, apart] = [0, 0, 0]
      for (let d = 0; d < length; d++) {
        const [x, y] = [query[d] as number, rows[row * length + d] as number]
        dot += x * y
        squares += y * y
        apart += (x - y) ** 2
      }
      const angle = own * squares > 0 ? 1 - dot / Math.sqrt(own * squares) : 1
      found.push({ row, distance: metric === 'euclidean' ? Math.sqrt(apart) : angle })
    }
    return found.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, count)
  },
})
