// The median of square windows: 16 × 16 pixels of one channel, with what lies around them in the workgroup's own memory. Up to
// 5 × 5 by exchanges in registers (the code that network.ts makes), above by searching for the middle number bit by bit.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  size: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dst: array<f32>;

/** (15 + size)² numbers. */
override TILE: u32 = 1u;
var<workgroup> tile: array<f32, TILE>;

/** How many numbers of the tile are NaN. */
var<workgroup> broken: atomic<u32>;

/** Fills the tile; all invocations of the workgroup call it. */
fn fill(l: vec3u, w: vec3u) {
  let c = (p.first + w.y) % p.channels;
  let top = (p.first + w.y) / p.channels * 16u;
  let across = 15u + p.size;
  let radius = i32(p.size >> 1u);
  let end = vec2i(i32(p.width), i32(p.height)) - 1;
  for (var k = l.y * 16u + l.x; k < across * across; k += 256u) {
    let at = vec2u(clamp(vec2i(vec2u(w.x * 16u + k % across, top + k / across)) - radius, vec2i(0), end));
    let v = src[(at.y * p.width + at.x) * p.channels + c];
    if (isNan(v)) { atomicAdd(&broken, 1u); }
    tile[k] = v;
  }
  workgroupBarrier();
}

/** Whether there is NaN in the window of this invocation. */
fn isBroken(l: vec3u) -> bool {
  if (atomicLoad(&broken) == 0u) { return false; }
  for (var i = 0u; i < p.size; i++) {
    for (var j = 0u; j < p.size; j++) { if (isNan(tile[(l.y + i) * (15u + p.size) + l.x + j])) { return true; } }
  }
  return false;
}

/** Writes the median, or NaN where there is any in the window. */
fn put(l: vec3u, w: vec3u, median: f32) {
  // By bits from a value unknown to the compiler, which may treat a visible NaN as anything.
  let v = select(median, bitcast<f32>(p.size | 0x7fc00000u), isBroken(l));
  let x = w.x * 16u + l.x;
  let y = (p.first + w.y) / p.channels * 16u + l.y;
  if (x < p.width && y < p.height) { dst[(y * p.width + x) * p.channels + (p.first + w.y) % p.channels] = v; }
}

/** A number's place in the order of all numbers, NaN at the ends. */
fn rankOf(v: f32) -> u32 {
  let bits = bitcast<u32>(v);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

var<workgroup> ranks: array<u32, TILE>;

@compute @workgroup_size(16, 16)
fn search(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  fill(l, w);
  let across = 15u + p.size;
  for (var k = l.y * 16u + l.x; k < across * across; k += 256u) { ranks[k] = rankOf(tile[k]); }
  workgroupBarrier();
  let middle = (p.size * p.size) >> 1u;
  // The largest rank with at most so many below it, two bits at a time.
  var found = 0u;
  for (var shift = 30; shift >= 0; shift -= 2) {
    let step = 1u << u32(shift);
    let guess = found + step * vec3u(1u, 2u, 3u);
    var below = vec3u(0u);
    for (var i = 0u; i < p.size; i++) {
      let row = (l.y + i) * across + l.x;
      for (var j = 0u; j < p.size; j++) { below += select(vec3u(0u), vec3u(1u), vec3u(ranks[row + j]) < guess); }
    }
    let passed = select(vec3u(0u), vec3u(1u), below <= vec3u(middle));
    found += step * (passed.x + passed.y + passed.z);
  }
  put(l, w, bitcast<f32>(select(~found, found & 0x7fffffffu, (found & 0x80000000u) != 0u)));
}
