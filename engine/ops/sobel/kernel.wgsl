// Sobel's derivatives with magnitude and direction, in one pass over 16 × 16 pixels of one channel and what lies around them.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  border: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
@group(0) @binding(3) var<storage, read_write> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> magnitude: array<f32>;
@group(0) @binding(5) var<storage, read_write> direction: array<f32>;

/** Bits of what is wanted, in the order of the bindings. */
override WANTED: u32 = 15u;
var<workgroup> tile: array<f32, 324>;

@compute @workgroup_size(16, 16)
fn sobel(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let c = (p.first + w.y) % p.channels;
  let left = w.x * 16u;
  let top = (p.first + w.y) / p.channels * 16u;
  for (var k = l.y * 16u + l.x; k < 324u; k += 256u) {
    let x = borderIndex(i32(left + k % 18u) - 1, i32(p.width), p.border);
    let y = borderIndex(i32(top + k / 18u) - 1, i32(p.height), p.border);
    var v = 0.0;
    if (x >= 0 && y >= 0) { v = src[(u32(y) * p.width + u32(x)) * p.channels + c]; }
    tile[k] = v;
  }
  workgroupBarrier();
  let x = left + l.x;
  let y = top + l.y;
  if (x >= p.width || y >= p.height) { return; }
  let t = l.y * 18u + l.x;
  let m = t + 18u;
  let b = t + 36u;
  let gx = (tile[t + 2u] - tile[t]) + 2.0 * (tile[m + 2u] - tile[m]) + (tile[b + 2u] - tile[b]);
  let gy = (tile[b] - tile[t]) + 2.0 * (tile[b + 1u] - tile[t + 1u]) + (tile[b + 2u] - tile[t + 2u]);
  let at = (y * p.width + x) * p.channels + c;
  if ((WANTED & 1u) != 0u) { dx[at] = gx; }
  if ((WANTED & 2u) != 0u) { dy[at] = gy; }
  if ((WANTED & 4u) != 0u) { magnitude[at] = sqrt(gx * gx + gy * gy); }
  if ((WANTED & 8u) != 0u) {
    let angle = angleOf(gy, gx) * 57.29577951308232;
    let turned = select(angle, angle + 360.0, angle < 0.0);
    // What is a hair below 0 must not round up to a whole turn.
    direction[at] = select(turned, 0.0, turned >= 360.0);
  }
}
