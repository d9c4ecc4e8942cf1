// Numbers replaced by those of a table. Tables of tiles lie behind each other, row by row; a pixel mixes those of four tiles.

/** The entry of one table for place t, 0 to entries - 1. */
@inline
function entryAt(table: usize, t: f32, entries: i32, linear: i32): f32 {
  if (linear == 0) return load<f32>(table + (<usize><i32>floor<f32>(t + 0.5) << 2))
  const i = min(<i32>t, entries - 2)
  const part = t - <f32>i
  const p = table + (<usize>i << 2)
  return (<f32>1 - part) * load<f32>(p) + part * load<f32>(p, 4)
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
  for (let y = y0; y < y1; y++) {
    let p = src + (<usize>(y * width * channels) << 2)
    let q = dst + (<usize>(y * width * outChannels) << 2)
    const down: f32 = several ? <f32>(y + top) * perHeight - <f32>0.5 : 0
    const row = <i32>floor<f32>(down)
    const ty = down - <f32>row
    const upper = tables + <usize>(within(row, rows) * columns) * tile
    const lower = tables + <usize>(within(row + 1, rows) * columns) * tile
    for (let x = 0; x < width; x++) {
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
