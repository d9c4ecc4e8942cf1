// Sums over rectangular windows: called for their rows, then for their columns.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  kw: u32,
  kh: u32,
  border: u32,
  constant: f32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dst: array<f32>;

@compute @workgroup_size(64, 4)
fn box(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.width * p.channels;
  let i = w.x * 64u + l.x;
  let y = i32((p.first + w.y) * 4u + l.y);
  if (i >= row || y >= i32(p.height)) { return; }
  let x = i32(i / p.channels);
  let c = i % p.channels;
  let rx = i32(p.kw >> 1u);
  let ry = i32(p.kh >> 1u);
  var sum = 0.0;
  for (var j = -ry; j <= ry; j++) {
    let v = borderIndex(y + j, i32(p.height), p.border);
    for (var k = -rx; k <= rx; k++) {
      let u = borderIndex(x + k, i32(p.width), p.border);
      if (u < 0 || v < 0) { sum += p.constant; } else { sum += src[u32(v) * row + u32(u) * p.channels + c]; }
    }
  }
  dst[u32(y) * row + i] = sum * p.scale;
}
