// A picture through a matrix. One pixel an invocation; a tile of 16 × 16 has its places from one table entry, which the host
// computes in float64: where its first pixel comes from, and how the place changes from there.

struct Params {
  first: u32,
  /** Of the given picture, which is a part of a larger one. */
  width: u32,
  channels: u32,
  fullWidth: i32,
  fullHeight: i32,
  left: i32,
  top: i32,
  dw: u32,
  dh: u32,
  /** 0 nearest, 1 bilinear. */
  method: u32,
  border: u32,
  value: f32,
  g: f32,
  h: f32,
}
struct Tile {
  /** Whole part and rest of the place, then what is divided at (0, 0), for each step right and for each step down. */
  x: f32, fx: f32, rx: f32, ax: f32, bx: f32,
  y: f32, fy: f32, ry: f32, ay: f32, by: f32,
  divisor: f32,
  unused: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read> tiles: array<Tile>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

const FARTHEST: f32 = 1e9;

/** The place of a pixel's first number; -1: the constant. */
fn placeOf(x: i32, y: i32) -> i32 {
  let column = borderIndex(x, p.fullWidth, p.border);
  let row = borderIndex(y, p.fullHeight, p.border);
  if (column < 0 || row < 0) { return -1; }
  return ((row - p.top) * i32(p.width) + column - p.left) * i32(p.channels);
}

fn term(sum: f32, at: i32, c: u32, weight: f32) -> f32 {
  if (weight == 0.0) { return sum; }
  if (at < 0) { return sum + weight * p.value; }
  return sum + weight * src[u32(at) + c];
}

@compute @workgroup_size(16, 16)
fn warp(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let row = p.first + w.y;
  let x = w.x * 16u + l.x;
  let y = row * 16u + l.y;
  if (x >= p.dw || y >= p.dh) { return; }
  let t = tiles[row * ((p.dw + 15u) / 16u) + w.x];
  let dx = f32(l.x);
  let dy = f32(l.y);
  let d = t.divisor + (p.g * dx + p.h * dy);
  var u = t.fx;
  var v = t.fy;
  var whole = vec2f(t.x, t.y);
  if (d == 0.0) {
    u = 0.0;
    v = 0.0;
    whole = vec2f(0.0, 0.0);
  } else {
    u += (t.rx + (t.ax * dx + t.bx * dy)) / d;
    v += (t.ry + (t.ay * dx + t.by * dy)) / d;
  }
  u = clamp(u, -FARTHEST, FARTHEST);
  v = clamp(v, -FARTHEST, FARTHEST);
  let out = (y * p.dw + x) * p.channels;
  if (p.method == 0u) {
    let at = placeOf(i32(whole.x) + i32(floor(u + 0.5)), i32(whole.y) + i32(floor(v + 0.5)));
    for (var c = 0u; c < p.channels; c++) {
      if (at < 0) { dst[out + c] = p.value; } else { dst[out + c] = src[u32(at) + c]; }
    }
    return;
  }
  let fu = floor(u);
  let fv = floor(v);
  let i = i32(whole.x) + i32(fu);
  let j = i32(whole.y) + i32(fv);
  let tx = u - fu;
  let ty = v - fv;
  let upper = vec2f((1.0 - ty) * (1.0 - tx), (1.0 - ty) * tx);
  let lower = vec2f(ty * (1.0 - tx), ty * tx);
  let a = placeOf(i, j);
  let b = placeOf(i + 1, j);
  let e = placeOf(i, j + 1);
  let f = placeOf(i + 1, j + 1);
  for (var c = 0u; c < p.channels; c++) {
    var sum = term(0.0, a, c, upper.x);
    sum = term(sum, b, c, upper.y);
    sum = term(sum, e, c, lower.x);
    dst[out + c] = term(sum, f, c, lower.y);
  }
}
