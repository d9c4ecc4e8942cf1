// How one axis is resampled: each place of the result is a weighted sum of `taps` neighbouring places of the source,
// for every method but nearest. Formulas and rounding are those of cv2.resize.

export const NEAREST: i32 = 0
export const LINEAR: i32 = 1
export const CUBIC: i32 = 2
export const AREA: i32 = 3
/** What OpenCV does when area is asked for and either axis grows. */
export const AREA_LINEAR: i32 = 4

@inline
export function ratio(from: i32, to: i32): f64 {
  return 1.0 / (<f64>to / <f64>from)
}

/** @param scale ratio(from, to): asked once, as its divisions take longer than all else here */
@inline
export function nearestOf(i: i32, from: i32, scale: f64): i32 {
  return min(from - 1, <i32>Math.floor(<f64>i * scale))
}

/** How many weights each place has. */
export function tapsOf(method: i32, from: i32, to: i32): i32 {
  // A whole number of places needs no part of one more.
  const cells = from % to ? <i32>Math.ceil(ratio(from, to)) + 1 : from / to
  const taps = method == CUBIC ? 4 : method == AREA ? cells : 2
  return min(taps, from)
}

/** Adds a weight to the place that `at` falls on after clamping. */
@inline
function put(weights: usize, start: i32, from: i32, at: i32, weight: f32): void {
  const p = weights + (<usize>(min(max(at, 0), from - 1) - start) << 2)
  store<f32>(p, load<f32>(p) + weight)
}

/** Where the weights start, which are 0 yet. */
@inline
function cleared(start: i32, from: i32, taps: i32, weights: usize): i32 {
  // They are few: to call for a fill costs more.
  for (let k: usize = 0; k < <usize>taps << 2; k += 4) store<f32>(weights + k, 0)
  return min(max(start, 0), from - taps)
}

function areaWeights(i: i32, from: i32, scale: f64, taps: i32, weights: usize): i32 {
  const a = <f64>i * scale
  const b = a + scale
  const cell = min(scale, <f64>from - a)
  let first = <i32>Math.ceil(a)
  const last = min(<i32>Math.floor(b), from - 1)
  first = min(first, last)
  const before = <f64>first - a > 1e-3
  const start = cleared(before ? first - 1 : first, from, taps, weights)
  if (before) put(weights, start, from, first - 1, <f32>((<f64>first - a) / cell))
  for (let at = first; at < last; at++) put(weights, start, from, at, <f32>(1.0 / cell))
  if (b - <f64>last > 1e-3) put(weights, start, from, last, <f32>(min(min(b - <f64>last, 1.0), cell) / cell))
  return start
}

/** Writes the weights of place i and gives the first place of the source they are for. `scale`: ratio(from, to). */
export function weightsOf(i: i32, method: i32, from: i32, to: i32, scale: f64, taps: i32, weights: usize): i32 {
  if (method == AREA) return areaWeights(i, from, scale, taps, weights)
  let at: i32
  let t: f32
  if (method == AREA_LINEAR) {
    at = <i32>Math.floor(<f64>i * scale)
    t = <f32>(<f64>(i + 1) - <f64>(at + 1) * (<f64>to / <f64>from))
    t = t <= 0 ? 0 : t - Mathf.floor(t)
  } else {
    const x = <f32>((<f64>i + 0.5) * scale - 0.5)
    const whole = Mathf.floor(x)
    at = <i32>whole
    t = x - whole
  }
  if (method != CUBIC) {
    // Away from the edges, which is almost everywhere, nothing is clamped.
    if (at >= 0 && at + 2 <= from) {
      store<f32>(weights, 1 - t)
      store<f32>(weights, t, 4)
      return at
    }
    const start = cleared(at, from, taps, weights)
    put(weights, start, from, at, 1 - t)
    put(weights, start, from, at + 1, t)
    return start
  }
  const A: f32 = -0.75
  const u: f32 = 1 - t
  const c0 = ((A * (t + 1) - 5 * A) * (t + 1) + 8 * A) * (t + 1) - 4 * A
  const c1 = ((A + 2) * t - (A + 3)) * t * t + 1
  const c2 = ((A + 2) * u - (A + 3)) * u * u + 1
  if (at >= 1 && at + 3 <= from) {
    store<f32>(weights, c0)
    store<f32>(weights, c1, 4)
    store<f32>(weights, c2, 8)
    store<f32>(weights, 1 - c0 - c1 - c2, 12)
    return at - 1
  }
  const start = cleared(at - 1, from, taps, weights)
  put(weights, start, from, at - 1, c0)
  put(weights, start, from, at, c1)
  put(weights, start, from, at + 1, c2)
  put(weights, start, from, at + 2, 1 - c0 - c1 - c2)
  return start
}
