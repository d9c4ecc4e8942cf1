// A part of a picture at another, lower resolution, from tables: which rows and which columns make each number. Reads
// straight from the source, and only the rows that the tables name, so that a small view of a large picture costs little.
import { align16, floatsOf, weightedSumInTurns } from '../common.as.ts'

/**
 * dst[y, x, c] = Σ_k Σ_j rowWeights[k] · columnWeights[j] · src[rowAt[k], column + j, first + c], c < count.
 * @param src float32 (any, width, channels)
 * @param dst float32, pixels `dstChannels` apart: `count` of them are written, from dst on
 * @param columns i32 (dw, 3): first column of the source, how many, and where their weights begin
 * @param begin, end the columns [begin, end) of the source hold all of them
 * @param rows i32 (dh, 2): how many rows, and where they and their weights begin
 * @param rowAt u32, rowWeights float32: rows of the source and their weights
 * @param mostRows the most rows that any row of dst has
 * @param scratch regionScratch(width, channels, mostRows) bytes
 */
export function region(
  src: usize, width: i32, channels: i32, first: i32, count: i32, dst: usize, dw: i32, dstChannels: i32,
  columns: usize, columnWeights: usize, begin: i32, end: i32,
  rows: usize, rowAt: usize, rowWeights: usize, mostRows: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  sample(
    false, src, width, channels, first, count, dst, dw, dstChannels, columns, columnWeights, begin, end,
    rows, rowAt, rowWeights, mostRows, scratch, y0, y1,
  )
}

/** The same of bytes that stand for v / 255. @param scratch with room for `mostRows` rows of floats more */
export function regionOfBytes(
  src: usize, width: i32, channels: i32, first: i32, count: i32, dst: usize, dw: i32, dstChannels: i32,
  columns: usize, columnWeights: usize, begin: i32, end: i32,
  rows: usize, rowAt: usize, rowWeights: usize, mostRows: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  sample(
    true, src, width, channels, first, count, dst, dw, dstChannels, columns, columnWeights, begin, end,
    rows, rowAt, rowWeights, mostRows, scratch, y0, y1,
  )
}

function sample(
  eightBit: bool, src: usize, width: i32, channels: i32, first: i32, count: i32, dst: usize, dw: i32, dstChannels: i32,
  columns: usize, columnWeights: usize, begin: i32, end: i32,
  rows: usize, rowAt: usize, rowWeights: usize, mostRows: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const pixel = <usize>channels << 2
  const last = columns + <usize>(dw - 1) * 12
  const left = <usize>begin * pixel
  const numbers = (end - begin) * channels
  const addresses = scratch
  const line = align16(addresses + (<usize>mostRows << 2))
  // Behind the line, which has room for a register past its end: rows of bytes as floats.
  const floats = align16(line + (<usize>(width * channels + 4) << 2))
  for (let y = y0; y < y1; y++) {
    const n = load<i32>(rows + (<usize>y << 3))
    const at = <usize>load<i32>(rows + (<usize>y << 3), 4) << 2
    for (let k: usize = 0; k < <usize>n << 2; k += 4) {
      const from = <usize>load<u32>(rowAt + at + k) * <usize>width * pixel + left
      if (eightBit) {
        const row = floats + (k >> 2) * (<usize>numbers << 2)
        floatsOf(src + (from >> 2), row, numbers, 255)
        store<u32>(addresses + k, <u32>row)
      } else store<u32>(addresses + k, <u32>(src + from))
    }
    weightedSumInTurns(addresses, rowWeights + at, n, line, numbers)

    let out = dst + <usize>y * <usize>(dw * dstChannels << 2)
    for (let column = columns; column <= last; column += 12, out += <usize>dstChannels << 2) {
      const weights = columnWeights + (<usize>load<i32>(column, 8) << 2)
      const bytes = <usize>load<i32>(column, 4) << 2
      const from = line + <usize>load<i32>(column) * pixel - left + (<usize>first << 2)
      if (count == 3 || count == 4) {
        // Two sums, because each addition waits for the one before it.
        let sum = f32x4.splat(0), other = sum
        let k: usize = 0, p = from
        for (; k + 8 <= bytes; k += 8, p += 2 * pixel) {
          sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load32_splat(weights + k)))
          other = f32x4.add(other, f32x4.mul(v128.load(p + pixel), v128.load32_splat(weights + k, 4)))
        }
        if (k < bytes) sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load32_splat(weights + k)))
        sum = f32x4.add(sum, other)
        // Of three channels the fourth number is the next pixel's first, which is written after it; not so in the last.
        if (count == 4 || (dstChannels == 3 && column != last)) v128.store(out, sum)
        else {
          v128.store64_lane(out, sum, 0)
          v128.store32_lane(out, sum, 2, 8)
        }
      } else if (channels == 1) {
        let sums = f32x4.splat(0)
        let k: usize = 0
        for (; k + 16 <= bytes; k += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(from + k), v128.load(weights + k)))
        let sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1)
        sum += f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3)
        for (; k < bytes; k += 4) sum += load<f32>(from + k) * load<f32>(weights + k)
        store<f32>(out, sum)
      } else
        for (let c: usize = 0; c < <usize>count << 2; c += 4) {
          let sum: f32 = 0
          for (let k: usize = 0, p = from + c; k < bytes; k += 4, p += pixel) sum += load<f32>(p) * load<f32>(weights + k)
          store<f32>(out + c, sum)
        }
    }
  }
}
