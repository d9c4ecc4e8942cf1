// Exact medians of large windows, in blocks that fit into the nearest caches. A window slides along a row: k numbers enter,
// k leave, and the median moves a little. Every number is replaced by its rank among all that a block's windows see,
// and a window is a set of bits, with a summary of one bit for every 64. Equal numbers have different ranks, so a set
// holds them all.
import { align16 } from '../common.as.ts'

/** Rows and columns of the result that are sorted together, at most: COLUMNS of op.ts. */
const ROWS: i32 = 64
const COLUMNS: i32 = 256

/** The set bit at or after `at`. There is one. */
function next(bits: usize, summary: usize, at: i32): i32 {
  let word = at >> 6
  const rest = load<u64>(bits + (<usize>word << 3)) >> (at & 63)
  if (rest) return at + <i32>ctz(rest)
  word++
  let group = word >> 6
  let mask = load<u64>(summary + (<usize>group << 3)) & (~(<u64>0) << (word & 63))
  while (!mask) mask = load<u64>(summary + (<usize>++group << 3))
  word = (group << 6) + <i32>ctz(mask)
  return (word << 6) + <i32>ctz(load<u64>(bits + (<usize>word << 3)))
}

/** The set bit before `at`. There is one. */
function previous(bits: usize, summary: usize, at: i32): i32 {
  let word = at >> 6
  const rest = load<u64>(bits + (<usize>word << 3)) & ((<u64>1 << (at & 63)) - 1)
  if (rest) return (word << 6) + 63 - <i32>clz(rest)
  let group = word >> 6
  let mask = load<u64>(summary + (<usize>group << 3)) & ((<u64>1 << (word & 63)) - 1)
  while (!mask) mask = load<u64>(summary + (<usize>--group << 3))
  word = (group << 6) + 63 - <i32>clz(mask)
  return (word << 6) + 63 - <i32>clz(load<u64>(bits + (<usize>word << 3)))
}

@inline
function insert(bits: usize, summary: usize, rank: i32): void {
  const p = bits + (<usize>(rank >> 6) << 3)
  store<u64>(p, load<u64>(p) | (<u64>1 << (rank & 63)))
  const q = summary + (<usize>(rank >> 12) << 3)
  store<u64>(q, load<u64>(q) | (<u64>1 << ((rank >> 6) & 63)))
}

@inline
function remove(bits: usize, summary: usize, rank: i32): void {
  const p = bits + (<usize>(rank >> 6) << 3)
  const word = load<u64>(p) & ~(<u64>1 << (rank & 63))
  store<u64>(p, word)
  const q = summary + (<usize>(rank >> 12) << 3)
  // Branch-free, because the branch would be unpredictable.
  store<u64>(q, load<u64>(q) & ~(<u64>(word == 0) << ((rank >> 6) & 63)))
}

/** Sorts n pairs of key and index by key, 11 bits at a time; the result is in the second pair of arrays. */
function sort(keys: usize, indices: usize, keys2: usize, indices2: usize, counts: usize, n: i32): void {
  for (let shift = 0; shift < 33; shift += 11) {
    memory.fill(counts, 0, 2048 << 2)
    for (let i: usize = 0; i < <usize>n << 2; i += 4) {
      const p = counts + (<usize>((load<u32>(keys + i) >> shift) & 2047) << 2)
      store<u32>(p, load<u32>(p) + 1)
    }
    let sum: u32 = 0
    for (let p = counts, end = counts + (2048 << 2); p < end; p += 4) {
      const count = load<u32>(p)
      store<u32>(p, sum)
      sum += count
    }
    for (let i: usize = 0; i < <usize>n << 2; i += 4) {
      const key = load<u32>(keys + i)
      const p = counts + (<usize>((key >> shift) & 2047) << 2)
      const at = load<u32>(p)
      store<u32>(p, at + 1)
      store<u32>(keys2 + (<usize>at << 2), key)
      store<u32>(indices2 + (<usize>at << 2), load<u32>(indices + i))
    }
    let t = keys
    keys = keys2
    keys2 = t
    t = indices
    indices = indices2
    indices2 = t
  }
}

/**
 * Exact medians of one channel in COLUMNS columns from `left` on: tiles of little work, however wide the picture is.
 * @param src, dst float32 (height, width, channels), not the same. Of a window with NaN: NaN.
 * @param size odd, up to 31
 * @param scratch medianScratch(size, width, channels) bytes
 */
export function medianRows(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, size: i32, channel: i32, left: i32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const c = <usize>channel << 2
  for (let y = y0; y < y1; y += ROWS)
    block(
      src + c, dst + c, width, height, channels, size, scratch,
      left, min(left + COLUMNS, width), y, min(y + ROWS, y1))
}

function block(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, size: i32, scratch: usize,
  x0: i32, x1: i32, y0: i32, y1: i32,
): void {
  const r = size >> 1
  const columns = x1 - x0 + 2 * r
  const rows = y1 - y0 + 2 * r
  const n = columns * rows
  const bytes = align16(<usize>n << 2)
  const counts = scratch
  const keys = counts + (2048 << 2)
  const indices = keys + bytes
  const sortedKeys = indices + bytes
  const sortedIndices = sortedKeys + bytes
  const ranks = sortedIndices + bytes
  const bits = ranks + bytes
  const bitBytes = align16(<usize>((n >> 6) + 1) << 3)
  const summary = bits + bitBytes
  const summaryBytes = <usize>((n >> 12) + 1) << 3
  memory.fill(bits, 0, bitBytes + summaryBytes)

  let i: usize = 0
  let broken = false
  for (let y = y0 - r; y < y1 + r; y++) {
    const line = src + (<usize>(min(max(y, 0), height - 1) * width * channels) << 2)
    for (let x = x0 - r; x < x1 + r; x++, i += 4) {
      const v = load<i32>(line + (<usize>(min(max(x, 0), width - 1) * channels) << 2))
      if ((v & i32.MAX_VALUE) > 0x7f800000) broken = true
      // Of float bits read as integers, this order is that of the floats.
      store<u32>(keys + i, <u32>(v ^ ((v >> 31) | i32.MIN_VALUE)))
      store<u32>(indices + i, <u32>(i >> 2))
    }
  }
  sort(keys, indices, sortedKeys, sortedIndices, counts, n)
  for (let rank = 0; rank < n; rank++)
    store<u32>(ranks + (<usize>load<u32>(sortedIndices + (<usize>rank << 2)) << 2), <u32>rank)

  const target = (size * size) >> 1
  const span = <usize>columns << 2
  for (let y = y0; y < y1; y++) {
    const top = ranks + <usize>(y - y0) * span
    const bottom = top + <usize>size * span
    for (let p = top; p < bottom; p += span)
      for (let x: usize = 0; x < <usize>size << 2; x += 4) insert(bits, summary, load<i32>(p + x))
    let m = 0
    let below = 0
    let out = dst + (<usize>((y * width + x0) * channels) << 2)
    const last = <usize>(x1 - x0 - 1) << 2
    for (let x: usize = 0; ; x += 4, out += <usize>channels << 2) {
      while (below > target) {
        m = previous(bits, summary, m)
        below--
      }
      m = next(bits, summary, m)
      for (; below < target; below++) m = next(bits, summary, m + 1)
      const key = load<i32>(sortedKeys + (<usize>m << 2))
      store<i32>(out, key ^ (~(key >> 31) | i32.MIN_VALUE))
      if (x == last) break
      for (let p = top + x, end = bottom + x; p < end; p += span) {
        const gone = load<i32>(p)
        const come = load<i32>(p + (<usize>size << 2))
        remove(bits, summary, gone)
        insert(bits, summary, come)
        below += i32(come < m) - i32(gone < m)
      }
    }
    for (let p = top + last, end = bottom + last; p < end; p += span)
      for (let x: usize = 0; x < <usize>size << 2; x += 4) remove(bits, summary, load<i32>(p + x))
  }
  if (broken) breakBlock(src, dst, width, height, channels, size, x0, x1, y0, y1)
}

/** Makes NaN what has NaN in its window. */
function breakBlock(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, size: i32, x0: i32, x1: i32, y0: i32, y1: i32,
): void {
  const r = size >> 1
  // The edge's pixels are repeated outside: the same values are in the picture, and in the same windows.
  for (let y = max(y0 - r, 0); y < min(y1 + r, height); y++)
    for (let x = max(x0 - r, 0); x < min(x1 + r, width); x++) {
      const v = load<f32>(src + (<usize>((y * width + x) * channels) << 2))
      if (v == v) continue
      for (let j = max(y - r, y0); j < min(y + r + 1, y1); j++)
        for (let i = max(x - r, x0); i < min(x + r + 1, x1); i++)
          store<f32>(dst + (<usize>((j * width + i) * channels) << 2), NaN)
    }
}
