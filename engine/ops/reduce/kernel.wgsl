// Statistics of float32 pictures, as partial results of each workgroup: the host adds them up in float64.

struct Params {
  first: u32,
  /** Pixels in all. */
  count: u32,
  channels: u32,
  /** Workgroups of a channel. */
  parts: u32,
  bins: u32,
  lo: f32,
  hi: f32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
/** Of each channel and workgroup: least, greatest, mean, sum of squares about it; how many are finite, NaN, infinite. */
@group(0) @binding(2) var<storage, read_write> records: array<f32>;

struct Moments { count: f32, mean: f32, squares: f32 }

/** Of two parts together (Chan, Golub and LeVeque 1979): sums of squares about 0 would cancel. */
fn join(a: Moments, b: Moments) -> Moments {
  let n = a.count + b.count;
  if (n == 0.0) { return a; }
  let d = b.mean - a.mean;
  let f = b.count / n;
  return Moments(n, a.mean + d * f, a.squares + b.squares + d * d * a.count * f);
}

var<workgroup> parts: array<Moments, 256>;
var<workgroup> lows: array<f32, 256>;
var<workgroup> highs: array<f32, 256>;
var<workgroup> nans: atomic<u32>;
var<workgroup> infinities: atomic<u32>;

@compute @workgroup_size(256)
fn moments(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let c = p.first + w.y;
  var own = Moments(0.0, 0.0, 0.0);
  // As large as float32 has them: where nothing is finite the count says so.
  var low = 3.4028234e38;
  var high = -3.4028234e38;
  var nan = 0u;
  var infinite = 0u;
  for (var i = w.x * 256u + l.x; i < p.count; i += p.parts * 256u) {
    let v = src[i * p.channels + c];
    if (isFinite(v)) {
      low = min(low, v);
      high = max(high, v);
      own.count += 1.0;
      let d = v - own.mean;
      own.mean += d / own.count;
      own.squares += d * (v - own.mean);
    } else if (isNan(v)) { nan++; }
    else { infinite++; }
  }
  parts[l.x] = own;
  lows[l.x] = low;
  highs[l.x] = high;
  if (nan > 0u) { atomicAdd(&nans, nan); }
  if (infinite > 0u) { atomicAdd(&infinities, infinite); }
  for (var half = 128u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (l.x < half) {
      parts[l.x] = join(parts[l.x], parts[l.x + half]);
      lows[l.x] = min(lows[l.x], lows[l.x + half]);
      highs[l.x] = max(highs[l.x], highs[l.x + half]);
    }
  }
  workgroupBarrier();
  if (l.x > 0u) { return; }
  let r = (c * p.parts + w.x) * 7u;
  records[r] = lows[0];
  records[r + 1u] = highs[0];
  records[r + 2u] = parts[0].mean;
  records[r + 3u] = parts[0].squares;
  records[r + 4u] = parts[0].count;
  records[r + 5u] = f32(atomicLoad(&nans));
  records[r + 6u] = f32(atomicLoad(&infinities));
}

/** The least number of each bin but the first, as float32 has them. */
@group(0) @binding(2) var<storage, read> edges: array<f32>;
/** (channel, bin), zeroed. */
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;

override BINS: u32 = 1u;
var<workgroup> own: array<atomic<u32>, BINS>;

@compute @workgroup_size(256)
fn histogram(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let c = p.first + w.y;
  for (var i = w.x * 256u + l.x; i < p.count; i += p.parts * 256u) {
    let v = src[i * p.channels + c];
    if (isNan(v) || v < p.lo || v > p.hi) { continue; }
    // Near an edge a product of float32 may be one off.
    var bin = min(p.bins - 1u, u32(max(0.0, (v - p.lo) * p.scale)));
    while (bin > 0u && v < edges[bin]) { bin--; }
    while (bin + 1u < p.bins && v >= edges[bin + 1u]) { bin++; }
    atomicAdd(&own[bin], 1u);
  }
  workgroupBarrier();
  for (var k = l.x; k < p.bins; k += 256u) {
    let n = atomicLoad(&own[k]);
    if (n > 0u) { atomicAdd(&counts[c * p.bins + k], n); }
  }
}
