// Numbers replaced by those of a table. Tables of tiles lie behind each other, row by row; a pixel mixes those of four tiles.
import { storePixels } from '../common.as.ts'

/** The entry of one table for place t, 0 to entries - 1. */
@inline
function entryAt(table: usize, t: f32, entries: i32, linear: i32): f32 {
  if (linear == 0) return load<f32>(table + (<usize><i32>floor<f32>(t + 0.5) << 2))
  const i = min(<i32>t, entries - 2)
  const part = t - <f32>i
  const p = table + (<usize>i << 2)
  return (<f32>1 - part) * load<f32>(p) + part * load<f32>(p, 4)
}

/** Four numbers from four places of a table, counted in entries. */
@inline
function gather(table: usize, i: v128): v128 {
  const bytes = i32x4.shl(i, 2)
  let r = v128.load32_zero(table + <usize>i32x4.extract_lane(bytes, 0))
  r = v128.load32_lane(table + <usize>i32x4.extract_lane(bytes, 1), r, 1)
  r = v128.load32_lane(table + <usize>i32x4.extract_lane(bytes, 2), r, 2)
  return v128.load32_lane(table + <usize>i32x4.extract_lane(bytes, 3), r, 3)
}

/** The places of four numbers in a table; 0 for NaN. */
@inline
function placesOf(v: v128, low: v128, steps: v128, last: v128): v128 {
  return f32x4.pmin(last, f32x4.pmax(f32x4.splat(0), f32x4.mul(f32x4.sub(v, low), steps)))
}

/** Whole numbers from 0 to 2²³ as integers: they are the last bits of their sum with 2²³, which takes less than a conversion. */
@inline
function wholes(v: v128): v128 {
  return v128.and(f32x4.add(v, f32x4.splat(8388608)), i32x4.splat(0x7fffff))
}

/** Four numbers through tables that begin `first` entries from `tables`. `most`: the last entry that has another behind it. */
@inline
function four(v: v128, tables: usize, first: v128, low: v128, steps: v128, last: v128, most: v128, linear: i32): v128 {
  const t = placesOf(v, low, steps, last)
  let r: v128
  if (linear == 0) {
    r = gather(tables, i32x4.add(wholes(f32x4.floor(f32x4.add(t, f32x4.splat(0.5)))), first))
  } else {
    const whole = f32x4.pmin(most, f32x4.floor(t))
    const part = f32x4.sub(t, whole)
    const i = i32x4.add(wholes(whole), first)
    const rest = f32x4.sub(f32x4.splat(1), part)
    r = f32x4.add(f32x4.mul(rest, gather(tables, i)), f32x4.mul(part, gather(tables + 4, i)))
  }
  return v128.bitselect(v, r, f32x4.ne(v, v))
}

/** `count` numbers through one table, or pixels of three channels through three. Gives how many it has done. */
function runs(
  src: usize, dst: usize, count: i32, tables: usize, three: bool, entries: i32, low: f32, steps: f32, linear: i32,
): i32 {
  const lows = f32x4.splat(low)
  const step4 = f32x4.splat(steps)
  const last = f32x4.splat(<f32>(entries - 1))
  const most = f32x4.splat(<f32>(entries - 2))
  const b = three ? entries : 0
  const c = three ? 2 * entries : 0
  // Twelve numbers are four pixels of three channels.
  const x = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 1, b), 2, c)
  const y = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 0, b), 1, c), 3, b)
  const z = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 0, c), 2, b), 3, c)
  let i = 0
  for (; i + 12 <= count; i += 12, src += 48, dst += 48) {
    v128.store(dst, four(v128.load(src), tables, x, lows, step4, last, most, linear))
    v128.store(dst, four(v128.load(src, 16), tables, y, lows, step4, last, most, linear), 16)
    v128.store(dst, four(v128.load(src, 32), tables, z, lows, step4, last, most, linear), 32)
  }
  return i
}

/** `count` numbers through three tables, which make pixels of three channels. Gives how many it has done. */
function colours(
  src: usize, dst: usize, count: i32, tables: usize, entries: i32, low: f32, steps: f32, linear: i32,
): i32 {
  const lows = f32x4.splat(low)
  const step4 = f32x4.splat(steps)
  const last = f32x4.splat(<f32>(entries - 1))
  const most = f32x4.splat(<f32>(entries - 2))
  const x = i32x4.splat(0)
  const y = i32x4.splat(entries)
  const z = i32x4.splat(2 * entries)
  let i = 0
  for (; i + 4 <= count; i += 4, src += 16, dst += 48) {
    const v = v128.load(src)
    storePixels(
      dst,
      four(v, tables, x, lows, step4, last, most, linear),
      four(v, tables, y, lows, step4, last, most, linear),
      four(v, tables, z, lows, step4, last, most, linear),
    )
  }
  return i
}

@inline
function within(i: i32, count: i32): i32 {
  return i < 0 ? 0 : i < count ? i : count - 1
}

/** dst (height, width, outChannels) of src (height, width, channels); 1 channel makes one for each table. */
export function lookup(
  src: usize, channels: i32, dst: usize, outChannels: i32, tables: usize, tableChannels: i32, entries: i32,
  low: f32, steps: f32, linear: i32, columns: i32, rows: i32, perWidth: f32, perHeight: f32, left: i32, top: i32,
  width: i32, y0: i32, y1: i32,
): void {
  const last = <f32>(entries - 1)
  const each = <usize>entries << 2
  const tile = each * <usize>tableChannels
  const several = columns * rows > 1
  const alike = !several && channels == outChannels && (tableChannels == 1 || channels == 3)
  const spread = !several && channels == 1 && outChannels == 3
  for (let y = y0; y < y1; y++) {
    let p = src + (<usize>(y * width * channels) << 2)
    let q = dst + (<usize>(y * width * outChannels) << 2)
    let x = 0
    if (alike) {
      const numbers = width * channels
      const done = runs(p, q, numbers, tables, tableChannels > 1, entries, low, steps, linear)
      // The rest, from a whole pixel on.
      x = done / channels
      p += <usize>(x * channels) << 2
      q += <usize>(x * channels) << 2
    } else if (spread) {
      x = colours(p, q, width, tables, entries, low, steps, linear)
      p += <usize>x << 2
      q += <usize>(x * 3) << 2
    }
    const down: f32 = several ? <f32>(y + top) * perHeight - <f32>0.5 : 0
    const row = <i32>floor<f32>(down)
    const ty = down - <f32>row
    const upper = tables + <usize>(within(row, rows) * columns) * tile
    const lower = tables + <usize>(within(row + 1, rows) * columns) * tile
    for (; x < width; x++) {
      let tx: f32 = 0
      let a: usize = 0
      let b: usize = 0
      if (several) {
        const across = <f32>(x + left) * perWidth - <f32>0.5
        const column = <i32>floor<f32>(across)
        tx = across - <f32>column
        a = <usize>within(column, columns) * tile
        b = <usize>within(column + 1, columns) * tile
      }
      for (let c = 0; c < outChannels; c++) {
        const v = load<f32>(p + (channels == 1 ? 0 : <usize>c << 2))
        let result = v
        if (v == v) {
          const place = (v - low) * steps
          const t: f32 = place > 0 ? (place < last ? place : last) : 0
          const k = tableChannels == 1 ? 0 : <usize>c * each
          if (several) {
            const first = (<f32>1 - tx) * entryAt(upper + a + k, t, entries, linear) + tx * entryAt(upper + b + k, t, entries, linear)
            const second = (<f32>1 - tx) * entryAt(lower + a + k, t, entries, linear) + tx * entryAt(lower + b + k, t, entries, linear)
            result = (<f32>1 - ty) * first + ty * second
          } else result = entryAt(tables + k, t, entries, linear)
        }
        store<f32>(q, result)
        q += 4
      }
      p += <usize>channels << 2
    }
  }
}
