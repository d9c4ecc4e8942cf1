// Numbers replaced by those of a table, one pixel an invocation. Tables of tiles lie behind each other, row by row.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  outChannels: u32,
  tableChannels: u32,
  entries: u32,
  low: f32,
  steps: f32,
  /** 0 nearest, 1 linear. */
  linear: u32,
  columns: i32,
  rows: i32,
  perWidth: f32,
  perHeight: f32,
  left: u32,
  top: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read> tables: array<f32>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

/** The entry of one table of one tile for place t. */
fn entryAt(column: i32, row: i32, k: u32, t: f32) -> f32 {
  let tile = u32(clamp(row, 0, p.rows - 1) * p.columns + clamp(column, 0, p.columns - 1));
  let table = (tile * p.tableChannels + k) * p.entries;
  if (p.linear == 0u) { return tables[table + u32(floor(t + 0.5))]; }
  let i = min(u32(t), p.entries - 2u);
  let part = t - f32(i);
  return (1.0 - part) * tables[table + i] + part * tables[table + i + 1u];
}

@compute @workgroup_size(64, 4)
fn lookup(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  if (x >= p.width || y >= p.height) { return; }
  let across = f32(x + p.left) * p.perWidth - 0.5;
  let down = f32(y + p.top) * p.perHeight - 0.5;
  let column = i32(floor(across));
  let row = i32(floor(down));
  let tx = across - floor(across);
  let ty = down - floor(down);
  let place = (y * p.width + x) * p.channels;
  let out = (y * p.width + x) * p.outChannels;
  for (var c = 0u; c < p.outChannels; c++) {
    let v = src[place + select(c, 0u, p.channels == 1u)];
    let bits = bitcast<u32>(v);
    if (isNan(v)) { dst[out + c] = v; continue; }
    let last = f32(p.entries - 1u);
    var t = clamp((v - p.low) * p.steps, 0.0, last);
    // Infinite, by its sign: WGSL promises nothing for it.
    if (!isFinite(v)) { t = select(last, 0.0, (bits >> 31u) == 1u); }
    let k = select(c, 0u, p.tableChannels == 1u);
    if (p.columns * p.rows == 1) { dst[out + c] = entryAt(0, 0, k, t); continue; }
    let first = (1.0 - tx) * entryAt(column, row, k, t) + tx * entryAt(column + 1, row, k, t);
    let second = (1.0 - tx) * entryAt(column, row + 1, k, t) + tx * entryAt(column + 1, row + 1, k, t);
    dst[out + c] = (1.0 - ty) * first + ty * second;
  }
}
