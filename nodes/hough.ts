/** Lines across a picture, and circles by voting (Hough). Plain arrays. */
import type { Edges, HoughLine } from '../engine/ops/hough/plain.ts'

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
  const pixels = pointing(edges, gradX, gradY)
  for (let i = 0; i < pixels.count; i++) {
    const [x, y, u, v] = [pixels.x[i] ?? 0, pixels.y[i] ?? 0, pixels.u[i] ?? 0, pixels.v[i] ?? 0]
    for (let way = 1; way >= -1; way -= 2)
      for (let r = params.least; r <= params.largest; r++) {
        const [cx, cy] = [Math.floor(x + way * r * u + 0.5), Math.floor(y + way * r * v + 0.5)]
        if (cx < 0 || cy < 0 || cx >= width || cy >= height) break
        votes[cy * width + cx] = (votes[cy * width + cx] ?? 0) + 1
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
    const [near, far] = [(params.least - 1) ** 2, (params.largest + 1) ** 2]
    const [first, end] = pixels.rows(y - params.largest - 1, y + params.largest + 1)
    for (let i = first; i < end; i++) {
      const [dx, dy] = [(pixels.x[i] ?? 0) - x, (pixels.y[i] ?? 0) - y]
      const square = dx * dx + dy * dy
      if (square < near || square > far) continue
      const r = Math.sqrt(square)
      // Only edges across the way to the centre.
      if (Math.abs(dx * (pixels.u[i] ?? 0) + dy * (pixels.v[i] ?? 0)) < 0.9 * r) continue
      const at = Math.floor(r + 0.5)
      counts[at] = (counts[at] ?? 0) + 1
    }
    let best = { radius: params.least, support: 0 }
    for (let r = params.least; r <= params.largest; r++) {
      const three = [counts[r - 1] ?? 0, counts[r] ?? 0, counts[r + 1] ?? 0] as const
      const sum = three[0] + three[1] + three[2]
      const support = sum / (2 * Math.PI * r)
      if (support > best.support) best = { radius: r + (three[2] - three[0]) / Math.max(1, sum), support }
    }
    if (best.support < params.support) return { x, y, ...best }
    const on: Place[] = []
    for (let i = first; i < end; i++) {
      const place = { x: pixels.x[i] ?? 0, y: pixels.y[i] ?? 0 }
      const [dx, dy] = [place.x - x, place.y - y]
      const r = Math.sqrt(dx * dx + dy * dy)
      if (Math.abs(r - best.radius) >= 2) continue
      if (Math.abs(dx * (pixels.u[i] ?? 0) + dy * (pixels.v[i] ?? 0)) >= 0.9 * r) on.push(place)
    }
    const fitted = circleThrough(on, x, y)
    // Not elsewhere: what the votes were for stays what is found.
    const close = fitted && Math.hypot(fitted.x - x, fitted.y - y) < 3 && Math.abs(fitted.radius - best.radius) < 3
    return { ...(close ? fitted : { x, y, radius: best.radius }), support: Math.min(1, best.support) }
  }
}

interface Place {
  readonly x: number
  readonly y: number
}

/** Edge pixels with the direction of the gradient, row by row. */
function pointing({ width, height, pixels }: Edges, gradX: ArrayLike<number>, gradY: ArrayLike<number>) {
  let count = 0
  for (const edge of pixels) if (edge) count++
  const [x, y] = [new Float64Array(count), new Float64Array(count)]
  const [u, v] = [new Float64Array(count), new Float64Array(count)]
  const starts = new Int32Array(height + 1)
  let to = 0
  for (let row = 0; row < height; row++) {
    for (let i = row * width; i < (row + 1) * width; i++) {
      if (!pixels[i]) continue
      const [gx, gy] = [gradX[i] ?? 0, gradY[i] ?? 0]
      const steep = Math.hypot(gx, gy)
      if (!(steep > 0) || steep === Number.POSITIVE_INFINITY) continue
      x[to] = i % width
      y[to] = row
      u[to] = gx / steep
      v[to] = gy / steep
      to++
    }
    starts[row + 1] = to
  }
  /** The first of these rows' pixels, and the one after their last. */
  const rows = (from: number, last: number): readonly [first: number, end: number] => [
    starts[Math.max(0, from)] ?? 0,
    starts[Math.min(height, last + 1)] ?? to,
  ]
  return { ...{ x, y, u, v, rows }, count: to }
}

/** The circle x² + y² + a x + b y + c = 0 that fits these points best, in the least squares of that sum; undefined for too few. */
function circleThrough(points: readonly Place[], ox: number, oy: number) {
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
  const columns = new Float64Array(width + 2)
  for (let y = 0; y < height; y++) {
    const at = y * width
    for (let x = 0; x < width; x++) {
      const above = y > 0 ? (numbers[at - width + x] ?? 0) : 0
      const below = y + 1 < height ? (numbers[at + width + x] ?? 0) : 0
      columns[x + 1] = above + (numbers[at + x] ?? 0) + below
    }
    for (let x = 0; x < width; x++)
      made[at + x] = ((columns[x] ?? 0) + (columns[x + 1] ?? 0) + (columns[x + 2] ?? 0)) / 9
  }
  return made
}
