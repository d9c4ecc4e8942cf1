// Separable correlation of float32 pictures: the columns, then of these the rows, at one go where the columns of a workgroup fit
// into its own memory, else over a picture between. A row is seen as floats, its pixels `channels` apart.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  taps: u32,
  border: u32,
  constant: f32,
  /** Taps along x, where `taps` is those along y. */
  across: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read> taps: array<f32>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

/** Numbers of the tile. */
override TILE: u32 = 1u;
var<workgroup> tile: array<f32, TILE>;

/**
 * 128 floats of 32 rows. The columns come straight from the picture, eight rows at a time, so that a number is read once for eight
 * sums; the rows from the tile. In `taps` stand those along y, then those along x.
 */
@compute @workgroup_size(256)
fn both(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let left = w.x * 128u;
  let top = (p.first + w.y) * 32u;
  let rx = i32(p.across >> 1u);
  let ry = i32(p.taps >> 1u);
  let columns = 128u + (p.across - 1u) * p.channels;
  let needed = min(128u, row - left) + columns - 128u;
  for (var k = l.x; k < needed * 4u; k += 256u) {
    let column = k % needed;
    let band = k / needed * 8u;
    if (top + band >= p.height) { break; }
    // Counted from the first pixel of the padding, so that there are no negative places.
    let at = left + column;
    let x = borderIndex(i32(at / p.channels) - rx, i32(p.width), p.border);
    let place = u32(max(x, 0)) * p.channels + at % p.channels;
    var low = vec4f();
    var high = vec4f();
    // The taps that the number of this row has in the eight sums.
    var t = vec4f();
    var u = vec4f();
    for (var i = 0u; i < p.taps + 7u; i++) {
      u = vec4f(t.w, u.xyz);
      t = vec4f(taps[min(i, p.taps - 1u)], t.xyz);
      let y = borderIndex(i32(top + band + i) - ry, i32(p.height), p.border);
      var v = p.constant;
      if (x >= 0 && y >= 0) { v = src[u32(y) * row + place]; }
      // What is infinite or NaN has no part in sums that it has a tap of 0 in.
      let n = vec4u(i) - vec4u(0u, 1u, 2u, 3u);
      low += select(vec4f(), v * t, (n < vec4u(p.taps)) & (t != vec4f()));
      high += select(vec4f(), v * u, (n - 4u < vec4u(p.taps)) & (u != vec4f()));
    }
    for (var j = 0u; j < 4u; j++) {
      tile[(band + j) * columns + column] = low[j];
      tile[(band + j + 4u) * columns + column] = high[j];
    }
  }
  workgroupBarrier();
  let x = left + l.x % 128u;
  if (x >= row) { return; }
  // Four rows at a time, so that a tap is read once for four sums.
  for (var first = l.x / 128u; first < 32u; first += 8u) {
    let start = first * columns + l.x % 128u;
    var sums = vec4f();
    for (var i = 0u; i < p.across; i++) {
      let s = start + i * p.channels;
      if (taps[p.taps + i] == 0.0) { continue; }
      sums += taps[p.taps + i] * vec4f(tile[s], tile[s + 2u * columns], tile[s + 4u * columns], tile[s + 6u * columns]);
    }
    for (var j = 0u; j < 4u; j++) {
      let y = top + first + 2u * j;
      if (y < p.height) { dst[y * row + x] = sums[j]; }
    }
  }
}

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
    for (var i = 0u; i < p.taps; i++) { if (taps[i] != 0.0) { sum += taps[i] * tile[(k + i) * 32u + l.x]; } }
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
    if (taps[i] != 0.0) { sum += taps[i] * v; }
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
  for (var i = 0u; i < p.taps; i++) { if (taps[i] != 0.0) { sum += taps[i] * tile[l.x + i * p.channels]; } }
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
    if (taps[i] != 0.0) { sum += taps[i] * v; }
  }
  dst[start + x] = sum;
}
