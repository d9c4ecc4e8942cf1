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

/** Of some of the numbers. Where none is finite the extent is that of float32, turned around. */
struct Part { count: f32, mean: f32, squares: f32, low: f32, high: f32, nan: f32, infinite: f32 }

const NOTHING = Part(0.0, 0.0, 0.0, 3.4028234e38, -3.4028234e38, 0.0, 0.0);

/** Of two together (Chan, Golub and LeVeque 1979): sums of squares about 0 would cancel. */
fn join(a: Part, b: Part) -> Part {
  let n = a.count + b.count;
  let d = b.mean - a.mean;
  let f = b.count / max(n, 1.0);
  return Part(
    n,
    a.mean + d * f,
    a.squares + b.squares + d * d * a.count * f,
    min(a.low, b.low),
    max(a.high, b.high),
    a.nan + b.nan,
    a.infinite + b.infinite,
  );
}

/** Of what one invocation of a workgroup reads. */
fn partOf(place: u32, w: vec3u) -> Part {
  let c = p.first + w.y;
  var part = NOTHING;
  for (var i = w.x * 256u + place; i < p.count; i += p.parts * 256u) {
    let v = src[i * p.channels + c];
    if (isFinite(v)) {
      part.low = min(part.low, v);
      part.high = max(part.high, v);
      part.count += 1.0;
      let d = v - part.mean;
      part.mean += d / part.count;
      part.squares += d * (v - part.mean);
    } else if (isNan(v)) { part.nan += 1.0; }
    else { part.infinite += 1.0; }
  }
  return part;
}

/** Of a whole workgroup. */
fn write(part: Part, w: vec3u) {
  let r = ((p.first + w.y) * p.parts + w.x) * 7u;
  records[r] = part.low;
  records[r + 1u] = part.high;
  records[r + 2u] = part.mean;
  records[r + 3u] = part.squares;
  records[r + 4u] = part.count;
  records[r + 5u] = part.nan;
  records[r + 6u] = part.infinite;
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
