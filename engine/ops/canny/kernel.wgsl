// Edges thinned to one pixel: the largest magnitude of three across the edge stays.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> gradX: array<f32>;
@group(0) @binding(2) var<storage, read> gradY: array<f32>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

/** a > b, where either may be NaN or infinite. */
fn above(a: f32, b: f32) -> bool { return !isNan(a) && !isNan(b) && orderOf(a) > orderOf(b); }
/** An integer in the order of the numbers that are not negative. */
fn orderOf(v: f32) -> u32 { return bitcast<u32>(v); }

/** The gradient of the channel that slopes most, and its square; 0 outside the picture. */
fn slope(x: i32, y: i32) -> vec3f {
  if (x < 0 || y < 0 || x >= i32(p.width) || y >= i32(p.height)) { return vec3f(0.0); }
  let at = (u32(y) * p.width + u32(x)) * p.channels;
  var best = vec3f(gradX[at], gradY[at], 0.0);
  best.z = best.x * best.x + best.y * best.y;
  for (var c = 1u; c < p.channels; c++) {
    let u = gradX[at + c];
    let v = gradY[at + c];
    let square = u * u + v * v;
    if (above(square, best.z)) { best = vec3f(u, v, square); }
  }
  return best;
}

@compute @workgroup_size(16, 16)
fn nonMaximum(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = i32(w.x * 16u + l.x);
  let y = i32((p.first + w.y) * 16u + l.y);
  if (x >= i32(p.width) || y >= i32(p.height)) { return; }
  let s = slope(x, y);
  let ax = abs(s.x);
  let ay = abs(s.y);
  let level = above(ax * 0.41421356237309503, ay);
  let upright = above(ay, ax * 2.414213562373095);
  let falling = (s.x < 0.0) != (s.y < 0.0);
  let step = select(select(vec2i(1, 1), vec2i(-1, 1), falling), select(vec2i(0, 1), vec2i(1, 0), level), level || upright);
  let before = slope(x - step.x, y - step.y).z;
  let after = slope(x + step.x, y + step.y).z;
  let equal = (level || upright) && !isNan(after) && orderOf(s.z) == orderOf(after);
  let kept = above(s.z, before) && (above(s.z, after) || equal);
  var value = 0.0;
  if (kept) {
    value = s.z;
    if (isFinite(value)) { value = sqrt(value); }
  }
  dst[u32(y) * p.width + u32(x)] = value;
}
