// Erosion and dilation. In whole numbers that are ordered as the floats are, with NaN as the smallest: WGSL promises nothing of
// comparisons with NaN.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  kw: u32,
  kh: u32,
  /** 0: the smallest, all bits set: the largest. */
  flip: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<u32>;
@group(0) @binding(2) var<storage, read_write> dst: array<u32>;
/** Row and column of each pixel of the element, counted from the middle. */
@group(0) @binding(3) var<storage, read> places: array<vec2i>;

/** What an empty window gives: infinity. */
const NOTHING: i32 = 0x7f800000;

fn keyOf(bits: u32) -> i32 {
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return bitcast<i32>(0x80000000u); }
  let b = bitcast<i32>(bits);
  return b ^ ((b >> 31u) & 0x7fffffff) ^ bitcast<i32>(p.flip);
}

fn bitsOf(key: i32) -> u32 {
  let k = key ^ bitcast<i32>(p.flip);
  return bitcast<u32>(k ^ ((k >> 31u) & 0x7fffffff));
}

/** A rectangle; called for its rows, then for its columns. */
@compute @workgroup_size(64, 4)
fn box(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let i = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  if (i >= row || y >= p.height) { return; }
  let x = i / p.channels;
  let rx = min(p.kw >> 1u, x);
  let ry = min(p.kh >> 1u, y);
  let columns = min(x + (p.kw >> 1u), p.width - 1u) - (x - rx);
  var least = NOTHING;
  for (var j = y - ry; j <= min(y + (p.kh >> 1u), p.height - 1u); j++) {
    let start = j * row + i - rx * p.channels;
    for (var k = 0u; k <= columns; k++) { least = min(least, keyOf(src[start + k * p.channels])); }
  }
  dst[y * row + i] = bitsOf(least);
}

/** Any element: the columns of `kw` are the number of its places. */
@compute @workgroup_size(64, 4)
fn element(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let i = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  if (i >= row || y >= p.height) { return; }
  let x = i32(i / p.channels);
  let c = i % p.channels;
  var least = NOTHING;
  for (var k = 0u; k < p.kw; k++) {
    let at = vec2i(i32(y), x) + places[k];
    if (any(at < vec2i(0)) || at.x >= i32(p.height) || at.y >= i32(p.width)) { continue; }
    least = min(least, keyOf(src[u32(at.x) * row + u32(at.y) * p.channels + c]));
  }
  dst[y * row + i] = bitsOf(least);
}
