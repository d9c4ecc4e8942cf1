// Voting for lines (Hough): the directions of all edge pixels, and the probabilistic form (Matas, Galambos and Kittler 2000).
import { align16 } from '../common.as.ts'

/** The columns of the edge pixels of each row, as float32. @param counts i32 (height) @param columns float32 (height, width) */
export function houghEdges(src: usize, width: i32, counts: usize, columns: usize, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    const row = src + (<usize>(y * width) << 2)
    let to = columns + (<usize>(y * width) << 2)
    const first = to
    for (let x = 0; x < width; x++) {
      // One that is no edge is written over by the next.
      store<f32>(to, <f32>x)
      to += load<f32>(row + (<usize>x << 2)) > 0 ? 4 : 0
    }
    store<i32>(counts + (<usize>y << 2), <i32>((to - first) >> 2))
  }
}

@inline
function count(votes: usize, place: i32): void {
  const at = votes + (<usize>place << 2)
  store<i32>(at, load<i32>(at) + 1)
}

/**
 * Votes, one direction a row of the call.
 * @param cos, sin float32 (angles)
 * @param votes i32 (angles + 2, line), with a frame of 0; `middle` is the place of 0 in a row
 */
export function houghVotes(
  counts: usize, columns: usize, width: i32, height: i32, cos: usize, sin: usize, votes: usize, line: i32, middle: i32,
  n0: i32, n1: i32,
): void {
  for (let n = n0; n < n1; n++) {
    const own = votes + (<usize>(n + 1) * <usize>line << 2)
    memory.fill(own, 0, <usize>line << 2)
    const zero = own + (<usize>middle << 2)
    const c = load<f32>(cos + (<usize>n << 2)), s = load<f32>(sin + (<usize>n << 2))
    const cs = f32x4.splat(c)
    for (let y = 0; y < height; y++) {
      let from = columns + (<usize>(y * width) << 2)
      const end = from + (<usize>load<i32>(counts + (<usize>y << 2)) << 2)
      const base = <f32>y * s, bases = f32x4.splat(base)
      for (; from + 16 <= end; from += 16) {
        const places = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.add(f32x4.mul(v128.load(from), cs), bases)))
        count(zero, i32x4.extract_lane(places, 0))
        count(zero, i32x4.extract_lane(places, 1))
        count(zero, i32x4.extract_lane(places, 2))
        count(zero, i32x4.extract_lane(places, 3))
      }
      for (; from < end; from += 4) count(zero, <i32>nearest<f32>(load<f32>(from) * c + base))
    }
  }
}

/**
 * Places with more votes than the threshold and their neighbours, one direction a row of the call.
 * @param found i32 (angles, half, 2): their places in ρ and their votes; counts i32 (angles): how many
 */
export function houghPeaks(
  votes: usize, line: i32, places: i32, threshold: i32, counts: usize, found: usize, half: i32, n0: i32, n1: i32,
): void {
  const stride = <usize>line << 2
  const limit = i32x4.splat(threshold)
  for (let n = n0; n < n1; n++) {
    const row = votes + <usize>(n + 1) * stride + 4
    const first = found + (<usize>(n * half) << 3)
    let to = first
    for (let r = 0; r < places; ) {
      if (r + 4 <= places && !v128.any_true(i32x4.gt_s(v128.load(row + (<usize>r << 2)), limit))) {
        r += 4
        continue
      }
      for (const end = min(r + 4, places); r < end; r++) {
        const at = row + (<usize>r << 2)
        const v = load<i32>(at)
        if (v <= threshold || v <= load<i32>(at - 4) || v < load<i32>(at + 4)) continue
        if (v <= load<i32>(at - stride) || v < load<i32>(at + stride)) continue
        store<i32>(to, r)
        store<i32>(to, v, 4)
        to += 8
      }
    }
    store<i32>(counts + (<usize>n << 2), <i32>((to - first) >> 3))
  }
}

/** The state of the search for segments: head, pixels that are left, pixels that wait, votes. @see segments.ts */
const WAITING: usize = 0
const FOUND: usize = 4
const RANDOM: usize = 8
const HEAD: usize = 16
/** Places along a line are counted in such parts of a pixel. */
const PART: i64 = 65536

// What the functions below share; set anew by each call.
let width: i32 = 0
let height: i32 = 0
let left: usize = 0
let votes: usize = 0
let cosines: usize = 0
let sines: usize = 0
let angles: i32 = 0
let places: i32 = 0
let middle: i32 = 0
let best: i32 = 0
let bestCount: i32 = 0

/**
 * A part of the search for segments. It reads one state and writes another, so that it may be run again.
 * @param src float32 (height, width): what is above 0 is an edge. Read where `from` is 0, which begins the search
 * @param votesNow how many votes this call may give, about
 * @param segments i32 (most, 4): x and y of both ends
 */
export function houghSegments(
  src: usize, w: i32, h: i32, cos: usize, sin: usize, angleCount: i32, placeCount: i32, threshold: i32, length: i32,
  gap: i32, most: i32, votesNow: f64, from: usize, to: usize, segments: usize, _first: i32, _end: i32,
): void {
  const pixels = w * h
  width = w
  height = h
  cosines = cos
  sines = sin
  angles = angleCount
  places = placeCount
  middle = (placeCount - 1) >> 1
  left = to + HEAD
  const waiting = align16(left + <usize>pixels)
  votes = align16(waiting + (<usize>pixels << 2))
  const table = <usize>angles * <usize>places << 2
  let wait = 0, found = 0
  let random: u64 = 0xffffffffffffffff
  if (from) {
    wait = load<i32>(from, WAITING)
    found = load<i32>(from, FOUND)
    random = load<u64>(from, RANDOM)
    memory.copy(left, from + HEAD, waiting - left + (<usize>wait << 2))
    memory.copy(votes, from + (votes - to), table)
  } else {
    memory.fill(votes, 0, table)
    for (let i = 0; i < pixels; i++) {
      const edge = load<f32>(src + (<usize>i << 2)) > 0
      store<u8>(left + <usize>i, edge ? 1 : 0)
      store<i32>(waiting + (<usize>wait << 2), i)
      wait += edge ? 1 : 0
    }
  }
  let budget = votesNow
  while (wait > 0 && found < most && budget > 0) {
    // Multiply with carry, as cv::RNG.
    random = (random & 0xffffffff) * 4164903690 + (random >> 32)
    const at = waiting + (<usize>(<u32>random % <u32>wait) << 2)
    const start = load<i32>(at)
    wait--
    store<i32>(at, load<i32>(waiting + (<usize>wait << 2)))
    if (!load<u8>(left + <usize>start)) continue
    best = 0
    bestCount = threshold - 1
    vote(start, 1)
    budget -= <f64>angles
    if (bestCount < threshold) continue
    const angle = <usize>best << 2
    const a = -<f64>load<f32>(sin + angle), b = <f64>load<f32>(cos + angle)
    const one = endOf(start, a, b, 1, gap), other = endOf(start, a, b, -1, gap)
    const x0 = one % w, y0 = one / w, x1 = other % w, y1 = other / w
    const good = abs(x1 - x0) >= length || abs(y1 - y0) >= length
    budget -= <f64>angles * <f64>(erase(start, a, b, 1, one, good) + erase(start, a, b, -1, other, good))
    if (!good) continue
    const out = segments + (<usize>found << 4)
    v128.store(out, i32x4(x0, y0, x1, y1))
    found++
  }
  store<i32>(to, wait, WAITING)
  store<i32>(to, found, FOUND)
  store<u64>(to, random, RANDOM)
}

/** A pixel's votes are given, or taken back; the best angle that has more than the best before. */
function vote(i: i32, by: i32): void {
  const x = <f32>(i % width), y = <f32>(i / width)
  const xs = f32x4.splat(x), ys = f32x4.splat(y)
  const row = <usize>places << 2
  let own = votes + (<usize>middle << 2)
  let n = 0
  for (; n + 4 <= angles; n += 4, own += row << 2) {
    const at = <usize>n << 2
    const sum = f32x4.add(f32x4.mul(xs, v128.load(cosines + at)), f32x4.mul(ys, v128.load(sines + at)))
    const place = i32x4.shl(i32x4.trunc_sat_f32x4_s(f32x4.nearest(sum)), 2)
    change(own + i32x4.extract_lane(place, 0), by, n)
    change(own + row + i32x4.extract_lane(place, 1), by, n + 1)
    change(own + 2 * row + i32x4.extract_lane(place, 2), by, n + 2)
    change(own + 3 * row + i32x4.extract_lane(place, 3), by, n + 3)
  }
  for (; n < angles; n++, own += row) {
    const at = <usize>n << 2
    const sum = x * load<f32>(cosines + at) + y * load<f32>(sines + at)
    change(own + (<i32>nearest<f32>(sum) << 2), by, n)
  }
}

@inline
function change(at: usize, by: i32, n: i32): void {
  const count = load<i32>(at) + by
  store<i32>(at, count)
  if (count > bestCount) {
    bestCount = count
    best = n
  }
}

// A walk from a pixel in a direction: whole steps along the longer side, parts of a pixel along the other.
let alongX: i64 = 0
let alongY: i64 = 0
let stepX: i64 = 0
let stepY: i64 = 0
let level: bool = false

function begin(start: i32, a: f64, b: f64, way: i64): void {
  level = abs(a) > abs(b)
  const x = <i64>(start % width), y = <i64>(start / width)
  if (level) {
    stepX = a > 0 ? way : -way
    stepY = way * <i64>nearest<f64>(b * <f64>PART / abs(a))
    alongX = x
    alongY = y * PART + PART / 2
  } else {
    stepX = way * <i64>nearest<f64>(a * <f64>PART / abs(b))
    stepY = b > 0 ? way : -way
    alongX = x * PART + PART / 2
    alongY = y
  }
}

/** The pixel here, and a step further; −1: it has left the picture. */
@inline
function next(): i32 {
  const x = level ? alongX : alongX >> 16, y = level ? alongY >> 16 : alongY
  if (<u64>x >= <u64>width || <u64>y >= <u64>height) return -1
  alongX += stepX
  alongY += stepY
  return <i32>y * width + <i32>x
}

/** The last pixel of the line that is left, over gaps of at most `gap` pixels. */
function endOf(start: i32, a: f64, b: f64, way: i64, gap: i32): i32 {
  begin(start, a, b, way)
  let end = start, missing = 0
  for (let i = next(); i >= 0; i = next()) {
    if (load<u8>(left + <usize>i)) {
      end = i
      missing = 0
    } else if (++missing > gap) break
  }
  return end
}

/** Takes away the pixels of the line up to its end, and where it is a good one their votes; how many. */
function erase(start: i32, a: f64, b: f64, way: i64, end: i32, good: bool): i32 {
  begin(start, a, b, way)
  let gone = 0
  for (let i = next(); i >= 0; i = next()) {
    if (load<u8>(left + <usize>i)) {
      if (good) {
        vote(i, -1)
        gone++
      }
      store<u8>(left + <usize>i, 0)
    }
    if (i == end) break
  }
  return gone
}
