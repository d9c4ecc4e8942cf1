// Separable correlation of float32 pictures: the columns into a picture between, then its rows. A row is seen as floats, its
// pixels `channels` apart. Workgroups first copy what they share into their own memory.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  taps: u32,
  border: u32,
  constant: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read> taps: array<f32>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

/** Numbers of the tile. */
override TILE: u32 = 1u;
var<workgroup> tile: array<f32, TILE>;

/** 32 floats of 32 rows, with half the taps above and below. */
@compute @workgroup_size(32, 8)
fn columns(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let x = w.x * 32u + l.x;
  let top = (p.first + w.y) * 32u;
  let radius = i32(p.taps >> 1u);
  let rows = 32u + p.taps - 1u;
  for (var k = l.y; k < rows; k += 8u) {
    let y = borderIndex(i32(top + k) - radius, i32(p.height), p.border);
    var v = p.constant;
    if (y >= 0 && x < row) { v = src[u32(y) * row + x]; }
    tile[k * 32u + l.x] = v;
  }
  workgroupBarrier();
  if (x >= row) { return; }
  for (var k = l.y; k < 32u; k += 8u) {
    let y = top + k;
    if (y >= p.height) { return; }
    var sum = 0.0;
    for (var i = 0u; i < p.taps; i++) { sum += taps[i] * tile[(k + i) * 32u + l.x]; }
    dst[y * row + x] = sum;
  }
}

/** The same of more taps than the tile holds. */
@compute @workgroup_size(32, 8)
fn longColumns(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let x = w.x * 32u + l.x;
  let y = (p.first + w.y) * 8u + l.y;
  if (x >= row || y >= p.height) { return; }
  let radius = i32(p.taps >> 1u);
  var sum = 0.0;
  for (var i = 0u; i < p.taps; i++) {
    let at = borderIndex(i32(y + i) - radius, i32(p.height), p.border);
    var v = p.constant;
    if (at >= 0) { v = src[u32(at) * row + x]; }
    sum += taps[i] * v;
  }
  dst[y * row + x] = sum;
}

/** 256 floats of a row, with half the taps' pixels on both sides. */
@compute @workgroup_size(256)
fn rows(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let left = w.x * 256u;
  let start = (p.first + w.y) * row;
  let radius = p.taps >> 1u;
  let count = 256u + (p.taps - 1u) * p.channels;
  for (var k = l.x; k < count; k += 256u) {
    // Counted from the first pixel of the padding, so that there are no negative places.
    let at = left + k;
    let x = borderIndex(i32(at / p.channels) - i32(radius), i32(p.width), p.border);
    var v = p.constant;
    if (x >= 0) { v = src[start + u32(x) * p.channels + at % p.channels]; }
    tile[k] = v;
  }
  workgroupBarrier();
  let x = left + l.x;
  if (x >= row) { return; }
  var sum = 0.0;
  for (var i = 0u; i < p.taps; i++) { sum += taps[i] * tile[l.x + i * p.channels]; }
  dst[start + x] = sum;
}

/** The same of more floats than the tile holds. */
@compute @workgroup_size(256)
fn longRows(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let x = w.x * 256u + l.x;
  if (x >= row) { return; }
  let start = (p.first + w.y) * row;
  let radius = i32(p.taps >> 1u);
  let pixel = i32(x / p.channels);
  let channel = x % p.channels;
  var sum = 0.0;
  for (var i = 0u; i < p.taps; i++) {
    let at = borderIndex(pixel + i32(i) - radius, i32(p.width), p.border);
    var v = p.constant;
    if (at >= 0) { v = src[start + u32(at) * p.channels + channel]; }
    sum += taps[i] * v;
  }
  dst[start + x] = sum;
}
