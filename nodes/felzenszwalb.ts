/** Efficient graph-based image segmentation (Felzenszwalb and Huttenlocher, IJCV 2004), as scikit-image has it. Plain functions. */
import { borderIndex } from '../engine/ops/border.ts'

/** A picture of float64, row-major, channels last. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly numbers: Float64Array
}

export interface FelzenszwalbParams {
  /** How large segments tend to be: the larger, the fewer. Divided by 255, as the paper's pictures go up to 255. */
  readonly scale: number
  /** Of the Gaussian that smooths the picture first, in pixels. */
  readonly sigma: number
  /** Smaller segments are joined with a neighbour. */
  readonly least: number
}

/** Taps of a Gaussian, or of its first derivative, from −radius to radius, as scipy.ndimage makes them (truncate 4). */
export function gaussianTaps(sigma: number, order: 0 | 1): Float64Array {
  const radius = Math.trunc(4 * sigma + 0.5)
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp((-0.5 * (i - radius) ** 2) / sigma ** 2),
  )
  const sum = taps.reduce((a, b) => a + b, 0)
  return taps.map((tap, i) => (order === 0 ? tap / sum : ((i - radius) / sigma ** 2) * (tap / sum)))
}

/** One line of taps along x or along y. Beyond an edge the picture is mirrored (dcba|abcd|dcba). */
export function correlate(pixels: Pixels, taps: Float64Array, along: 'x' | 'y'): Pixels {
  const { width, height, channels, numbers } = pixels
  const radius = taps.length >> 1
  const length = along === 'x' ? width : height
  const step = along === 'x' ? channels : width * channels
  const places = Int32Array.from(
    { length: length + 2 * radius },
    (_, i) => borderIndex(i - radius, length, 'reflect') * step,
  )
  const out = new Float64Array(numbers.length)
  // Lines of numbers that are `step` apart, `within` of them beside each other.
  const within = along === 'x' ? channels : width * channels
  for (let start = 0; start < numbers.length; start += within * length)
    for (let place = 0; place < length; place++) {
      const to = start + place * step
      for (let k = 0; k < taps.length; k++) {
        const tap = taps[k] ?? 0
        const from = start + (places[place + k] ?? 0)
        for (let i = 0; i < within; i++) out[to + i] = (out[to + i] ?? 0) + tap * (numbers[from + i] ?? 0)
      }
    }
  return { ...pixels, numbers: out }
}

export function smoothed(pixels: Pixels, sigma: number): Pixels {
  if (sigma <= 0) return pixels
  const taps = gaussianTaps(sigma, 0)
  return correlate(correlate(pixels, taps, 'y'), taps, 'x')
}

/**
 * The order of numbers that are not negative, smallest first, of equal ones the first: a radix sort over the upper half of their
 * bits, then each run of numbers that agree in it.
 */
export function orderOf(costs: Float64Array): Uint32Array {
  const words = new Uint32Array(costs.buffer, costs.byteOffset, 2 * costs.length)
  const count = costs.length
  let order = Uint32Array.from({ length: count }, (_, i) => i)
  let next = new Uint32Array(count)
  for (const shift of [0, 11, 22]) {
    const starts = new Uint32Array(2049)
    for (let i = 0; i < count; i++) {
      const digit = (((words[2 * i + 1] ?? 0) >>> shift) & 2047) + 1
      starts[digit] = (starts[digit] ?? 0) + 1
    }
    for (let d = 1; d < starts.length; d++) starts[d] = (starts[d] ?? 0) + (starts[d - 1] ?? 0)
    for (let at = 0; at < count; at++) {
      const i = order[at] ?? 0
      const digit = ((words[2 * i + 1] ?? 0) >>> shift) & 2047
      const to = starts[digit] ?? 0
      next[to] = i
      starts[digit] = to + 1
    }
    ;[order, next] = [next, order]
  }
  const upper = (at: number): number => words[2 * (order[at] ?? 0) + 1] ?? 0
  const cost = (i: number): number => costs[i] ?? 0
  for (let from = 0; from < count; ) {
    let to = from + 1
    let sorted = true
    while (to < count && upper(to) === upper(from)) {
      sorted &&= cost(order[to - 1] ?? 0) <= cost(order[to] ?? 0)
      to++
    }
    if (!sorted) order.subarray(from, to).sort((a, b) => cost(a) - cost(b) || a - b)
    from = to
  }
  return order
}

/** The neighbours that are compared: to the right, below, below to the right, and above to the right. */
const steps = [
  [0, 1],
  [1, 0],
  [1, 1],
  [-1, 1],
] as const

/** All edges of the grid of pixels, each with the distance of their colours. */
function edgesOf({ width, height, channels, numbers }: Pixels) {
  const lengths = steps.map(([dy, dx]) => (height - Math.abs(dy)) * (width - dx))
  const count = lengths.reduce((a, b) => a + b, 0)
  const [from, to, costs] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)]
  let at = 0
  for (const [dy, dx] of steps)
    for (let y = Math.max(0, -dy); y < height - Math.max(0, dy); y++)
      for (let x = 0; x < width - dx; x++) {
        const [a, b] = [y * width + x, (y + dy) * width + x + dx]
        let sum = 0
        for (let c = 0; c < channels; c++) {
          const apart = (numbers[a * channels + c] ?? 0) - (numbers[b * channels + c] ?? 0)
          sum += apart * apart
        }
        from[at] = a
        to[at] = b
        costs[at++] = Math.sqrt(sum)
      }
  return { from, to, costs }
}

/**
 * Segments of a picture, numbered from 0 in the order of their first pixels. Edges between neighbours are taken in the order of their
 * cost; two segments are joined where the edge costs less than the dearest within either, plus scale / size. Then small ones are
 * joined with a neighbour.
 * @see skimage.segmentation.felzenszwalb
 */
export function felzenszwalb(pixels: Pixels, { scale, sigma, least }: FelzenszwalbParams, cancelled = () => false) {
  const { from, to, costs } = edgesOf(smoothed(pixels, sigma))
  const count = pixels.width * pixels.height
  const parents = Int32Array.from({ length: count }, (_, i) => i)
  const sizes = new Int32Array(count).fill(1)
  const inner = new Float64Array(count)
  const rootOf = (i: number): number => {
    let root = i
    while (parents[root] !== root) root = parents[root] ?? root
    let at = i
    while (parents[at] !== root) {
      const next = parents[at] ?? root
      parents[at] = root
      at = next
    }
    return root
  }
  const join = (a: number, b: number): number => {
    const [root, other] = a < b ? [a, b] : [b, a]
    parents[other] = root
    sizes[root] = (sizes[root] ?? 0) + (sizes[other] ?? 0)
    return root
  }
  const order = orderOf(costs)
  const k = scale / 255
  let looked = 0
  for (const edge of order) {
    if (++looked % 65536 === 0 && cancelled()) break
    const [a, b] = [rootOf(from[edge] ?? 0), rootOf(to[edge] ?? 0)]
    if (a === b) continue
    const cost = costs[edge] ?? 0
    if (cost < Math.min((inner[a] ?? 0) + k / (sizes[a] ?? 1), (inner[b] ?? 0) + k / (sizes[b] ?? 1)))
      inner[join(a, b)] = cost
  }
  for (const edge of order) {
    const [a, b] = [rootOf(from[edge] ?? 0), rootOf(to[edge] ?? 0)]
    if (a !== b && Math.min(sizes[a] ?? 0, sizes[b] ?? 0) < least) join(a, b)
  }
  const numbers = new Map<number, number>()
  const labels = Int32Array.from(parents, (_, i) => {
    const root = rootOf(i)
    const known = numbers.get(root) ?? numbers.size
    numbers.set(root, known)
    return known
  })
  return { labels, count: numbers.size }
}
