// Numbers by chance: pcg3d of Jarzynski and Olano, of (column and channel, row, seed).

struct Params { first: u32, width: u32, height: u32, channels: u32, seed: u32, left: u32, top: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> dst: array<f32>;

@compute @workgroup_size(64, 4)
fn random(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let column = w.x * 64u + l.x;
  let row = (p.first + w.y) * 4u + l.y;
  if (column >= p.width || row >= p.height) { return; }
  for (var c = 0u; c < p.channels; c++) {
    var v = vec3u((column + p.left) | (c << 16u), row + p.top, p.seed) * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> vec3u(16u);
    v.x += v.y * v.z;
    dst[(row * p.width + column) * p.channels + c] = f32(v.x >> 8u) * 5.9604644775390625e-8;
  }
}
