/** Contours of a mask by border following (Suzuki and Abe 1985), and their measures, as the op explains them. Plain arrays. */

/** A contour is a part of the list of places: x and y of each pixel on the border, in the order of the walk. */
export interface Contour {
  /** Its first pixel, and the one after its last, counted in pixels. */
  readonly from: number
  readonly to: number
  /** Whether it goes around a hole. */
  readonly hole: boolean
  /** The contour directly around this one, by its number; -1: none. */
  readonly parent: number
}

export interface Contours {
  readonly contours: readonly Contour[]
  /** x and y of all pixels. */
  readonly places: Int32Array
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

/**
 * All contours, or only those that have none around them, in the order in which their first pixels come, row by row.
 * @see OpenCV findContours (RETR_TREE or RETR_EXTERNAL, CHAIN_APPROX_NONE)
 */
export function contoursOf(mask: ArrayLike<number>, width: number, external: boolean): Contours {
  const height = mask.length / width
  const row = width + 2
  // With a frame of 0, so that no walk leaves it. A number above 1 is that of a border, a negative one if 0 lies right of it.
  const numbers = new Int32Array(row * (height + 2))
  for (let y = 0, from = 0; y < height; y++)
    for (let x = 0, to = (y + 1) * row + 1; x < width; x++) numbers[to++] = mask[from++] !== 0 ? 1 : 0
  // Twice around, so that no direction has to be brought back below 8.
  const offsets = Int32Array.from({ length: 16 }, (_, d) => (steps[d % 8]?.[1] ?? 0) * row + (steps[d % 8]?.[0] ?? 0))
  const contours: Contour[] = []
  let places = new Int32Array(4096)
  let count = 0

  for (let y = 1; y <= height; y++) {
    let last = 1
    const end = y * row + width
    for (let i = y * row + 1; i <= end; i++) {
      const v = numbers[i] as number
      if (v === 0) continue
      const outer = v === 1 && numbers[i - 1] === 0
      if (external) {
        // Right of a border whose number is not negative one is inside it.
        if (outer && last <= 1) add(i, LEFT, false, -1)
        const now = numbers[i] as number
        if (now !== 1) last = now
        continue
      }
      const hole = !outer && v >= 1 && numbers[i + 1] === 0
      if (outer || hole) {
        if (hole && v > 1) last = v
        const around = contours[last - 2]
        // What lies inside an outer border is a hole or belongs to it; the same the other way around.
        const parent = !around ? -1 : around.hole === hole ? around.parent : last - 2
        add(i, outer ? LEFT : RIGHT, hole, parent)
      }
      const now = numbers[i] as number
      if (now !== 1) last = Math.abs(now)
    }
  }
  return { contours, places: places.subarray(0, 2 * count) }

  function add(i: number, side: number, hole: boolean, parent: number): void {
    const from = count
    follow(i, side, contours.length + 2)
    contours.push({ from, to: count, hole, parent })
  }

  function put(i: number): void {
    if (2 * count === places.length) {
      const more = new Int32Array(2 * places.length)
      more.set(places)
      places = more
    }
    places[2 * count] = (i % row) - 1
    places[2 * count + 1] = Math.floor(i / row) - 1
    count++
  }

  /** Walks along a border from pixel i, beside whose neighbour in direction `side` is background. */
  function follow(i: number, side: number, number: number): void {
    let back = 8
    while (back > 0 && numbers[i + (offsets[(side + back) & 7] as number)] === 0) back--
    // It looked clockwise from the direction before `side`; eight directions further there is none.
    let came = (side + back) & 7
    if (back === 0 && numbers[i + (offsets[came] as number)] === 0) {
      numbers[i] = -number
      put(i)
      return
    }
    const end = i + (offsets[came] as number)
    let pixel = i
    for (;;) {
      put(pixel)
      let way = came + 1
      let emptyRight = false
      while (numbers[pixel + (offsets[way] as number)] === 0) {
        if ((way & 7) === RIGHT) emptyRight = true
        way++
      }
      if (emptyRight) numbers[pixel] = -number
      else if (numbers[pixel] === 1) numbers[pixel] = number
      const next = pixel + (offsets[way] as number)
      if (next === i && pixel === end) return
      pixel = next
      came = (way + 4) & 7
    }
  }
}

/** Only points where the direction changes: x and y of each. @see CHAIN_APPROX_SIMPLE */
export function simplified(places: Int32Array): Int32Array {
  const n = places.length
  if (n < 6) return places
  const kept = new Int32Array(n)
  let to = 0
  for (let i = 0; i < n; i += 2) {
    const [x, y] = [places[i] as number, places[i + 1] as number]
    const [before, after] = [i === 0 ? n - 2 : i - 2, i + 2 === n ? 0 : i + 2]
    const level = x - (places[before] as number) === (places[after] as number) - x
    if (level && y - (places[before + 1] as number) === (places[after + 1] as number) - y) continue
    kept[to++] = x
    kept[to++] = y
  }
  return kept.subarray(0, to)
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

/** @param places x and y of each point @see OpenCV contourArea, arcLength, moments, boundingRect */
export function measured(places: Int32Array): Measures {
  const n = places.length / 2
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  let [area, perimeter, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0, 0]
  const [ox, oy] = [places[0] ?? 0, places[1] ?? 0]
  // From the first point on, so that large coordinates cost no digits.
  let [x0, y0] = [0, 0]
  for (let i = 1; i <= n; i++) {
    const at = i === n ? 0 : 2 * i
    const [x1, y1] = [(places[at] as number) - ox, (places[at + 1] as number) - oy]
    left = Math.min(left, x1)
    right = Math.max(right, x1)
    top = Math.min(top, y1)
    bottom = Math.max(bottom, y1)
    perimeter += Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    const cross = x0 * y1 - x1 * y0
    area += cross
    sx += cross * (x0 + x1)
    sy += cross * (y0 + y1)
    sxx += cross * (x0 * x0 + x0 * x1 + x1 * x1)
    syy += cross * (y0 * y0 + y0 * y1 + y1 * y1)
    sxy += cross * (x0 * (2 * y0 + y1) + x1 * (y0 + 2 * y1))
    x0 = x1
    y0 = y1
  }
  const box = [left + ox, top + oy, right - left + 1, bottom - top + 1] as const
  if (area === 0) {
    let [mx, my] = [0, 0]
    for (let i = 0; i < 2 * n; i += 2) {
      mx += places[i] as number
      my += places[i + 1] as number
    }
    return { area: 0, perimeter, x: mx / n, y: my / n, box, angle: 0 }
  }
  const [cx, cy] = [sx / (3 * area), sy / (3 * area)]
  const [xx, yy, xy] = [sxx / (6 * area) - cx * cx, syy / (6 * area) - cy * cy, sxy / (12 * area) - cx * cy]
  const angle = (Math.atan2(2 * xy, xx - yy) * 90) / Math.PI
  return { area: Math.abs(area) / 2, perimeter, x: cx + ox, y: cy + oy, box, angle }
}

/** The contours that are wanted, largest first. */
export function outlinesOf(
  mask: ArrayLike<number>,
  width: number,
  {
    external,
    simple,
    area,
    most,
  }: { readonly external: boolean; readonly simple: boolean; readonly area: number; readonly most: number },
): { readonly places: readonly number[]; readonly lengths: readonly number[] } {
  const { contours, places } = contoursOf(mask, width, external)
  const points = contours
    .map(({ from, to }) => places.subarray(2 * from, 2 * to))
    .map((own) => ({ own, size: measured(own).area }))
    .filter(({ size }) => size >= area)
    .sort((a, b) => b.size - a.size)
    .slice(0, most)
    .map(({ own }) => (simple ? simplified(own) : own))
  return { places: points.flatMap((one) => [...one]), lengths: points.map((one) => one.length / 2) }
}
