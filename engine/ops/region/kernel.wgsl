// A part of a picture at another resolution, from tables: which rows and which columns make each number, and how much of each.

struct Params {
  first: u32,
  /** Of the source, in numbers: where it begins, from pixel to pixel, from row to row. */
  base: u32,
  pixel: u32,
  row: u32,
  /** Of the result: its size, channels that are made, from pixel to pixel, where it begins. */
  width: u32,
  height: u32,
  count: u32,
  to: u32,
  start: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
/** Of each column, and one past the last: where its places begin. Then the places. */
@group(0) @binding(2) var<storage, read> columns: array<u32>;
@group(0) @binding(3) var<storage, read> columnWeights: array<f32>;
@group(0) @binding(4) var<storage, read> rows: array<u32>;
@group(0) @binding(5) var<storage, read> rowWeights: array<f32>;
@group(0) @binding(6) var<storage, read_write> dst: array<f32>;

@compute @workgroup_size(64, 4)
fn region(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  let x = i / p.count;
  let c = i - x * p.count;
  if (x >= p.width || y >= p.height) { return; }
  var sum = 0.0;
  for (var k = rows[y]; k < rows[y + 1u]; k++) {
    let line = p.base + rows[p.height + 1u + k] * p.row + c;
    var across = 0.0;
    for (var j = columns[x]; j < columns[x + 1u]; j++) {
      across += columnWeights[j] * src[line + columns[p.width + 1u + j] * p.pixel];
    }
    sum += rowWeights[k] * across;
  }
  dst[p.start + (y * p.width + x) * p.to + c] = sum;
}
