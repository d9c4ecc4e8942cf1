/** Lines and segments by voting (Hough), as the ops explain them. Plain arrays. */
import { rint } from '../rint.ts'

/** A picture's edges: a pixel is 1 where there is one, else 0. */
export interface Edges {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** @param numbers of a picture of one channel: what is above 0 is an edge */
export const edgesOf = (numbers: Float32Array, width: number, height: number): Edges => ({
  ...{ width, height },
  pixels: Uint8Array.from(numbers, (v) => (v > 0 ? 1 : 0)),
})

export interface HoughLine {
  /** Distance from the top left corner, in pixels; the line is x cos θ + y sin θ = ρ. */
  readonly rho: number
  readonly theta: number
  readonly votes: number
}

const f = Math.fround

/** Angles from 0 on, below half a turn. */
function angleCount(step: number): number {
  const count = Math.floor(Math.PI / step) + 1
  return count > 1 && Math.abs(Math.PI - (count - 1) * step) < step / 2 ? count - 1 : count
}

/** How finely lines are told apart. */
export interface HoughSteps {
  /** Of ρ, in pixels. */
  readonly rho: number
  /** Of θ, in radians. */
  readonly theta: number
}

export interface HoughTable {
  readonly angles: number
  readonly places: number
  /** Cosine and sine of each angle, divided by the step of ρ. */
  readonly cos: Float32Array
  readonly sin: Float32Array
}

/** As many places in ρ as OpenCV has, or more where steps are so coarse that pixels would vote beyond those. */
function placeCount(width: number, height: number, rho: number): number {
  const places = rint(((width + height) * 2 + 1) / rho)
  const middle = Math.floor((places - 1) / 2)
  // With room for what float32 rounds.
  const low = Math.floor((width - 1) / rho + 0.51)
  const high = Math.floor(Math.hypot(width - 1, height - 1) / rho + 0.51)
  return middle >= low && middle + high < places ? places : 2 * Math.max(low, high) + 1
}

/**
 * The directions of the table, and how many places in ρ it has; 0 lies in the middle.
 * @param added whether angles are added up as float32, which decides what lies between two places, as in cv2.HoughLines
 */
export function houghTable(
  { width, height }: Pick<Edges, 'width' | 'height'>,
  { rho, theta }: HoughSteps,
  added: boolean,
): HoughTable {
  const angles = angleCount(theta)
  const places = placeCount(width, height, rho)
  const [cos, sin] = [new Float32Array(angles), new Float32Array(angles)]
  let sum = 0
  for (let n = 0; n < angles; n++) {
    const angle = added ? sum : n * theta
    cos[n] = Math.cos(angle) / rho
    sin[n] = Math.sin(angle) / rho
    sum = f(sum + f(theta))
  }
  return { angles, places, cos, sin }
}

/** The place in ρ of (0, 0). */
export const middleOf = ({ places }: HoughTable): number => Math.floor((places - 1) / 2)

/** Where in ρ a pixel votes for angle n. */
function placesIn(table: HoughTable): (x: number, y: number, n: number) => number {
  const { cos, sin } = table
  const middle = middleOf(table)
  return (x, y, n) => rint(f(f(x * (cos[n] ?? 0)) + f(y * (sin[n] ?? 0)))) + middle
}

/** The line of a place in the table. */
export const houghLineOf = ({ places }: HoughTable, { rho, theta }: HoughSteps, n: number, r: number) => ({
  rho: (r - (places - 1) * 0.5) * rho,
  theta: n * theta,
})

/**
 * Lines that pass through more edge pixels than `threshold`, and through more than their neighbours in the table; most votes first.
 * @see OpenCV HoughLines
 */
export function houghLines(
  edges: Edges,
  { threshold, most, ...steps }: HoughSteps & { readonly threshold: number; readonly most: number },
): HoughLine[] {
  const table = houghTable(edges, steps, true)
  const { angles, places } = table
  const placeOf = placesIn(table)
  const row = places + 2
  const votes = new Int32Array((angles + 2) * row)
  for (let y = 0; y < edges.height; y++)
    for (let x = 0; x < edges.width; x++) {
      if (!edges.pixels[y * edges.width + x]) continue
      for (let n = 0; n < angles; n++) {
        const at = (n + 1) * row + placeOf(x, y, n) + 1
        votes[at] = (votes[at] ?? 0) + 1
      }
    }
  const of = (at: number): number => votes[at] ?? 0
  const found: number[] = []
  for (let n = 0; n < angles; n++)
    for (let r = 0; r < places; r++) {
      const at = (n + 1) * row + r + 1
      const count = of(at)
      if (count <= threshold || count <= of(at - 1) || count < of(at + 1)) continue
      if (count > of(at - row) && count >= of(at + row)) found.push(at)
    }
  found.sort((a, b) => of(b) - of(a) || a - b)
  return found.slice(0, most).map((at) => {
    const n = Math.floor(at / row) - 1
    const r = at - (n + 1) * row - 1
    return { ...houghLineOf(table, steps, n, r), votes: of(at) }
  })
}

export type Segment = readonly [x0: number, y0: number, x1: number, y1: number]

/** Random numbers as those of cv::RNG: multiply with carry, in 64 bits. */
function randomOf(seed: bigint): (below: number) => number {
  let state = seed & 0xffffffffffffffffn
  return (below) => {
    state = ((state & 0xffffffffn) * 4164903690n + (state >> 32n)) & 0xffffffffffffffffn
    return Number(state & 0xffffffffn) % below
  }
}

/** Places along a line are counted in such parts of a pixel. */
const part = 1 << 16

export interface SegmentParams extends HoughSteps {
  /** Votes from which a line is followed. */
  readonly threshold: number
  /** The least length along the picture's sides, and the largest gap, in pixels. */
  readonly length: number
  readonly gap: number
  /** How many segments are looked for at most. */
  readonly most: number
}

/**
 * Segments: edge pixels vote in random order, until one line has enough; what lies on it, gaps up to `gap` included, is a segment,
 * whose pixels vote no more. In the order in which they are found.
 * @see OpenCV HoughLinesP; Matas, Galambos and Kittler 2000
 */
export function houghSegments(edges: Edges, { threshold, length, gap, most, ...steps }: SegmentParams): Segment[] {
  const { width, height } = edges
  const table = houghTable(edges, steps, false)
  const { angles, places, cos, sin } = table
  const placeOf = placesIn(table)
  const votes = new Int32Array(angles * places)
  const left = Uint8Array.from(edges.pixels, (v) => (v ? 1 : 0))
  const waiting: number[] = []
  for (let i = 0; i < left.length; i++) if (left[i]) waiting.push(i)
  const random = randomOf(0xffffffffffffffffn)
  const found: Segment[] = []

  /** Votes of a pixel are added or taken back; the best angle and its votes. */
  const vote = (i: number, by: 1 | -1): readonly [angle: number, votes: number] => {
    const [x, y] = [i % width, Math.floor(i / width)]
    let [best, most] = [0, threshold - 1]
    for (let n = 0; n < angles; n++) {
      const at = n * places + placeOf(x, y, n)
      const count = (votes[at] ?? 0) + by
      votes[at] = count
      if (count > most) [best, most] = [n, count]
    }
    return [best, most]
  }

  while (waiting.length > 0 && found.length < most) {
    const at = random(waiting.length)
    const start = waiting[at] ?? 0
    const last = waiting.pop() ?? 0
    if (at < waiting.length) waiting[at] = last
    if (!left[start]) continue
    const [angle, count] = vote(start, 1)
    if (count < threshold) continue
    const walk = walkFrom(start, -(sin[angle] ?? 0), cos[angle] ?? 0)
    const ends = [1, -1].map((way) => {
      let [end, missing] = [start, 0]
      for (const i of walk(way)) {
        if (left[i]) [end, missing] = [i, 0]
        else if (++missing > gap) break
      }
      return end
    })
    const [a = start, b = start] = ends
    const [x0, y0, x1, y1] = [a % width, Math.floor(a / width), b % width, Math.floor(b / width)]
    const good = Math.abs(x1 - x0) >= length || Math.abs(y1 - y0) >= length
    for (const [k, way] of [1, -1].entries())
      for (const i of walk(way)) {
        if (left[i]) {
          if (good) vote(i, -1)
          left[i] = 0
        }
        if (i === ends[k]) break
      }
    if (good) found.push([x0, y0, x1, y1])
  }
  return found

  /** The pixels from here on in a direction, or in the opposite one, up to the picture's edge. */
  function walkFrom(start: number, a: number, b: number) {
    const level = Math.abs(a) > Math.abs(b)
    const [dx, dy] = level
      ? [a > 0 ? 1 : -1, rint((b * part) / Math.abs(a))]
      : [rint((a * part) / Math.abs(b)), b > 0 ? 1 : -1]
    return function* (way: number): Generator<number, void> {
      let x = (start % width) * (level ? 1 : part) + (level ? 0 : part / 2)
      let y = Math.floor(start / width) * (level ? part : 1) + (level ? part / 2 : 0)
      for (;;) {
        const [u, v] = level ? [x, Math.floor(y / part)] : [Math.floor(x / part), y]
        if (u < 0 || v < 0 || u >= width || v >= height) return
        yield v * width + u
        x += way * dx
        y += way * dy
      }
    }
  }
}
