// Renders Gaussians in tiles of 16 × 16 pixels, a kernel for each step (`gpu.ts` has their order): project, list the splats of each
// tile from front to back, blend. What is computed: rules.ts, from which come the constants. Projection is in float32; what the
// usual formulas lose there by cancelling is computed another way, said where it is.

override LOWPASS: f32;
override MOST_ALPHA: f32;
override LEAST_ALPHA: f32;
override LEAST_TRANSMITTANCE: f32;
override C0: f32;
override C1: f32;
override C20: f32;
override C21: f32;
override C22: f32;
override C23: f32;
override C24: f32;
override C30: f32;
override C31: f32;
override C32: f32;
override C33: f32;
override C34: f32;
override C35: f32;
override C36: f32;

const SIDE = 16u;
/** k² = log2(e) / 2: 2^-(k²·d) = exp(-d/2) */
const HALF_LOG2_E = 0.7213475204444817;
/** 2 ln 2 */
const TWO_LN_2 = 1.3862943611198906;
/** Spots with a standard deviation beyond this, in pixels, are not drawn: their squares would leave float32. */
const WIDEST = 1e15;

/**
 * A projected splat. With Σ' = [a b; b c]: 2^-(u² + w) = exp(-σ), u = p·dx + q·dy, w = r·dy². Squares lose nothing where a long,
 * thin splat makes the usual quadratic form cancel.
 */
struct Record {
  x: f32, y: f32, p: f32, q: f32,
  r: f32, opacity: f32,
  /** u² + w at the contour of 1/255, and a little more. */
  edge: f32,
  /** 1 / p */
  wide: f32,
  colour: vec3f,
  depth: f32,
}

/** The tiles that a splat touches in a row of tiles: from `left` to `right`, both included; none if they are in the other order. */
struct Span { left: i32, right: i32 }

/** The rows of tiles. */
fn rowsOf(s: Record, rows: u32) -> Span {
  let reach = sqrt(s.edge / s.r);
  return Span(tileOf(s.y - reach - 0.51, rows), min(tileOf(s.y + reach - 0.49, rows), i32(rows) - 1));
}
/** The tile in which a coordinate lies, at least 0 from the left; from the right it may be -1, or beyond the last. */
fn tileOf(at: f32, tiles: u32) -> i32 { return i32(floor(clamp(at / f32(SIDE), -1.0, f32(tiles)))); }

/** From the exact ellipse: where it is widest between the first and the last line of the row. */
fn spanOf(s: Record, row: i32, columns: u32) -> Span {
  let reach = sqrt(s.edge / s.r);
  let slope = s.q * s.wide;
  let square = s.wide * s.wide + slope * slope / s.r;
  let half = sqrt(s.edge * square);
  // The rightmost point is (half, up), the leftmost opposite.
  let up = -slope * half / (s.r * square);
  let low = max(f32(row) * f32(SIDE) + 0.49 - s.y, -reach);
  let high = min(f32(row) * f32(SIDE) + 15.51 - s.y, reach);
  let d = min(max(up, low), high);
  let e = min(max(-up, low), high);
  var to = sqrt(max(s.edge - s.r * d * d, 0.0)) * s.wide - slope * d;
  var back = sqrt(max(s.edge - s.r * e * e, 0.0)) * s.wide + slope * e;
  if (d == up) { to = half; }
  if (e == -up) { back = half; }
  if (low > high) { return Span(0, -1); }
  return Span(max(0, tileOf(s.x - back - 0.51, columns)), min(tileOf(s.x + to - 0.49, columns), i32(columns) - 1));
}

// Project.

struct Camera {
  first: u32,
  count: u32,
  degree: u32,
  antialiased: u32,
  columns: u32,
  rows: u32,
  width: f32, height: f32,
  fx: f32, fy: f32, cx: f32, cy: f32,
  near: f32, far: f32,
  left: f32, right: f32, top: f32, bottom: f32,
  /** The view's rotation, row by row. */
  v00: f32, v01: f32, v02: f32, v10: f32, v11: f32, v12: f32, v20: f32, v21: f32, v22: f32,
  /** Where the camera is, as sums of two floats: a difference from it is then as exact as the means are. */
  px: f32, py: f32, pz: f32, restX: f32, restY: f32, restZ: f32,
}
@group(0) @binding(0) var<uniform> camera: Camera;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> quats: array<f32>;
@group(0) @binding(3) var<storage, read> scales: array<f32>;
@group(0) @binding(4) var<storage, read> opacities: array<f32>;
@group(0) @binding(5) var<storage, read> sh: array<f32>;
/** Those of a chunk of 256 that are seen, at the start of its part. */
@group(0) @binding(6) var<storage, read_write> records: array<Record>;
/** How many tiles each touches. */
@group(0) @binding(7) var<storage, read_write> touched: array<u32>;
/** Of each chunk: how many are seen; the sums of the lower and of the upper 16 bits of `touched`; bits of the depths, and those not set. */
@group(0) @binding(8) var<storage, read_write> chunks: array<u32>;

fn three(i: u32, k: u32) -> vec3f { return vec3f(sh[i + 3u * k], sh[i + 3u * k + 1u], sh[i + 3u * k + 2u]); }

/** 0.5 + the sum of the harmonics, in a direction of length 1. */
fn colourOf(splat: u32, d: vec3f) -> vec3f {
  let side = camera.degree + 1u;
  let i = splat * side * side * 3u;
  var sum = 0.5 + C0 * three(i, 0u);
  if (camera.degree == 0u) { return sum; }
  let x = d.x;
  let y = d.y;
  let z = d.z;
  sum += -C1 * y * three(i, 1u) + C1 * z * three(i, 2u) - C1 * x * three(i, 3u);
  if (camera.degree == 1u) { return sum; }
  let xx = x * x;
  let yy = y * y;
  let zz = z * z;
  sum += C20 * x * y * three(i, 4u) + C21 * y * z * three(i, 5u) + C22 * (2.0 * zz - xx - yy) * three(i, 6u)
    + C23 * x * z * three(i, 7u) + C24 * (xx - yy) * three(i, 8u);
  if (camera.degree == 2u) { return sum; }
  return sum + C30 * y * (3.0 * xx - yy) * three(i, 9u) + C31 * x * y * z * three(i, 10u)
    + C32 * y * (4.0 * zz - xx - yy) * three(i, 11u) + C33 * z * (2.0 * zz - 3.0 * xx - 3.0 * yy) * three(i, 12u)
    + C34 * x * (4.0 * zz - xx - yy) * three(i, 13u) + C35 * z * (xx - yy) * three(i, 14u)
    + C36 * x * (xx - 3.0 * yy) * three(i, 15u);
}

fn finite3(v: vec3f) -> bool { return isFinite(v.x) && isFinite(v.y) && isFinite(v.z); }
fn largest3(v: vec3f) -> f32 { return max(max(abs(v.x), abs(v.y)), abs(v.z)); }

/** What the camera sees of a splat, to `out`. False: nothing. */
fn project(i: u32, out: ptr<function, Record>) -> bool {
  let mean = vec3f(means[3u * i], means[3u * i + 1u], means[3u * i + 2u]);
  let quat = vec4f(quats[4u * i], quats[4u * i + 1u], quats[4u * i + 2u], quats[4u * i + 3u]);
  let size = vec3f(scales[3u * i], scales[3u * i + 1u], scales[3u * i + 2u]);
  var o = opacities[i];
  if (!(finite3(mean) && finite3(quat.xyz) && isFinite(quat.w) && finite3(size) && isFinite(o))) { return false; }
  let away = (mean - vec3f(camera.px, camera.py, camera.pz)) - vec3f(camera.restX, camera.restY, camera.restZ);
  let rowX = vec3f(camera.v00, camera.v01, camera.v02);
  let rowY = vec3f(camera.v10, camera.v11, camera.v12);
  let rowZ = vec3f(camera.v20, camera.v21, camera.v22);
  let z = dot(rowZ, away);
  if (!isFinite(z) || z < camera.near || z > camera.far || o < LEAST_ALPHA) { return false; }
  let sx = dot(rowX, away) / z;
  let sy = dot(rowY, away) / z;
  let x = camera.fx * sx + camera.cx;
  let y = camera.fy * sy + camera.cy;

  // Relative to its largest part, so that squares neither vanish nor overflow.
  let most = max(largest3(quat.xyz), abs(quat.w));
  if (most == 0.0) { return false; }
  let turn = quat / most;
  let two = 2.0 / dot(turn, turn);
  let w = turn.x;
  let a = turn.y;
  let b = turn.z;
  let c = turn.w;
  let axis0 = size.x * vec3f(1.0 - two * (b * b + c * c), two * (a * b + w * c), two * (a * c - w * b));
  let axis1 = size.y * vec3f(two * (a * b - w * c), 1.0 - two * (a * a + c * c), two * (b * c + w * a));
  let axis2 = size.z * vec3f(two * (a * c + w * b), two * (b * c - w * a), 1.0 - two * (a * a + b * b));
  // The rows of J·W: what a step in the world does to the place in the picture.
  let tx = clamp(sx, camera.left, camera.right);
  let ty = clamp(sy, camera.top, camera.bottom);
  let across = camera.fx / z * (rowX - tx * rowZ);
  let down = camera.fy / z * (rowY - ty * rowZ);
  var g = vec3f(dot(across, axis0), dot(across, axis1), dot(across, axis2));
  var h = vec3f(dot(down, axis0), dot(down, axis1), dot(down, axis2));
  // In units of its own where it is large, so that the product of squares fits.
  let unit = max(1.0, max(largest3(g), largest3(h)));
  if (!isFinite(x) || !isFinite(y) || !isFinite(unit) || unit > WIDEST) { return false; }
  g /= unit;
  h /= unit;
  let low = LOWPASS / unit / unit;
  let gg = dot(g, g);
  let hh = dot(h, h);
  // By Lagrange's identity, gg·hh - (g·h)²: that difference would cancel.
  let normal = cross(g, h);
  let sharp = dot(normal, normal);
  let xy = dot(g, h);
  let yy = hh + low;
  let det = sharp + low * (gg + hh) + low * low;
  if (!(isFinite(det) && det > 0.0)) { return false; }
  if (camera.antialiased != 0u) {
    o *= sqrt(sharp / det);
    if (o < LEAST_ALPHA) { return false; }
  }
  let t = log2(o / LEAST_ALPHA);
  let edge = t * 1.0001 + 0.0001;
  // How far its centre is outside the picture, and how far it reaches.
  let beside = max(max(-x, x - camera.width), 0.0) / unit;
  let above = max(max(-y, y - camera.height), 0.0) / unit;
  let reach = edge * TWO_LN_2;
  if (beside * beside > reach * (gg + low) || above * above > reach * yy) { return false; }

  // `away` may be too long to be squared.
  let far = largest3(away);
  var direction = vec3f(0.0);
  if (far > 0.0) { direction = normalize(away / far); }
  let sum = colourOf(i, direction);
  if (!(isFinite(sum.x + sum.y + sum.z))) { return false; }
  let over = sqrt(det / (HALF_LOG2_E * yy));
  let p = 1.0 / (over * unit);
  *out = Record(
    x, y, p, -xy / yy * p,
    HALF_LOG2_E / yy / unit / unit, o, edge, over * unit,
    max(sum, vec3f(0.0)), z,
  );
  return true;
}

var<workgroup> seenBits: array<atomic<u32>, 8>;
var<workgroup> low: atomic<u32>;
var<workgroup> high: atomic<u32>;
var<workgroup> anySet: atomic<u32>;
var<workgroup> anyClear: atomic<u32>;

/** A chunk of 256 splats a workgroup. */
@compute @workgroup_size(256)
fn projectChunk(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let chunk = (camera.first + w.y) * groups.x + w.x;
  let i = chunk * 256u + l;
  var record: Record;
  var tiles = 0u;
  if (i < camera.count && project(i, &record)) {
    let rows = rowsOf(record, camera.rows);
    for (var row = max(0, rows.left); row <= rows.right; row++) {
      let span = spanOf(record, row, camera.columns);
      tiles += u32(max(0, span.right - span.left + 1));
    }
  }
  if (tiles > 0u) {
    let depth = bitcast<u32>(record.depth);
    atomicOr(&seenBits[l / 32u], 1u << (l % 32u));
    atomicAdd(&low, tiles & 0xffffu);
    atomicAdd(&high, tiles >> 16u);
    atomicOr(&anySet, depth);
    atomicOr(&anyClear, ~depth);
  }
  workgroupBarrier();
  var at = chunk * 256u + countOneBits(atomicLoad(&seenBits[l / 32u]) & ((1u << (l % 32u)) - 1u));
  var all = 0u;
  for (var k = 0u; k < 8u; k++) {
    let seen = countOneBits(atomicLoad(&seenBits[k]));
    if (k < l / 32u) { at += seen; }
    all += seen;
  }
  if (tiles > 0u) {
    records[at] = record;
    touched[at] = tiles;
  }
  if (l == 0u && chunk * 256u < camera.count) {
    chunks[5u * chunk] = all;
    chunks[5u * chunk + 1u] = atomicLoad(&low);
    chunks[5u * chunk + 2u] = atomicLoad(&high);
    chunks[5u * chunk + 3u] = atomicLoad(&anySet);
    chunks[5u * chunk + 4u] = atomicLoad(&anyClear);
  }
}

// List. Splats are sorted by depth first, then their pairs with tiles by tile: a stable sort keeps them from front to back.

struct Params {
  first: u32,
  /** Of what there is an invocation for each. */
  count: u32,
  columns: u32,
  rows: u32,
  width: u32,
  height: u32,
  red: f32, green: f32, blue: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> seen: array<Record>;

fn indexOf(l: u32, w: vec3u, groups: vec3u) -> u32 { return ((p.first + w.y) * groups.x + w.x) * 256u + l; }

/** Where the seen ones of each chunk begin among all, and behind the last their number. */
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read_write> depths: array<u32>;
@group(0) @binding(4) var<storage, read_write> numbers: array<u32>;

/** The depth's bits and the number of each splat that is seen. Bits of positive floats are in the order of the floats. */
@compute @workgroup_size(256)
fn gatherDepths(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let i = indexOf(l, w, groups);
  if (i >= p.count) { return; }
  let start = starts[i / 256u];
  if (start + l >= starts[i / 256u + 1u]) { return; }
  depths[start + l] = bitcast<u32>(seen[i].depth);
  numbers[start + l] = i;
}

@group(0) @binding(1) var<storage, read> tilesOfEach: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;

/** How many tiles each touches, from front to back. */
@compute @workgroup_size(256)
fn gatherCounts(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let i = indexOf(l, w, groups);
  if (i < p.count) { counts[i] = tilesOfEach[order[i]]; }
}

/** The counts, scanned: where the pairs of each splat begin. */
@group(0) @binding(3) var<storage, read> offsets: array<u32>;
@group(0) @binding(4) var<storage, read_write> tiles: array<u32>;
@group(0) @binding(5) var<storage, read_write> splats: array<u32>;
/** How many pairs were counted for each splat. */
@group(0) @binding(6) var<storage, read> counted: array<u32>;

@compute @workgroup_size(256)
fn writePairs(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let i = indexOf(l, w, groups);
  if (i >= p.count) { return; }
  let number = order[i];
  let record = seen[number];
  var at = offsets[i];
  let end = at + counted[number];
  let rows = rowsOf(record, p.rows);
  for (var row = max(0, rows.left); row <= rows.right; row++) {
    let span = spanOf(record, row, p.columns);
    for (var column = span.left; column <= span.right && at < end; column++) {
      tiles[at] = u32(row) * p.columns + u32(column);
      splats[at] = number;
      at++;
    }
  }
  // Compilers may round differently in the two kernels: pairs that were counted and are not found go to no tile.
  for (; at < end; at++) {
    tiles[at] = p.columns * p.rows;
    splats[at] = number;
  }
}

@group(0) @binding(1) var<storage, read> sortedTiles: array<u32>;
/** Where each tile's list begins and ends, zeroed. */
@group(0) @binding(2) var<storage, read_write> ranges: array<vec2u>;

@compute @workgroup_size(256)
fn findRanges(
  @builtin(local_invocation_index) l: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) groups: vec3u,
) {
  let i = indexOf(l, w, groups);
  if (i >= p.count) { return; }
  let tile = sortedTiles[i];
  if (tile >= p.columns * p.rows) { return; }
  if (i == 0u || sortedTiles[i - 1u] != tile) { ranges[tile].x = i; }
  if (i + 1u == p.count || sortedTiles[i + 1u] != tile) { ranges[tile].y = i + 1u; }
}

// Blend.

@group(0) @binding(2) var<storage, read> lists: array<u32>;
@group(0) @binding(3) var<storage, read> listed: array<vec2u>;
@group(0) @binding(4) var<storage, read_write> image: array<f32>;
@group(0) @binding(5) var<storage, read_write> alphas: array<f32>;
@group(0) @binding(6) var<storage, read_write> away: array<f32>;

const BATCH = 256u;
var<workgroup> batch: array<Record, BATCH>;
var<workgroup> ended: atomic<u32>;
var<workgroup> allEnded: u32;

/** A tile a workgroup, a pixel an invocation; records come into workgroup memory together. */
@compute @workgroup_size(16, 16)
fn blend(
  @builtin(local_invocation_index) l: u32, @builtin(local_invocation_id) own: vec3u, @builtin(workgroup_id) w: vec3u,
) {
  let row = p.first + w.y;
  let x = w.x * SIDE + own.x;
  let y = row * SIDE + own.y;
  let centre = vec2f(f32(x) + 0.5, f32(y) + 0.5);
  let inside = x < p.width && y < p.height;
  let range = listed[row * p.columns + w.x];
  var left = 1.0;
  var colour = vec3f(0.0);
  var depth = 0.0;
  var weights = 0.0;
  var done = !inside;
  if (done) { atomicAdd(&ended, 1u); }
  for (var start = range.x; start < range.y; start += BATCH) {
    // All are through with the batch before.
    workgroupBarrier();
    if (start + l < range.y) { batch[l] = seen[lists[start + l]]; }
    if (l == 0u) { allEnded = atomicLoad(&ended); }
    if (workgroupUniformLoad(&allEnded) == BATCH) { break; }
    let count = min(BATCH, range.y - start);
    for (var k = 0u; k < count && !done; k++) {
      let dx = centre.x - batch[k].x;
      let dy = centre.y - batch[k].y;
      let u = batch[k].p * dx + batch[k].q * dy;
      let power = u * u + batch[k].r * dy * dy;
      if (power > batch[k].edge) { continue; }
      let alpha = min(MOST_ALPHA, batch[k].opacity * exp2(-power));
      if (alpha < LEAST_ALPHA) { continue; }
      let weight = alpha * left;
      let after = left - weight;
      if (after <= LEAST_TRANSMITTANCE) {
        done = true;
        atomicAdd(&ended, 1u);
        break;
      }
      colour += weight * batch[k].colour;
      depth += weight * batch[k].depth;
      weights += weight;
      left = after;
    }
  }
  if (!inside) { return; }
  let pixel = y * p.width + x;
  let shown = colour + left * vec3f(p.red, p.green, p.blue);
  image[3u * pixel] = shown.x;
  image[3u * pixel + 1u] = shown.y;
  image[3u * pixel + 2u] = shown.z;
  alphas[pixel] = weights;
  away[pixel] = select(0.0, depth / weights, weights > 0.0);
}
