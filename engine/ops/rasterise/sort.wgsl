// Prefix sums and a stable radix sort, in steps that end before the next begins: no workgroup waits for another, which WebGPU
// would not promise to run. Blocks are of eight numbers for each of 256 invocations, side by side.
// Reduce, then scan; digits of four bits: Satish, Harris and Garland, Designing Efficient Sorting Algorithms for Manycore GPUs (2009).

struct Params {
  first: u32,
  count: u32,
  /** Of the digit. */
  shift: u32,
}
@group(0) @binding(0) var<uniform> p: Params;

/** Numbers of an invocation; tests take fewer, to have many blocks of few numbers. */
override EACH: u32 = 8u;
const MOST = 8;
const DIGITS = 16u;
/** Two digits are counted in a word. */
const WORDS = 8u;

/** Blocks are spread over rows of workgroups. The last row may have too many. */
fn blockOf(w: vec3u, groups: vec3u) -> u32 { return (p.first + w.y) * groups.x + w.x; }
fn blocksOf(count: u32) -> u32 { return (count + 256u * EACH - 1u) / (256u * EACH); }

var<workgroup> there: array<u32, 256>;
var<workgroup> back: array<u32, 256>;

/** The sum of what the invocations before this one have. All of a workgroup call it (Hillis and Steele). */
fn before(own: u32, i: u32) -> u32 {
  there[i] = own;
  workgroupBarrier();
  for (var d = 1u; d < 256u; d *= 4u) {
    var sum = there[i];
    if (i >= d) { sum += there[i - d]; }
    back[i] = sum;
    workgroupBarrier();
    sum = back[i];
    if (i >= 2u * d) { sum += back[i - 2u * d]; }
    there[i] = sum;
    workgroupBarrier();
  }
  return there[i] - own;
}

@group(0) @binding(1) var<storage, read_write> numbers: array<u32>;
/** One for each block: its sum, later that of all blocks before. Of a single block it is not read. */
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

var<workgroup> total: atomic<u32>;

@compute @workgroup_size(256)
fn sumBlocks(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let block = blockOf(w, groups);
  var sum = 0u;
  for (var k = 0u; k < EACH; k++) {
    let i = block * 256u * EACH + k * 256u + l;
    if (i < p.count) { sum += numbers[i]; }
  }
  atomicAdd(&total, sum);
  workgroupBarrier();
  if (l == 0u && block < blocksOf(p.count)) { sums[block] = atomicLoad(&total); }
}

/** Each number becomes the sum of those before it. */
@compute @workgroup_size(256)
fn scanBlocks(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let block = blockOf(w, groups);
  let start = block * 256u * EACH + l * EACH;
  var own: array<u32, MOST>;
  var sum = 0u;
  for (var k = 0u; k < EACH; k++) {
    own[k] = sum;
    if (start + k < p.count) { sum += numbers[start + k]; }
  }
  var base = before(sum, l);
  let blocks = blocksOf(p.count);
  if (blocks > 1u && block < blocks) { base += sums[block]; }
  for (var k = 0u; k < EACH; k++) {
    if (start + k < p.count) { numbers[start + k] = base + own[k]; }
  }
}

@group(0) @binding(1) var<storage, read> keys: array<u32>;
/** How often each digit occurs in each block, digit by digit. */
@group(0) @binding(2) var<storage, read_write> counts: array<u32>;

var<workgroup> histogram: array<atomic<u32>, DIGITS>;

@compute @workgroup_size(256)
fn countDigits(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let block = blockOf(w, groups);
  let blocks = blocksOf(p.count);
  for (var k = 0u; k < EACH; k++) {
    let i = block * 256u * EACH + k * 256u + l;
    if (i < p.count) { atomicAdd(&histogram[(keys[i] >> p.shift) & (DIGITS - 1u)], 1u); }
  }
  workgroupBarrier();
  if (l < DIGITS && block < blocks) { counts[l * blocks + block] = atomicLoad(&histogram[l]); }
}

@group(0) @binding(2) var<storage, read> values: array<u32>;
/** Where each digit of each block begins: the counts, scanned. */
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> sortedKeys: array<u32>;
@group(0) @binding(5) var<storage, read_write> sortedValues: array<u32>;

/** How often each invocation has each digit, two digits in a word (d and d + WORDS): sums are 2048 at most. */
var<workgroup> having: array<u32, 2048>;

/** Moves a block's pairs to where their digits begin, those of equal digits in their order. */
@compute @workgroup_size(256)
fn moveDigits(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let block = blockOf(w, groups);
  let blocks = blocksOf(p.count);
  let start = block * 256u * EACH + l * EACH;
  var own: array<u32, MOST>;
  /** How many of this invocation's keys before it have its digit. */
  var rank: array<u32, MOST>;
  for (var k = 0u; k < EACH; k++) {
    if (start + k < p.count) {
      own[k] = keys[start + k];
      let digit = (own[k] >> p.shift) & (DIGITS - 1u);
      let at = (digit % WORDS) * 256u + l;
      let high = (digit / WORDS) * 16u;
      rank[k] = (having[at] >> high) & 0xffffu;
      having[at] += 1u << high;
    }
  }
  workgroupBarrier();
  // Digit by digit, and within each by invocation: each invocation adds up as many as there are digits in a row.
  var sum = 0u;
  var sumsBefore: array<u32, WORDS>;
  for (var k = 0u; k < WORDS; k++) {
    sumsBefore[k] = sum;
    sum += having[l * WORDS + k];
  }
  let base = before(sum, l);
  for (var k = 0u; k < WORDS; k++) { having[l * WORDS + k] = base + sumsBefore[k]; }
  workgroupBarrier();
  for (var k = 0u; k < EACH; k++) {
    if (start + k < p.count) {
      let digit = (own[k] >> p.shift) & (DIGITS - 1u);
      let row = (digit % WORDS) * 256u;
      let high = (digit / WORDS) * 16u;
      let within = ((having[row + l] >> high) & 0xffffu) - ((having[row] >> high) & 0xffffu);
      let to = places[digit * blocks + block] + within + rank[k];
      sortedKeys[to] = own[k];
      sortedValues[to] = values[start + k];
    }
  }
}
