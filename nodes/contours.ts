/** Contours of a mask by border following (Suzuki and Abe 1985), and their measures. Plain arrays. */

export interface Contour {
  /** x and y of each pixel on the border, in the order of the walk. */
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Whether it goes around a hole. */
  readonly hole: boolean
  /** The contour directly around this one, by its number; -1: none. */
  readonly parent: number
}

/** From the right on, counter-clockwise as one sees it: y points down. */
const steps = [
  [1, 0],
  [1, -1],
  [0, -1],
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
] as const
const [RIGHT, LEFT] = [0, 4]

/** All contours, in the order in which their first pixels come, row by row. @see OpenCV findContours (RETR_TREE, CHAIN_APPROX_NONE) */
export function contoursOf(mask: ArrayLike<number>, width: number, cancelled: () => boolean = () => false): Contour[] {
  const height = mask.length / width
  const row = width + 2
  // With a frame of 0, so that no walk leaves it. A number above 1 is that of a border, a negative one if 0 lies right of it.
  const numbers = new Int32Array(row * (height + 2))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) numbers[(y + 1) * row + x + 1] = mask[y * width + x] ? 1 : 0
  const offsets = steps.map(([dx, dy]) => dy * row + dx)
  const at = (i: number): number => numbers[i] ?? 0
  const found: Contour[] = []

  for (let y = 1; y <= height && !cancelled(); y++) {
    let last = 1
    for (let x = 1; x <= width; x++) {
      const i = y * row + x
      if (at(i) === 0) continue
      const outer = at(i) === 1 && at(i - 1) === 0
      const hole = !outer && at(i) >= 1 && at(i + 1) === 0
      if (outer || hole) {
        if (hole && at(i) > 1) last = at(i)
        const around = found[last - 2]
        // What lies inside an outer border is a hole or belongs to it; the same the other way around.
        const parent = !around ? -1 : around.hole === hole ? around.parent : last - 2
        const points = follow(i, outer ? LEFT : RIGHT, found.length + 2)
        found.push({ points, hole, parent })
      }
      if (at(i) !== 1) last = Math.abs(at(i))
    }
  }
  return found

  /** Walks along a border from pixel i, beside whose neighbour in direction `from` is background. */
  function follow(i: number, from: number, number: number): [number, number][] {
    const placed = (j: number): [number, number] => [(j % row) - 1, Math.floor(j / row) - 1]
    const back = [1, 2, 3, 4, 5, 6, 7, 8].map((k) => (from - k + 8) % 8).find((d) => at(i + (offsets[d] ?? 0)) !== 0)
    if (back === undefined) {
      numbers[i] = -number
      return [placed(i)]
    }
    const end = i + (offsets[back] ?? 0)
    const points: [number, number][] = []
    let [pixel, came] = [i, back]
    for (;;) {
      points.push(placed(pixel))
      let [way, emptyRight] = [came, false]
      for (let k = 1; k <= 8; k++) {
        way = (came + k) % 8
        if (at(pixel + (offsets[way] ?? 0)) !== 0) break
        if (way === RIGHT) emptyRight = true
      }
      if (emptyRight) numbers[pixel] = -number
      else if (at(pixel) === 1) numbers[pixel] = number
      const next = pixel + (offsets[way] ?? 0)
      if (next === i && pixel === end) return points
      pixel = next
      came = (way + 4) % 8
    }
  }
}

/** Only points where the direction changes. @see CHAIN_APPROX_SIMPLE */
export function simplified(points: Contour['points']): Contour['points'] {
  const n = points.length
  return points.filter(([x, y], i) => {
    const [a, b] = [points[(i + n - 1) % n], points[(i + 1) % n]]
    return !a || !b || n < 3 || x - a[0] !== b[0] - x || y - a[1] !== b[1] - y
  })
}

export interface Measures {
  /** Of the polygon, which is less than that of its pixels. */
  readonly area: number
  readonly perimeter: number
  /** The centre of gravity of the polygon; of one without an area, of its points. */
  readonly x: number
  readonly y: number
  /** Left, top, width and height, in whole pixels. */
  readonly box: readonly [number, number, number, number]
  /** Of its long axis, in degrees, clockwise from the right, above -90 up to 90. */
  readonly angle: number
}

/** @see OpenCV contourArea, arcLength, moments, boundingRect */
export function measured(points: Contour['points']): Measures {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  let [area, perimeter, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0, 0]
  const [ox, oy] = points[0] ?? [0, 0]
  for (const [i, [px, py]] of points.entries()) {
    const [qx, qy] = points[(i + 1) % points.length] ?? [0, 0]
    ;[left, top, right, bottom] = [Math.min(left, px), Math.min(top, py), Math.max(right, px), Math.max(bottom, py)]
    perimeter += Math.hypot(qx - px, qy - py)
    // From the first point on, so that large coordinates cost no digits.
    const [x0, y0, x1, y1] = [px - ox, py - oy, qx - ox, qy - oy]
    const cross = x0 * y1 - x1 * y0
    area += cross
    sx += cross * (x0 + x1)
    sy += cross * (y0 + y1)
    sxx += cross * (x0 * x0 + x0 * x1 + x1 * x1)
    syy += cross * (y0 * y0 + y0 * y1 + y1 * y1)
    sxy += cross * (x0 * (2 * y0 + y1) + x1 * (y0 + 2 * y1))
  }
  const box = [left, top, right - left + 1, bottom - top + 1] as const
  if (area === 0) {
    const mean = (c: 0 | 1): number => points.reduce((sum, point) => sum + point[c], 0) / points.length
    return { area: 0, perimeter, x: mean(0), y: mean(1), box, angle: 0 }
  }
  const [cx, cy] = [sx / (3 * area), sy / (3 * area)]
  const [xx, yy, xy] = [sxx / (6 * area) - cx * cx, syy / (6 * area) - cy * cy, sxy / (12 * area) - cx * cy]
  const angle = (Math.atan2(2 * xy, xx - yy) * 90) / Math.PI
  return { area: Math.abs(area) / 2, perimeter, x: cx + ox, y: cy + oy, box, angle }
}
