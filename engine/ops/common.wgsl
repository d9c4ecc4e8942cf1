// Shared by kernels; prepended to the code of every op. Workgroups are counted from `first`, the first word of each op's
// Params: long calls are cut into strips along y.

/** A border index that stands for the constant. */
const OUTSIDE: i32 = -1;

/** Where index i of an axis of length n is read: cv2.borderInterpolate, border modes in OpenCV's numbers. */
fn borderIndex(i: i32, n: i32, mode: u32) -> i32 {
  if (i >= 0 && i < n) { return i; }
  switch mode {
    case 0u: { return OUTSIDE; }
    case 1u: { return select(n - 1, 0, i < 0); }
    case 3u: { let r = i % n; return select(r, r + n, r < 0); }
    case 2u: {
      let period = 2 * n;
      var r = i % period;
      r = select(r, r + period, r < 0);
      return select(period - 1 - r, r, r < n);
    }
    default: {
      if (n == 1) { return 0; }
      let period = 2 * n - 2;
      var r = i % period;
      r = select(r, r + period, r < 0);
      return select(period - r, r, r < n);
    }
  }
}

// By bits: WGSL lets compilers assume that no number is NaN or infinite.
fn isNan(v: f32) -> bool { return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u; }
fn isFinite(v: f32) -> bool { return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u; }

/** By pairs (Estrin's scheme), as the CPU's kernels. */
fn polynomial7(x: f32, c: array<f32, 8>) -> f32 {
  let x2 = x * x;
  let low = (c[0] + x * c[1]) + x2 * (c[2] + x * c[3]);
  let high = (c[4] + x * c[5]) + x2 * (c[6] + x * c[7]);
  return low + x2 * x2 * high;
}

// WGSL guarantees little accuracy for its own sine, cosine and arc tangent: these are good to 1e-7, with the CPU's polynomials.

/** sin(x + shift · π/2), |x| up to about 1e4. */
fn wave(x: f32, shift: i32) -> f32 {
  let q = round(x * 0.6366197723675814);
  let r = ((x - q * 1.5703125) - q * 4.837512969970703e-4) - q * 7.549789948768648e-8;
  let n = i32(q) + shift;
  let z = r * r;
  let s = ((-0.00019582953397204712 * z + 0.008332725388774572) * z - 0.16666664545527393) * z * r + r;
  let c = ((2.454297352386952e-05 * z - 0.0013888279977769488) * z + 0.04166666454147746) * z * z - 0.5 * z + 1.0;
  let v = select(s, c, (n & 1) == 1);
  return select(v, -v, (n & 2) == 2);
}

/** The angle of (x, y) in radians, -π to π; 0 at the origin, -0 counts as 0, two infinities give NaN. */
fn angleOf(y: f32, x: f32) -> f32 {
  if (isNan(x) || isNan(y)) { return x + y; }
  let ax = abs(x);
  let ay = abs(y);
  let large = max(ax, ay);
  let small = min(ax, ay);
  if (large == 0.0) { return 0.0; }
  let outer = small > large * 0.41421356237309503;
  let t = select(small, small - large, outer) / select(large, small + large, outer);
  let z = t * t;
  var p = ((((-0.06446168578623072 * z + 0.10742652783613359) * z - 0.14263937673209523) * z + 0.19999543289054783) * z
    - 0.33333331795147536) * z * t + t;
  p = select(p, p + 0.7853981633974483, outer);
  p = select(p, 1.5707963267948966 - p, ay > ax);
  p = select(p, 3.141592653589793 - p, x < 0.0);
  return select(p, -p, y < 0.0);
}
