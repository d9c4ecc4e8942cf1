// Moving numbers about: parts, channels and planes of pictures, in any order.

/** A box of numbers: where number (y, x, c) is on either side. */
struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  source: u32,
  fromY: u32,
  fromX: u32,
  fromC: u32,
  start: u32,
  toY: u32,
  toX: u32,
  toC: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dst: array<f32>;

@compute @workgroup_size(64, 4)
fn box(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  let x = i / p.channels;
  let c = i - x * p.channels;
  if (x >= p.width || y >= p.height) { return; }
  dst[p.start + y * p.toY + x * p.toX + c * p.toC] = src[p.source + y * p.fromY + x * p.fromX + c * p.fromC];
}

struct Planes { first: u32, width: u32, height: u32, channels: u32 }
@group(0) @binding(0) var<uniform> planes: Planes;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@group(0) @binding(4) var<storage, read> d: array<f32>;
@group(0) @binding(5) var<storage, read_write> merged: array<f32>;

/** Up to four planes of one channel. */
@compute @workgroup_size(64, 4)
fn merge(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = w.x * 64u + l.x;
  let y = (planes.first + w.y) * 4u + l.y;
  if (x >= planes.width || y >= planes.height) { return; }
  let i = y * planes.width + x;
  let at = i * planes.channels;
  merged[at] = src[i];
  if (planes.channels > 1u) { merged[at + 1u] = b[i]; }
  if (planes.channels > 2u) { merged[at + 2u] = c[i]; }
  if (planes.channels > 3u) { merged[at + 3u] = d[i]; }
}
