/**
 * Regions of text in a map of probabilities, as PaddleOCR finds them (ppocr/postprocess/db_postprocess.py, box type quad). Plain
 * functions over arrays.
 */

type Point = readonly [x: number, y: number]

export interface TextMap {
  /** Row-major, 0..1. */
  readonly numbers: ArrayLike<number>
  readonly width: number
  readonly height: number
}

export interface RegionOptions {
  /** Pixels above this probability are text. */
  readonly threshold: number
  /** Regions with a lower mean probability are left out. */
  readonly score: number
  /** How much a region grows on each side: this factor times its area divided by its circumference. */
  readonly unclip: number
}

export interface Region {
  /** Clockwise from the top left one, in pixels of the map, (0, 0) the top left corner of the first pixel. */
  readonly corners: readonly [Point, Point, Point, Point]
  readonly score: number
}

/** A rectangle in any direction. */
interface Turned {
  readonly middle: Point
  /** Of length 1, along the width. */
  readonly axis: Point
  readonly width: number
  readonly height: number
}

/** Smaller regions are noise. */
const leastSide = 3

/** Pixels of each 8-connected component, those on its outline only. */
function outlines({ numbers, width, height }: TextMap, threshold: number): readonly (readonly Point[])[] {
  const isText = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && (numbers[y * width + x] ?? 0) > threshold
  const seen = new Uint8Array(width * height)
  const found: Point[][] = []
  for (let start = 0; start < width * height; start++) {
    if (seen[start] || !isText(start % width, Math.floor(start / width))) continue
    const outline: Point[] = []
    const open = [start]
    seen[start] = 1
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)]
      if (!isText(x - 1, y) || !isText(x + 1, y) || !isText(x, y - 1) || !isText(x, y + 1)) outline.push([x, y])
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const next = (y + dy) * width + x + dx
          if (!isText(x + dx, y + dy) || seen[next]) continue
          seen[next] = 1
          open.push(next)
        }
    }
    found.push(outline)
  }
  return found
}

/** The convex hull, in order (Andrew's monotone chain). */
function hullOf(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = []
    for (const p of ordered) {
      for (;;) {
        const [a, b] = [chain.at(-2), chain.at(-1)]
        if (!a || !b || (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break
        chain.pop()
      }
      chain.push(p)
    }
    return chain.slice(0, -1)
  }
  const hull = [...half(sorted), ...half(sorted.toReversed())]
  return hull.length > 0 ? hull : sorted.slice(0, 1)
}

/** The rectangle of least area around points: one of its sides lies along one of the hull's. @see OpenCV minAreaRect */
export function leastRectangle(points: readonly Point[]): Turned {
  const hull = hullOf(points)
  let best: Turned | undefined
  for (const [i, [ax, ay]] of hull.entries()) {
    const [bx, by] = hull[(i + 1) % hull.length] ?? [ax, ay]
    const length = Math.hypot(bx - ax, by - ay)
    const [ux, uy] = length > 0 ? [(bx - ax) / length, (by - ay) / length] : [1, 0]
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
    for (const [x, y] of hull) {
      const [u, v] = [x * ux + y * uy, y * ux - x * uy]
      ;[left, right] = [Math.min(left, u), Math.max(right, u)]
      ;[top, bottom] = [Math.min(top, v), Math.max(bottom, v)]
    }
    const [width, height] = [right - left, bottom - top]
    if (best && best.width * best.height <= width * height) continue
    const [u, v] = [(left + right) / 2, (top + bottom) / 2]
    best = { middle: [u * ux - v * uy, u * uy + v * ux], axis: [ux, uy], width, height }
  }
  return best ?? { middle: [0, 0], axis: [1, 0], width: 0, height: 0 }
}

/** Clockwise from the top left one: of the two on the left the upper one, of the two on the right the upper one, and so on. */
function cornersOf({ middle: [x, y], axis: [ux, uy], width, height }: Turned): Region['corners'] {
  const corner = (u: number, v: number): Point => [
    x + u * width * ux - v * height * uy,
    y + u * width * uy + v * height * ux,
  ]
  const all = [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)].sort((a, b) => a[0] - b[0])
  const [a = [0, 0], b = [0, 0], c = [0, 0], d = [0, 0]] = all as Point[]
  const [topLeft, bottomLeft] = a[1] <= b[1] ? [a, b] : [b, a]
  const [topRight, bottomRight] = c[1] <= d[1] ? [c, d] : [d, c]
  return [topLeft, topRight, bottomRight, bottomLeft]
}

/** The mean of the map in a rectangle. */
function meanIn({ numbers, width, height }: TextMap, turned: Turned): number {
  const corners = cornersOf(turned)
  const [mx, my] = turned.middle
  const [ux, uy] = turned.axis
  const range = (values: readonly number[], end: number): readonly [number, number] => [
    Math.max(0, Math.floor(Math.min(...values))),
    Math.min(end - 1, Math.ceil(Math.max(...values))),
  ]
  const [x0, x1] = range(
    corners.map(([x]) => x),
    width,
  )
  const [y0, y1] = range(
    corners.map(([, y]) => y),
    height,
  )
  let [sum, count] = [0, 0]
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const [u, v] = [(x - mx) * ux + (y - my) * uy, (y - my) * ux - (x - mx) * uy]
      // As cv2.fillPoly: pixels that the outline touches count.
      if (Math.abs(u) > turned.width / 2 + 0.5 || Math.abs(v) > turned.height / 2 + 0.5) continue
      sum += numbers[y * width + x] ?? 0
      count++
    }
  return count > 0 ? sum / count : 0
}

/** In the order in which they are read: lines from top to bottom, within a line from left to right. */
function inReadingOrder(regions: readonly Region[]): readonly Region[] {
  const middle = ({ corners }: Region): number => corners.reduce((sum, [, y]) => sum + y / 4, 0)
  const high = ({ corners: [a, , , d] }: Region): number => Math.hypot(d[0] - a[0], d[1] - a[1])
  const lines: Region[][] = []
  for (const region of [...regions].sort((a, b) => middle(a) - middle(b))) {
    const line = lines.at(-1)
    const before = line?.at(-1)
    const together = before && middle(region) - middle(before) < Math.min(high(region), high(before)) / 2
    if (line && together) line.push(region)
    else lines.push([region])
  }
  return lines.flatMap((line) => line.sort((a, b) => a.corners[0][0] - b.corners[0][0]))
}

/** Regions of text, in reading order. */
export function regionsIn(map: TextMap, { threshold, score: least, unclip }: RegionOptions): readonly Region[] {
  const found = outlines(map, threshold).flatMap((outline): readonly Region[] => {
    const tight = leastRectangle(outline)
    if (Math.min(tight.width, tight.height) < leastSide) return []
    const score = meanIn(map, tight)
    if (score < least) return []
    const grown = (tight.width * tight.height * unclip) / (2 * (tight.width + tight.height))
    const { middle, axis } = tight
    const region = { middle, axis, width: tight.width + 2 * grown, height: tight.height + 2 * grown }
    if (Math.min(region.width, region.height) < leastSide + 2) return []
    // The middle of a pixel is half a pixel from its corner.
    const [a, b, c, d] = cornersOf(region).map(([x, y]): Point => [x + 0.5, y + 0.5]) as unknown as Region['corners']
    return [{ corners: [a, b, c, d], score }]
  })
  return inReadingOrder(found)
}
