// The bilateral filter of one or three channels: one pixel an invocation.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  count: u32,
  border: u32,
  coefficient: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
/** Row and column of each place, counted from the middle, and the logarithm to base 2 of its weight. */
@group(0) @binding(2) var<storage, read> places: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

fn at(y: i32, x: i32) -> vec3f {
  if (y < 0 || x < 0) { return vec3f(); }
  let start = (u32(y) * p.width + u32(x)) * p.channels;
  if (p.channels == 1u) { return vec3f(src[start], 0.0, 0.0); }
  return vec3f(src[start], src[start + 1u], src[start + 2u]);
}

@compute @workgroup_size(16, 16)
fn bilateral(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = w.x * 16u + l.x;
  let y = (p.first + w.y) * 16u + l.y;
  if (x >= p.width || y >= p.height) { return; }
  let middle = at(i32(y), i32(x));
  var sum = middle;
  var weights = 1.0;
  let own = isFinite(middle.x) && isFinite(middle.y) && isFinite(middle.z);
  // Infinity takes a place's weight away, but infinity times 0 is NaN.
  var whole = vec3<bool>(own);
  for (var k = 0u; k < p.count; k++) {
    let place = places[k];
    let v = at(borderIndex(i32(y) + i32(place.x), i32(p.height), p.border), borderIndex(i32(x) + i32(place.y), i32(p.width), p.border));
    let known = !(isNan(v.x) || isNan(v.y) || isNan(v.z));
    let finite = vec3<bool>(isFinite(v.x), isFinite(v.y), isFinite(v.z));
    whole = whole & finite & vec3<bool>(known);
    if (!all(finite)) { continue; }
    let apart = abs(v - middle);
    let d = apart.x + apart.y + apart.z;
    let weight = exp2(max(place.z + p.coefficient * d * d, -125.0));
    sum += weight * v;
    weights += weight;
  }
  let start = (y * p.width + x) * p.channels;
  for (var c = 0u; c < p.channels; c++) {
    // By bits from a value unknown to the compiler, which may treat a visible NaN as anything.
    dst[start + c] = select(bitcast<f32>(p.count | 0x7fc00000u), sum[c] / weights, whole[c]);
  }
}
