// Correlation of float32 pictures with any matrix: 16 × 16 pixels of one channel, with what lies around them in the workgroup's
// own memory.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  kw: u32,
  kh: u32,
  border: u32,
  constant: f32,
  delta: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read> taps: array<f32>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

/** (15 + kw) × (15 + kh) numbers. */
override TILE: u32 = 1u;
var<workgroup> tile: array<f32, TILE>;

@compute @workgroup_size(16, 16)
fn convolve(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  // Workgroups in y are rows of tiles, channel by channel.
  let c = (p.first + w.y) % p.channels;
  let left = w.x * 16u;
  let top = (p.first + w.y) / p.channels * 16u;
  let across = 15u + p.kw;
  let count = across * (15u + p.kh);
  for (var k = l.y * 16u + l.x; k < count; k += 256u) {
    let x = borderIndex(i32(left + k % across) - i32(p.kw >> 1u), i32(p.width), p.border);
    let y = borderIndex(i32(top + k / across) - i32(p.kh >> 1u), i32(p.height), p.border);
    var v = p.constant;
    if (x >= 0 && y >= 0) { v = src[(u32(y) * p.width + u32(x)) * p.channels + c]; }
    tile[k] = v;
  }
  workgroupBarrier();
  let x = left + l.x;
  let y = top + l.y;
  if (x >= p.width || y >= p.height) { return; }
  var sum = p.delta;
  for (var i = 0u; i < p.kh; i++) {
    for (var j = 0u; j < p.kw; j++) {
      let tap = taps[i * p.kw + j];
      // Positions under a tap of 0 are not read: they may be NaN or infinite.
      if (tap != 0.0) { sum += tap * tile[(l.y + i) * across + l.x + j]; }
    }
  }
  dst[(y * p.width + x) * p.channels + c] = sum;
}
