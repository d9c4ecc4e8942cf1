// Descriptors: histograms of the slopes in 4 × 4 cells around a spot, turned to its direction, 8 directions each.
import { align16 } from '../common.as.ts'
import { ANGLE_TABLE, degreesOf, fillAngles } from '../sobel/angle.as.ts'
import { exp64, sin64 } from '../functions.as.ts'
import { ANGLES, PLANE, RECORD, RESPONSE, SIZE, X, Y } from './record.as.ts'

const CELLS: i32 = 4
const BINS: i32 = 8
/** Cells of a row of votes: one more on either side, which is thrown away. */
const WIDE: i32 = CELLS + 2
const LENGTH: i32 = CELLS * CELLS * BINS
const BYTES: usize = 512
const RADIANS: f64 = 0.017453292519943295

/**
 * One spot a row of the call.
 * @param planes of all octaves
 * @param layers planes of an octave less 3
 * @param order u32 (n): record × 32 + angle
 * @param points float32 (n, 5): x, y, size, angle, response, in pixels of the picture
 * @param descriptors float32 (n, 128): whole numbers from 0 to 255
 * @param scratch siftScratch bytes
 */
export function siftDescribe(
  planes: usize, layers: i32, records: usize, order: usize, points: usize, descriptors: usize,
  scratch: usize, y0: i32, y1: i32,
): void {
  fillAngles(scratch)
  const room = align16(scratch + ANGLE_TABLE)
  for (let n = y0; n < y1; n++) {
    const one = load<u32>(order + (<usize>n << 2))
    const record = records + <usize>(one >> 5) * RECORD
    const angle = load<f64>(record + ANGLES + (<usize>(one & 31) << 3))
    const to = points + <usize>n * 20
    store<f32>(to, <f32>(load<f64>(record, X) / 2))
    store<f32>(to, <f32>(load<f64>(record, Y) / 2), 4)
    store<f32>(to, <f32>(load<f64>(record, SIZE) / 2), 8)
    store<f32>(to, <f32>angle, 12)
    store<f32>(to, <f32>load<f64>(record, RESPONSE), 16)
    const number = load<i32>(record, PLANE)
    const by = 1 / <f64>(1 << (number / (layers + 3)))
    const plane = planes + <usize>number * 12
    describe(
      <usize>load<u32>(plane), load<i32>(plane, 4), load<i32>(plane, 8), load<f64>(record, X) * by, load<f64>(record, Y) * by,
      angle, load<f64>(record, SIZE) * 0.5 * by, descriptors + (<usize>n * LENGTH << 2), scratch, room)
  }
}

function describe(
  plane: usize, width: i32, height: i32, x: f64, y: f64, angle: f64, scale: f64, into: usize, angles: usize, room: usize,
): void {
  const cx = <i32>floor(x + 0.5), cy = <i32>floor(y + 0.5)
  const turned = 360 - angle
  const cell = 3 * scale
  // Sine and cosine by their series: the engine has none in float64.
  const cos = sin64(turned * RADIANS + 1.5707963267948966) / cell, sin = sin64(turned * RADIANS) / cell
  const most = <i32>floor(sqrt(<f64>width * width + <f64>height * height))
  const radius = min(<i32>floor(cell * 1.4142135623730951 * (CELLS + 1) / 2 + 0.5), most)
  // Votes (f32), then four lengths, shares and places, then weights by distance (f32).
  const votes = room
  const lengths = votes + (<usize>(WIDE * WIDE * BINS) << 2)
  const columns = lengths + 16, rows = lengths + 32, ways = lengths + 48, places = lengths + 64, firsts = lengths + 80
  const weights = lengths + 96
  memory.fill(votes, 0, <usize>(WIDE * WIDE * BINS) << 2)
  const wide = cell * cell * (CELLS * CELLS) * 0.5
  for (let k = 0; k <= radius; k++) store<f32>(weights + (<usize>k << 2), <f32>exp64(-<f64>(k * k) / wide))
  const stride = <usize>width << 2
  const c4 = f32x4.splat(<f32>cos), s4 = f32x4.splat(<f32>sin)
  const below = f32x4.splat(-1), above = f32x4.splat(<f32>CELLS)
  const shift = f32x4.splat(<f32>(CELLS / 2) - 0.5)
  const eighth = f32x4.splat(<f32>BINS / 360), turn = f32x4.splat(<f32>turned)
  const steps = f32x4(0, 1, 2, 3)
  const left = max(-radius, 1 - cx), right = min(radius, width - 2 - cx)
  for (let v = max(-radius, 1 - cy); v <= min(radius, height - 2 - cy); v++) {
    const line = plane + <usize>(cy + v) * stride
    const weight = load<f32>(weights + (<usize>abs(v) << 2))
    const vs = f32x4.splat(<f32>(<f64>v * sin)), vc = f32x4.splat(<f32>(<f64>v * cos))
    for (let u = left; u <= right; u += 4) {
      const us = f32x4.add(f32x4.splat(<f32>u), steps)
      const column = f32x4.add(f32x4.sub(f32x4.mul(us, c4), vs), shift)
      const row = f32x4.add(f32x4.add(f32x4.mul(us, s4), vc), shift)
      const inside = v128.and(
        v128.and(f32x4.gt(column, below), f32x4.lt(column, above)), v128.and(f32x4.gt(row, below), f32x4.lt(row, above)))
      let bits = i32x4.bitmask(inside)
      if (right - u < 3) bits &= (1 << (right - u + 1)) - 1
      if (!bits) continue
      const p = line + (<usize>(cx + u) << 2)
      const dx = f32x4.sub(v128.load(p, 4), v128.load(p - 4))
      const dy = f32x4.sub(v128.load(p - stride), v128.load(p + stride))
      v128.store(lengths, f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy))))
      const way = f32x4.mul(f32x4.sub(degreesOf(dy, dx, angles), turn), eighth)
      const c0 = f32x4.floor(column), r0 = f32x4.floor(row), w0 = f32x4.floor(way)
      v128.store(columns, f32x4.sub(column, c0))
      v128.store(rows, f32x4.sub(row, r0))
      v128.store(ways, f32x4.sub(way, w0))
      const one = i32x4.splat(1)
      const place = i32x4.add(
        i32x4.mul(i32x4.add(i32x4.trunc_sat_f32x4_s(r0), one), i32x4.splat(WIDE)), i32x4.add(i32x4.trunc_sat_f32x4_s(c0), one))
      v128.store(places, i32x4.shl(place, 5))
      v128.store(firsts, v128.and(i32x4.trunc_sat_f32x4_s(w0), i32x4.splat(BINS - 1)))
      for (let k: usize = 0; bits; k += 4, bits >>= 1) {
        if (!(bits & 1)) continue
        const share = load<f32>(lengths + k) * (weight * load<f32>(weights + (<usize>abs(u + <i32>(k >> 2)) << 2)))
        const dc = load<f32>(columns + k), dr = load<f32>(rows + k), dw = load<f32>(ways + k)
        const at = votes + <usize>load<u32>(places + k)
        const first = <usize>load<u32>(firsts + k) << 2
        const next = (first + 4) & (<usize>(BINS - 1) << 2)
        const low = share * (1 - dr), high = share * dr
        vote(at, first, next, low * (1 - dc), dw)
        vote(at + 32, first, next, low * dc, dw)
        vote(at + 32 * WIDE, first, next, high * (1 - dc), dw)
        vote(at + 32 * (WIDE + 1), first, next, high * dc, dw)
      }
    }
  }
  for (let r = 0; r < CELLS; r++)
    for (let c = 0; c < CELLS; c++)
      memory.copy(into + (<usize>(r * CELLS + c) << 5), votes + (<usize>((r + 1) * WIDE + c + 1) << 5), 32)
  const limit = <f32>(0.2 * lengthOf(into))
  for (let i: usize = 0; i < BYTES; i += 4) store<f32>(into + i, min(load<f32>(into + i), limit))
  const factor = 512 / max(lengthOf(into), 1e-7)
  for (let i: usize = 0; i < BYTES; i += 4) store<f32>(into + i, <f32>min(255, floor(<f64>load<f32>(into + i) * factor + 0.5)))
}

/** Shares a vote between two directions of one cell. */
@inline
function vote(cell: usize, first: usize, next: usize, share: f32, part: f32): void {
  store<f32>(cell + first, load<f32>(cell + first) + share * (1 - part))
  store<f32>(cell + next, load<f32>(cell + next) + share * part)
}

function lengthOf(p: usize): f64 {
  let sum: f64 = 0
  for (let i: usize = 0; i < BYTES; i += 4) sum += <f64>load<f32>(p + i) * <f64>load<f32>(p + i)
  return sqrt(sum)
}
