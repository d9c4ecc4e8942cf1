// Colour conversions, one pixel an invocation, with the formulas and polynomials of the CPU's kernels.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  /** Channels on either side: 3, or 4 with opacity, which is copied if both have it and 1 if only the result has. */
  given: u32,
  made: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dst: array<f32>;

const EPSILON = 1.1920929e-7;
const SRGB = array<f32, 8>(0.0008044232524484635, 0.0008095678512841376, 0.026704885773187748, 0.06643670574418548,
  0.1748615808755522, 0.7946496674713894, -0.07340838639912076, 0.009141565946071083);
const GAMMA = array<f32, 8>(-0.05844661829513931, 0.12357629152781602, 1.4615233680993585, -1.1558881344825838,
  1.209136394238461, -0.8983981764818172, 0.394704842088424, -0.07620828908073904);
// Lab's own, of degree 6 (see kernel.as.ts).
const LAB_SRGB = array<f32, 8>(0.0008489367372142842, 0.00002924719051586311, 0.03226979163350108, 0.04554594506340765,
  0.2194399986841531, 0.7404948639884144, -0.03863013873800865, 0.0);
const CBRT = array<f32, 8>(-0.010792414566965225, 0.46619949648519826, 1.0180173829246, -0.9211478831322759,
  0.7122314730439713, -0.3327514888405553, 0.06824414034988872, 0.0);

// The rows of the matrices between linear sRGB and XYZ over the white point D65 at (0.950456, 1, 1.088754).
const X_ROW = vec3f(0.412453 / 0.950456, 0.35758 / 0.950456, 0.180423 / 0.950456);
const Y_ROW = vec3f(0.212671, 0.71516, 0.072169);
const Z_ROW = vec3f(0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754);
const R_ROW = vec3f(3.240479 * 0.950456, -1.53715, -0.498535 * 1.088754);
const G_ROW = vec3f(-0.969256 * 0.950456, 1.875991, 0.041556 * 1.088754);
const B_ROW = vec3f(0.055648 * 0.950456, -0.204043, 1.057311 * 1.088754);

/** Keeps NaN, which WGSL's clamp does not guarantee. */
fn clip(c: vec3f) -> vec3f {
  let raised = select(c, vec3f(), c < vec3f());
  return select(raised, vec3f(1.0), raised > vec3f(1.0));
}

fn isBroken(c: vec3f) -> bool { return isNan(c.x) || isNan(c.y) || isNan(c.z); }

fn luma(c: vec3f) -> f32 { return 0.299 * c.x + 0.587 * c.y + 0.114 * c.z; }

/** sRGB's curve: beyond 1 it goes on, below 0 it is mirrored. */
fn linear(v: f32) -> f32 {
  let x = abs(v);
  var r = x / 12.92;
  if (x > 1.0) { r = pow((x + 0.055) / 1.055, 2.4); }
  else if (x > 0.04045) { r = polynomial7(sqrt(x), SRGB); }
  return select(r, -r, v < 0.0);
}

fn encoded(v: f32) -> f32 {
  let x = abs(v);
  var r = x * 12.92;
  if (x > 1.0) { r = 1.055 * pow(x, 1.0 / 2.4) - 0.055; }
  else if (x > 0.0031308) { r = polynomial7(sqrt(sqrt(x)), GAMMA); }
  return select(r, -r, v < 0.0);
}

/** sRGB to linear for Lab, of a value within 0..1. */
fn labLinear(x: f32) -> f32 {
  if (x > 0.04045) { return polynomial7(sqrt(x), LAB_SRGB); }
  return x / 12.92;
}

/** CIE's f: the cube root, with a line near 0. */
fn cieF(x: f32) -> f32 {
  if (x > 0.008856) { return polynomial7(sqrt(sqrt(x)), CBRT); }
  return x * 7.787 + 16.0 / 116.0;
}

fn cieInverse(f: f32) -> f32 {
  if (f > 7.787 * 0.008856 + 16.0 / 116.0) { return f * f * f; }
  return (f - 16.0 / 116.0) / 7.787;
}

fn hsvOf(c: vec3f) -> vec3f {
  if (isBroken(c)) { return vec3f(c.x + c.y + c.z); }
  let value = max(c.x, max(c.y, c.z));
  let spread = value - min(c.x, min(c.y, c.z));
  let scale = 60.0 / (spread + EPSILON);
  var h = 240.0 + (c.x - c.y) * scale;
  if (value == c.x) { h = (c.y - c.z) * scale; }
  else if (value == c.y) { h = 120.0 + (c.z - c.x) * scale; }
  return vec3f(select(h, h + 360.0, h < 0.0), spread / (abs(value) + EPSILON), value);
}

fn fromHsv(c: vec3f) -> vec3f {
  // An infinite hue is none.
  if (isBroken(c) || !isFinite(c.x)) { return vec3f(c.x - c.x + c.y + c.z); }
  let sum = vec3f(5.0, 3.0, 1.0) + c.x / 60.0;
  let t = sum - 6.0 * floor(sum / 6.0);
  return c.z - c.z * c.y * max(vec3f(0.0), min(min(t, 4.0 - t), vec3f(1.0)));
}

fn labOf(c: vec3f) -> vec3f {
  let clipped = clip(c);
  let light = vec3f(labLinear(clipped.x), labLinear(clipped.y), labLinear(clipped.z));
  let x = cieF(dot(light, X_ROW));
  let y = cieF(dot(light, Y_ROW));
  let z = cieF(dot(light, Z_ROW));
  return vec3f(116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z));
}

fn fromLab(c: vec3f) -> vec3f {
  var y = c.x / 903.3;
  var fy = y * 7.787 + 16.0 / 116.0;
  if (c.x > 0.008856 * 903.3) {
    fy = (c.x + 16.0) / 116.0;
    y = fy * fy * fy;
  }
  let xyz = vec3f(cieInverse(fy + c.y / 500.0), y, cieInverse(fy - c.z / 200.0));
  let light = clip(vec3f(dot(xyz, R_ROW), dot(xyz, G_ROW), dot(xyz, B_ROW)));
  return vec3f(encoded(light.x), encoded(light.y), encoded(light.z));
}

fn yCrCbOf(c: vec3f) -> vec3f {
  let y = luma(c);
  return vec3f(y, (c.x - y) * 0.713 + 0.5, (c.z - y) * 0.564 + 0.5);
}

fn fromYCrCb(c: vec3f) -> vec3f {
  let cr = c.y - 0.5;
  let cb = c.z - 0.5;
  return vec3f(c.x + 1.403 * cr, c.x - 0.714 * cr - 0.344 * cb, c.x + 1.773 * cb);
}

/** 0 BGR (and back), 1 to HSV, 2 from it, 3 and 4 Lab, 5 and 6 linear, 7 and 8 YCrCb, 9 to gray (one channel). */
override MODE: u32 = 0u;

fn converted(c: vec3f) -> vec3f {
  switch MODE {
    case 0u: { return c.zyx; }
    case 1u: { return hsvOf(c); }
    case 2u: { return fromHsv(c); }
    case 3u: { return labOf(c); }
    case 4u: { return fromLab(c); }
    case 5u: { return vec3f(linear(c.x), linear(c.y), linear(c.z)); }
    case 6u: { return vec3f(encoded(c.x), encoded(c.y), encoded(c.z)); }
    case 7u: { return yCrCbOf(c); }
    case 8u: { return fromYCrCb(c); }
    default: { return vec3f(luma(c)); }
  }
}

@compute @workgroup_size(64, 4)
fn convert(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  if (x >= p.width || y >= p.height) { return; }
  let i = y * p.width + x;
  let at = i * p.given;
  var c = vec3f(src[at]);
  // Gray has one channel on either side, which stands for all three.
  if (p.given >= 3u) { c = converted(vec3f(src[at], src[at + 1u], src[at + 2u])); }
  let out = i * p.made;
  dst[out] = c.x;
  if (p.made >= 3u) {
    dst[out + 1u] = c.y;
    dst[out + 2u] = c.z;
  }
  if (p.made == 4u) { dst[out + 3u] = select(1.0, src[at + 3u], p.given == 4u); }
}
