/** Watershed by flooding from seeds, in the order of scikit-image (Soille and Ansoult 1990). Plain functions. */

export interface Terrain {
  readonly width: number
  readonly height: number
  /** Heights, row by row. Water rises from the lowest; NaN is flooded last. */
  readonly numbers: Float32Array | Float64Array
}

export interface WatershedResult {
  /** 1, 2, … for the basins; 0 where no water comes. */
  readonly labels: Int32Array
  readonly count: number
}

/** Neighbours in the order of scikit-image: the nearest first, row by row. */
const steps = (eight: boolean): readonly (readonly [dy: number, dx: number])[] => {
  const sides = [
    [-1, 0],
    [0, -1],
    [0, 1],
    [1, 0],
  ] as const
  return eight ? [...sides, [-1, -1], [-1, 1], [1, -1], [1, 1]] : sides
}

/** Calls for each neighbour inside the picture. */
function around(
  at: number,
  { width, height }: Terrain,
  neighbours: readonly (readonly [number, number])[],
  each: (next: number) => void,
): void {
  const [y, x] = [Math.floor(at / width), at % width]
  for (const [dy, dx] of neighbours) {
    if (y + dy < 0 || x + dx < 0 || y + dy >= height || x + dx >= width) continue
    each(at + dy * width + dx)
  }
}

const heightAt = ({ numbers }: Terrain, at: number): number => {
  const v = numbers[at] ?? 0
  return Number.isNaN(v) ? Infinity : v
}

/** Numbers the local minima, plateaus as one, in the order of their first pixels: where nothing beside is lower. */
export function localMinima(terrain: Terrain, eight: boolean, cancelled: () => boolean): WatershedResult {
  const size = terrain.width * terrain.height
  const neighbours = steps(eight)
  const labels = new Int32Array(size)
  const seen = new Uint8Array(size)
  let count = 0
  for (let start = 0; start < size; start++) {
    if (seen[start]) continue
    if (start % 65536 === 0 && cancelled()) break
    const height = heightAt(terrain, start)
    const plateau = [start]
    seen[start] = 1
    let lowest = true
    for (let i = 0; i < plateau.length; i++)
      around(plateau[i] ?? 0, terrain, neighbours, (next) => {
        const other = heightAt(terrain, next)
        if (other < height) lowest = false
        if (other !== height || seen[next]) return
        seen[next] = 1
        plateau.push(next)
      })
    if (!lowest) continue
    count++
    for (const at of plateau) labels[at] = count
  }
  return { labels, count }
}

/**
 * Floods from the seeds: of all pixels at the shore the lowest is next, of those of one height the one that the water came to first.
 * @param seeds labels above 0; they stay as they are
 */
export function watershed(terrain: Terrain, seeds: Int32Array, eight: boolean, cancelled: () => boolean): Int32Array {
  const size = terrain.width * terrain.height
  const neighbours = steps(eight)
  const labels = Int32Array.from(seeds)
  // An entry is a number: the order in which it came. Seeds came all at once.
  const places = new Int32Array(size)
  const heap = new Int32Array(size)
  let [entries, waiting] = [0, 0]
  const heightOf = (entry: number): number => heightAt(terrain, places[entry] ?? 0)
  let firsts = 0
  const before = (a: number, b: number): boolean => {
    const [p, q] = [heightOf(a), heightOf(b)]
    return p !== q ? p < q : Math.max(a, firsts - 1) < Math.max(b, firsts - 1)
  }
  const at = (i: number): number => heap[i] ?? 0
  const swap = (i: number, j: number): void => {
    const kept = at(i)
    heap[i] = at(j)
    heap[j] = kept
  }
  const push = (place: number): void => {
    places[entries] = place
    let child = waiting++
    heap[child] = entries++
    for (let parent = (child - 1) >> 1; child > 0 && before(at(child), at(parent)); parent = (child - 1) >> 1) {
      swap(child, parent)
      child = parent
    }
  }
  const pop = (): number => {
    const entry = at(0)
    heap[0] = at(--waiting)
    for (let i = 0; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < waiting && before(at(child), at(least))) least = child
      if (least === i) break
      swap(i, least)
      i = least
    }
    return places[entry] ?? 0
  }
  // While seeds are put in, none is before another of its height.
  firsts = size + 1
  for (let place = 0; place < size; place++) if ((labels[place] ?? 0) > 0) push(place)
  firsts = entries
  for (let popped = 0; waiting > 0; popped++) {
    if (popped % 65536 === 0 && cancelled()) break
    const place = pop()
    around(place, terrain, neighbours, (next) => {
      if (labels[next] !== 0) return
      labels[next] = labels[place] ?? 0
      push(next)
    })
  }
  return labels
}
