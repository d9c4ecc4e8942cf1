// Contours of a mask by border following (Suzuki and Abe 1985), their measures and their points.

/** Bytes of a contour: its first point, the one after its last, whether it goes around a hole, the contour around it (i32 each). */
const CONTOUR: usize = 16
/** Bytes of its measures: eleven numbers in float64. */
const MEASURES: usize = 88
/** What a call tells: how many contours and points there are. */
const CONTOURS: usize = 0
const POINTS: usize = 4
/** Behind the distances of neighbours: their steps to the right and down. */
const ACROSS: usize = 64
const DOWN: usize = 128
const RIGHT: i32 = 0
const LEFT: i32 = 4

// What the functions below share; set anew by each call.
let numbers: usize = 0
let row: i32 = 0
let offsets: usize = 0
let places: usize = 0
let room: i32 = 0
let count: i32 = 0

/** Where neighbour d lies, from the right on, counter-clockwise as one sees it: y points down. */
@inline
function acrossOf(d: i32): i32 {
  return d == 0 || d == 1 || d == 7 ? 1 : d >= 3 && d <= 5 ? -1 : 0
}
@inline
function downOf(d: i32): i32 {
  return d >= 1 && d <= 3 ? -1 : d >= 5 ? 1 : 0
}

/**
 * All contours, or only the outermost ones, in the order in which their first pixels come. What has no room is counted only.
 * @param src float32 (height, width): what is not 0
 * @param work i32 (height + 2, width + 2), then three times 16 numbers
 * @param list contours @param listRoom how many have room @param points i32 (pointRoom, 2) @param told two i32: how many there are
 */
export function contours(
  src: usize, width: i32, height: i32, external: i32, work: usize, list: usize, listRoom: i32, points: usize,
  pointRoom: i32, told: usize, _from: i32, _to: i32,
): void {
  numbers = work
  row = width + 2
  offsets = work + (<usize>row * <usize>(height + 2) << 2)
  places = points
  room = pointRoom
  count = 0
  // Twice around, so that no direction has to be brought back below 8.
  for (let d = 0; d < 16; d++) {
    const at = offsets + (<usize>d << 2)
    store<i32>(at, acrossOf(d & 7), ACROSS)
    store<i32>(at, downOf(d & 7), DOWN)
    store<i32>(at, downOf(d & 7) * row + acrossOf(d & 7))
  }
  fill(src, width, height)
  const one = i32x4.splat(1)
  let found = 0
  for (let y = 1; y <= height; y++) {
    let last = 1
    const first = numbers + (<usize>y * <usize>row + 1 << 2)
    const end = first + (<usize>width << 2)
    for (let p = first; p < end; p += 4) {
      // Nothing begins in four that are 0, or 1 with 1 or borders beside them. (Behind the row there is the frame, and a row below.)
      const four = v128.load(p)
      if (!v128.any_true(four)) {
        p += 12
        continue
      }
      if (i32x4.all_true(i32x4.eq(four, one)) && load<i32>(p - 4) != 0 && load<i32>(p, 16) != 0) {
        p += 12
        continue
      }
      const v = load<i32>(p)
      if (v == 0) continue
      const outer = v == 1 && load<i32>(p - 4) == 0
      if (external) {
        // Right of a border whose number is not negative one is inside it.
        if (outer && last <= 1) {
          const from = count
          follow(p, LEFT, found + 2)
          if (found < listRoom) put(list + <usize>found * CONTOUR, from, 0, -1)
          found++
        }
        const now = load<i32>(p)
        if (now != 1) last = now
        continue
      }
      const hole = !outer && v >= 1 && load<i32>(p + 4) == 0
      if (outer || hole) {
        if (hole && v > 1) last = v
        let parent = -1
        if (last >= 2 && last - 2 < listRoom) {
          const around = list + <usize>(last - 2) * CONTOUR
          // What lies inside an outer border is a hole or belongs to it; the same the other way around.
          parent = load<i32>(around, 8) == i32(hole) ? load<i32>(around, 12) : last - 2
        }
        const from = count
        follow(p, outer ? LEFT : RIGHT, found + 2)
        if (found < listRoom) put(list + <usize>found * CONTOUR, from, i32(hole), parent)
        found++
      }
      const now = load<i32>(p)
      if (now != 1) last = abs(now)
    }
  }
  store<i32>(told, found, CONTOURS)
  store<i32>(told, count, POINTS)
}

/** 1 where a number is not 0, with a frame of 0, so that no walk leaves it. */
function fill(src: usize, width: i32, height: i32): void {
  const line = <usize>row << 2
  memory.fill(numbers, 0, line)
  memory.fill(numbers + <usize>(height + 1) * line, 0, line)
  const zero = f32x4.splat(0), one = i32x4.splat(1)
  for (let y = 0; y < height; y++) {
    let from = src + (<usize>y * <usize>width << 2)
    let to = numbers + <usize>(y + 1) * line
    store<i32>(to, 0)
    to += 4
    let x = 0
    for (; x + 4 <= width; x += 4, from += 16, to += 16) v128.store(to, v128.and(f32x4.ne(v128.load(from), zero), one))
    for (; x < width; x++, from += 4, to += 4) store<i32>(to, load<f32>(from) != 0 ? 1 : 0)
    store<i32>(to, 0)
  }
}

@inline
function put(at: usize, from: i32, hole: i32, parent: i32): void {
  v128.store(at, i32x4(from, count, hole, parent))
}

@inline
function beside(p: usize, d: i32): usize {
  return p + (load<i32>(offsets + (<usize>d << 2)) << 2)
}

/** A pixel belongs to the contour. */
@inline
function point(x: i32, y: i32): void {
  if (count < room) {
    const at = places + (<usize>count << 3)
    store<i32>(at, x)
    store<i32>(at, y, 4)
  }
  count++
}

/** Walks along a border from the pixel at `start`, beside whose neighbour in direction `side` is background. */
function follow(start: usize, side: i32, number: i32): void {
  const first = <i32>((start - numbers) >> 2)
  let y = first / row - 1
  let x = first - (y + 1) * row - 1
  let back = 8
  while (back > 0 && load<i32>(beside(start, side + back & 7)) == 0) back--
  let came = side + back & 7
  if (back == 0 && load<i32>(beside(start, came)) == 0) {
    store<i32>(start, -number)
    point(x, y)
    return
  }
  const end = beside(start, came)
  let p = start
  for (;;) {
    point(x, y)
    let way = came + 1
    let emptyRight = false
    while (load<i32>(beside(p, way)) == 0) {
      if ((way & 7) == RIGHT) emptyRight = true
      way++
    }
    if (emptyRight) store<i32>(p, -number)
    else if (load<i32>(p) == 1) store<i32>(p, number)
    const next = beside(p, way)
    if (next == start && p == end) return
    p = next
    const step = offsets + (<usize>way << 2)
    x += load<i32>(step, ACROSS)
    y += load<i32>(step, DOWN)
    came = way + 4 & 7
  }
}

/**
 * Area, perimeter, centre, left, top, width, height of each contour (cv2.contourArea, arcLength, moments, boundingRect), and two
 * numbers whose arc tangent is twice the angle of its long axis; and how many of its points are kept.
 * @param simple only those where the direction changes (CHAIN_APPROX_SIMPLE)
 * @param measures float64 (contours, 11)
 */
export function contourMeasures(list: usize, points: usize, simple: i32, measures: usize, n0: i32, n1: i32): void {
  for (let n = n0; n < n1; n++) {
    const contour = list + <usize>n * CONTOUR
    const first = points + (<usize>load<i32>(contour) << 3), end = points + (<usize>load<i32>(contour, 4) << 3)
    const ox = load<i32>(first), oy = load<i32>(first, 4)
    let left = i32.MAX_VALUE, top = i32.MAX_VALUE, right = i32.MIN_VALUE, bottom = i32.MIN_VALUE
    let area: f64 = 0, perimeter: f64 = 0
    let sx: f64 = 0, sy: f64 = 0, sxx: f64 = 0, syy: f64 = 0, sxy: f64 = 0, mx: f64 = 0, my: f64 = 0
    // From the first point on, so that large coordinates cost no digits.
    let x0: f64 = 0, y0: f64 = 0
    let kept = 0
    for (let p = first; p < end; p += 8) {
      if (!simple || turns(p, first, end)) kept++
      const next = p + 8 < end ? p + 8 : first
      const u = load<i32>(next) - ox, v = load<i32>(next, 4) - oy
      left = min(left, u)
      right = max(right, u)
      top = min(top, v)
      bottom = max(bottom, v)
      const x1 = <f64>u, y1 = <f64>v
      perimeter += sqrt<f64>((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
      const cross = x0 * y1 - x1 * y0
      area += cross
      sx += cross * (x0 + x1)
      sy += cross * (y0 + y1)
      sxx += cross * (x0 * x0 + x0 * x1 + x1 * x1)
      syy += cross * (y0 * y0 + y0 * y1 + y1 * y1)
      sxy += cross * (x0 * (2 * y0 + y1) + x1 * (y0 + 2 * y1))
      mx += <f64>load<i32>(p)
      my += <f64>load<i32>(p, 4)
      x0 = x1
      y0 = y1
    }
    const out = measures + <usize>n * MEASURES
    store<f64>(out, <f64>kept, 80)
    store<f64>(out, abs<f64>(area) / 2)
    store<f64>(out, perimeter, 8)
    store<f64>(out, <f64>(left + ox), 32)
    store<f64>(out, <f64>(top + oy), 40)
    store<f64>(out, <f64>(right - left + 1), 48)
    store<f64>(out, <f64>(bottom - top + 1), 56)
    if (area == 0) {
      // One without an area: the mean of its points, and no direction.
      const points = <f64>((end - first) >> 3)
      store<f64>(out, mx / points, 16)
      store<f64>(out, my / points, 24)
      store<f64>(out, 0, 64)
      store<f64>(out, 0, 72)
      continue
    }
    const cx = sx / (3 * area), cy = sy / (3 * area)
    store<f64>(out, cx + <f64>ox, 16)
    store<f64>(out, cy + <f64>oy, 24)
    store<f64>(out, 2 * (sxy / (12 * area) - cx * cy), 64)
    store<f64>(out, sxx / (6 * area) - cx * cx - (syy / (6 * area) - cy * cy), 72)
  }
}

/** Whether the direction changes at the point p of a contour. */
@inline
function turns(p: usize, first: usize, end: usize): bool {
  if (end - first < 24) return true
  const before = p == first ? end - 8 : p - 8, after = p + 8 == end ? first : p + 8
  return load<i32>(p) - load<i32>(before) != load<i32>(after) - load<i32>(p) ||
    load<i32>(p, 4) - load<i32>(before, 4) != load<i32>(after, 4) - load<i32>(p, 4)
}

/**
 * The points of some contours as float32.
 * @param wanted i32: which contours, one a row of the call
 * @param simple only where the direction changes
 * @param starts i32: where the points of each begin in `dst`, float32 (n, 2)
 */
export function contourPoints(
  list: usize, points: usize, wanted: usize, simple: i32, starts: usize, dst: usize, n0: i32, n1: i32,
): void {
  for (let n = n0; n < n1; n++) {
    const contour = list + <usize>load<i32>(wanted + (<usize>n << 2)) * CONTOUR
    const first = points + (<usize>load<i32>(contour) << 3), end = points + (<usize>load<i32>(contour, 4) << 3)
    let to = dst + (<usize>load<i32>(starts + (<usize>n << 2)) << 3)
    for (let p = first; p < end; p += 8) {
      if (simple && !turns(p, first, end)) continue
      store<f32>(to, <f32>load<i32>(p))
      store<f32>(to, <f32>load<i32>(p, 4), 4)
      to += 8
    }
  }
}
