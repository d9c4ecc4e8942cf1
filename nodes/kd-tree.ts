/**
 * Nearest neighbours among points of three dimensions.
 * @see Bentley, Multidimensional Binary Search Trees Used for Associative Searching (1975)
 */

export interface KdTree {
  /** The squared distances to the `count` nearest points, rising; fewer where there are fewer. Of a point itself, 0 counts. */
  nearest(x: number, y: number, z: number, count: number): Float64Array
}

const leafSize = 12

/** @param points (N, 3), all finite */
export function kdTree(points: Float32Array): KdTree {
  const count = points.length / 3
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const at = (i: number, axis: number): number => points[3 * (order[i] ?? 0) + axis] ?? 0
  // A node for every range that is halved, in the order of a heap: its axis, and the number that divides it.
  const depth = Math.max(0, Math.ceil(Math.log2(Math.max(1, count) / leafSize)))
  const axes = new Uint8Array(2 ** depth)
  const edges = new Float32Array(2 ** depth)

  const swap = (i: number, j: number): void => {
    const own = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = own
  }
  /** Puts the point of rank `middle` there, smaller ones before it. Hoare's selection. */
  const select = (axis: number, first: number, last: number, middle: number): void => {
    let [low, high] = [first, last]
    while (low < high) {
      const pivot = at((low + high) >> 1, axis)
      let [i, j] = [low, high]
      while (i <= j) {
        while (at(i, axis) < pivot) i++
        while (at(j, axis) > pivot) j--
        if (i <= j) swap(i++, j--)
      }
      if (middle <= j) high = j
      else if (middle >= i) low = i
      else return
    }
  }
  const build = (node: number, from: number, to: number): void => {
    if (node >= 2 ** depth || to - from <= 1) return
    const [low, high] = [
      [Infinity, Infinity, Infinity],
      [-Infinity, -Infinity, -Infinity],
    ]
    for (let i = from; i < to; i++)
      for (let axis = 0; axis < 3; axis++) {
        const v = at(i, axis)
        if (v < (low[axis] ?? 0)) low[axis] = v
        if (v > (high[axis] ?? 0)) high[axis] = v
      }
    const spans = high.map((v, axis) => v - (low[axis] ?? 0))
    const axis = spans.indexOf(Math.max(...spans))
    axes[node] = axis
    const middle = (from + to) >> 1
    select(axis, from, to - 1, middle)
    edges[node] = at(middle, axis)
    build(2 * node, from, middle)
    build(2 * node + 1, middle, to)
  }
  build(1, 0, count)

  return {
    nearest(x, y, z, wanted) {
      const found = new Float64Array(Math.min(wanted, count)).fill(Infinity)
      const place = [x, y, z] as const
      const add = (squared: number): void => {
        let i = found.length - 1
        if (squared >= (found[i] ?? 0)) return
        for (; i > 0 && (found[i - 1] ?? 0) > squared; i--) found[i] = found[i - 1] ?? 0
        found[i] = squared
      }
      const search = (node: number, from: number, to: number): void => {
        if (node >= 2 ** depth || to - from <= 1) {
          for (let i = from; i < to; i++) add((at(i, 0) - x) ** 2 + (at(i, 1) - y) ** 2 + (at(i, 2) - z) ** 2)
          return
        }
        const middle = (from + to) >> 1
        const axis = axes[node] ?? 0
        const apart = (place[axis] ?? 0) - (edges[node] ?? 0)
        const [near, far] = [
          [2 * node, from, middle],
          [2 * node + 1, middle, to],
        ] as [[number, number, number], [number, number, number]]
        search(...(apart < 0 ? near : far))
        if (apart * apart < (found.at(-1) ?? 0)) search(...(apart < 0 ? far : near))
      }
      if (found.length > 0) search(1, 0, count)
      return found
    },
  }
}
