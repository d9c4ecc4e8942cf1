/** Lines and circles by voting (Hough). Plain arrays. */

/** Which pixels are edges: those that are not 0. */
export interface Edges {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

export interface HoughLine {
  /** Distance from the top left corner, in pixels; the line is x cos θ + y sin θ = ρ. */
  readonly rho: number
  readonly theta: number
  readonly votes: number
}

const f = Math.fround

/** Rounded to the nearest, halves to the even one, as cvRound. */
function rounded(v: number): number {
  const low = Math.floor(v)
  const part = v - low
  return part < 0.5 || (part === 0.5 && low % 2 === 0) ? low : low + 1
}

/** Angles from 0 on, below half a turn. */
function angleCount(step: number): number {
  const count = Math.floor(Math.PI / step) + 1
  return count > 1 && Math.abs(Math.PI - (count - 1) * step) < step / 2 ? count - 1 : count
}

interface Steps {
  /** Of ρ, in pixels. */
  readonly rho: number
  /** Of θ, in radians. */
  readonly theta: number
}

/**
 * The directions of the table, and where in ρ a pixel votes for each.
 * @param added whether angles are added up as float32, which decides what lies between two places, as in cv2.HoughLines
 */
function voting({ width, height }: Edges, { rho, theta }: Steps, added = false) {
  const angles = angleCount(theta)
  const places = rounded(((width + height) * 2 + 1) / rho)
  const [cos, sin] = [new Float32Array(angles), new Float32Array(angles)]
  let sum = 0
  for (let n = 0; n < angles; n++) {
    const angle = added ? sum : n * theta
    cos[n] = Math.cos(angle) / rho
    sin[n] = Math.sin(angle) / rho
    sum = f(sum + f(theta))
  }
  const middle = Math.floor((places - 1) / 2)
  const placeOf = (x: number, y: number, n: number): number =>
    rounded(f(f(x * (cos[n] ?? 0)) + f(y * (sin[n] ?? 0)))) + middle
  return { angles, places, cos, sin, placeOf }
}

/**
 * Lines that pass through more edge pixels than `threshold`, and through more than their neighbours in the table; most votes first.
 * @see OpenCV HoughLines
 */
export function houghLines(edges: Edges, steps: Steps, threshold: number, most: number): HoughLine[] {
  const { angles, places, placeOf } = voting(edges, steps, true)
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
    return { rho: (r - (places - 1) * 0.5) * steps.rho, theta: n * steps.theta, votes: of(at) }
  })
}

/** Where a line crosses the edges of a picture; undefined if it passes it by. */
export function acrossPicture({ rho, theta }: Pick<HoughLine, 'rho' | 'theta'>, width: number, height: number) {
  const [c, s] = [Math.cos(theta), Math.sin(theta)]
  const [right, bottom] = [width - 1, height - 1]
  const points: [number, number][] = []
  const add = (x: number, y: number): void => {
    const inside = x >= -1e-6 && y >= -1e-6 && x <= right + 1e-6 && y <= bottom + 1e-6
    if (inside && points.every(([u, v]) => Math.hypot(u - x, v - y) > 1e-6)) points.push([x, y])
  }
  if (Math.abs(s) > 1e-9) for (const x of [0, right]) add(x, (rho - x * c) / s)
  if (Math.abs(c) > 1e-9) for (const y of [0, bottom]) add((rho - y * s) / c, y)
  const [a, b] = points
  return a && b ? ([...a, ...b] as const) : undefined
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

/**
 * Segments: edge pixels vote in random order, until one line has enough; what lies on it, gaps up to `gap` included, is a segment,
 * whose pixels vote no more. In the order in which they are found.
 * @see OpenCV HoughLinesP; Matas, Galambos and Kittler 2000
 */
export function houghSegments(
  edges: Edges,
  steps: Steps,
  { threshold, length, gap, most }: { threshold: number; length: number; gap: number; most: number },
  cancelled: () => boolean = () => false,
): Segment[] {
  const { width, height } = edges
  const { angles, places, cos, sin, placeOf } = voting(edges, steps)
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

  while (waiting.length > 0 && found.length < most && !cancelled()) {
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
      ? [a > 0 ? 1 : -1, rounded((b * part) / Math.abs(a))]
      : [rounded((a * part) / Math.abs(b)), b > 0 ? 1 : -1]
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

export interface Circle {
  readonly x: number
  readonly y: number
  readonly radius: number
  /** Which part of its circumference are edges that point to its centre. */
  readonly support: number
}

/**
 * Circles: each edge pixel votes for all centres along its gradient, on both sides, from the smallest to the largest radius. Places
 * with the most votes are centres; the radius with the most edge pixels around one is its own. Best first.
 * @param gradX, gradY derivatives of the picture
 * @see OpenCV HoughCircles (HOUGH_GRADIENT); Yuen, Princen, Illingworth and Kittler 1990
 */
export function houghCircles(
  edges: Edges,
  gradX: ArrayLike<number>,
  gradY: ArrayLike<number>,
  params: { least: number; largest: number; support: number; distance: number; most: number },
  cancelled: () => boolean = () => false,
): Circle[] {
  const { width, height } = edges
  const votes = new Float32Array(width * height)
  const pixels: { x: number; y: number; u: number; v: number }[] = []
  for (let i = 0; i < edges.pixels.length; i++) {
    const [gx, gy] = [gradX[i] ?? 0, gradY[i] ?? 0]
    const steep = Math.hypot(gx, gy)
    if (!edges.pixels[i] || !(steep > 0) || steep === Number.POSITIVE_INFINITY) continue
    const pixel = { x: i % width, y: Math.floor(i / width), u: gx / steep, v: gy / steep }
    pixels.push(pixel)
    for (const way of [1, -1])
      for (let r = params.least; r <= params.largest; r++) {
        const [x, y] = [Math.round(pixel.x + way * r * pixel.u), Math.round(pixel.y + way * r * pixel.v)]
        if (x < 0 || y < 0 || x >= width || y >= height) break
        votes[y * width + x] = (votes[y * width + x] ?? 0) + 1
      }
  }
  // Votes of one circle are spread over a few pixels.
  const smooth = blurred(blurred(votes, width, height), width, height)
  const centres: number[] = []
  const of = (i: number): number => smooth[i] ?? 0
  // A centre with the support that is asked for has at least these votes, of the smallest circle.
  const enough = (params.support * 2 * Math.PI * params.least) / 25
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (of(i) < enough || of(i) < of(i - 1) || of(i) <= of(i + 1)) continue
      if (of(i) >= of(i - width) && of(i) > of(i + width)) centres.push(i)
    }
  centres.sort((a, b) => of(b) - of(a) || a - b)
  const found: Circle[] = []
  for (const i of centres.slice(0, 20 * params.most)) {
    if (cancelled()) break
    const circle = circleAt(i % width, Math.floor(i / width))
    if (circle.support >= params.support) found.push(circle)
  }
  found.sort((a, b) => b.support - a.support)
  const kept: Circle[] = []
  for (const circle of found) {
    if (kept.length >= params.most) break
    if (kept.every(({ x, y }) => Math.hypot(x - circle.x, y - circle.y) >= params.distance)) kept.push(circle)
  }
  return kept

  function circleAt(x: number, y: number): Circle {
    const counts = new Float32Array(params.largest + 3)
    for (const pixel of pixels) {
      const [dx, dy] = [pixel.x - x, pixel.y - y]
      const r = Math.hypot(dx, dy)
      if (r < params.least - 1 || r > params.largest + 1) continue
      // Only edges across the way to the centre.
      if (Math.abs(dx * pixel.u + dy * pixel.v) < 0.9 * r) continue
      const at = Math.round(r)
      counts[at] = (counts[at] ?? 0) + 1
    }
    let best = { radius: params.least, support: 0 }
    for (let r = params.least; r <= params.largest; r++) {
      const three = [counts[r - 1] ?? 0, counts[r] ?? 0, counts[r + 1] ?? 0] as const
      const sum = three[0] + three[1] + three[2]
      const support = sum / (2 * Math.PI * r)
      if (support > best.support) best = { radius: r + (three[2] - three[0]) / Math.max(1, sum), support }
    }
    const on = pixels.filter((pixel) => {
      const [dx, dy] = [pixel.x - x, pixel.y - y]
      const r = Math.hypot(dx, dy)
      return Math.abs(r - best.radius) < 2 && Math.abs(dx * pixel.u + dy * pixel.v) >= 0.9 * r
    })
    const fitted = circleThrough(on, x, y)
    // Not elsewhere: what the votes were for stays what is found.
    const near = fitted && Math.hypot(fitted.x - x, fitted.y - y) < 3 && Math.abs(fitted.radius - best.radius) < 3
    return { ...(near ? fitted : { x, y, radius: best.radius }), support: Math.min(1, best.support) }
  }
}

/** The circle x² + y² + a x + b y + c = 0 that fits these points best, in the least squares of that sum; undefined for too few. */
function circleThrough(points: readonly { readonly x: number; readonly y: number }[], ox: number, oy: number) {
  const n = points.length
  if (n < 5) return undefined
  let [mx, my] = [0, 0]
  for (const { x, y } of points) [mx, my] = [mx + (x - ox) / n, my + (y - oy) / n]
  let [uu, vv, uv, uz, vz, zz] = [0, 0, 0, 0, 0, 0]
  for (const { x, y } of points) {
    const [u, v] = [x - ox - mx, y - oy - my]
    const z = u * u + v * v
    uu += u * u
    vv += v * v
    uv += u * v
    uz += u * z
    vz += v * z
    zz += z / n
  }
  const det = uu * vv - uv * uv
  if (!(Math.abs(det) > 1e-9)) return undefined
  const [cu, cv] = [(uz * vv - vz * uv) / (2 * det), (vz * uu - uz * uv) / (2 * det)]
  return { x: cu + mx + ox, y: cv + my + oy, radius: Math.sqrt(cu * cu + cv * cv + zz) }
}

/** The mean of the nine around each pixel; beyond the picture there are no votes. */
function blurred(numbers: Float32Array, width: number, height: number): Float32Array {
  const made = new Float32Array(numbers.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) sum += numbers[v * width + u] ?? 0
      made[y * width + x] = sum / 9
    }
  return made
}
