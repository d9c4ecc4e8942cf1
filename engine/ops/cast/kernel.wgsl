// Between float32 and the bytes of files. Bytes lie in words, the first lowest.

struct Params {
  first: u32,
  /** Numbers in all, and in a row of workgroups. */
  count: u32,
  row: u32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> packed: array<u32>;
@group(0) @binding(2) var<storage, read_write> numbers: array<f32>;

@compute @workgroup_size(256)
fn fromU8(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = (p.first + w.y) * p.row + w.x * 256u + l.x;
  if (i >= p.count) { return; }
  numbers[i] = f32((packed[i >> 2u] >> ((i & 3u) * 8u)) & 0xffu) / p.scale;
}

@compute @workgroup_size(256)
fn fromU16(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = (p.first + w.y) * p.row + w.x * 256u + l.x;
  if (i >= p.count) { return; }
  numbers[i] = f32((packed[i >> 1u] >> ((i & 1u) * 16u)) & 0xffffu) / p.scale;
}

@group(0) @binding(1) var<storage, read> floats: array<f32>;
@group(0) @binding(2) var<storage, read_write> words: array<u32>;

/** round(v · scale), halves to even, saturated; NaN is 0. */
fn stored(i: u32) -> u32 {
  if (i >= p.count) { return 0u; }
  let v = floats[i];
  if (isNan(v)) { return 0u; }
  return u32(round(clamp(v * p.scale, 0.0, p.scale)));
}

/** One word an invocation: `row` counts words. */
@compute @workgroup_size(256)
fn toU8(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let word = (p.first + w.y) * p.row + w.x * 256u + l.x;
  let i = word * 4u;
  if (i >= p.count) { return; }
  words[word] = stored(i) | (stored(i + 1u) << 8u) | (stored(i + 2u) << 16u) | (stored(i + 3u) << 24u);
}

@compute @workgroup_size(256)
fn toU16(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let word = (p.first + w.y) * p.row + w.x * 256u + l.x;
  let i = word * 2u;
  if (i >= p.count) { return; }
  words[word] = stored(i) | (stored(i + 1u) << 16u);
}
