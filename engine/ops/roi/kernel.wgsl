// RoI Align and RoI Pool (torchvision.ops). One number an invocation: columns of bins and channels along x, rows of bins of all boxes
// along y. What follows from a box alone (corner, size of a bin, samples) is computed once on the CPU, because division is not
// exact here.

struct Params {
  first: u32,
  /** Of the feature map. */
  height: u32,
  width: u32,
  channels: u32,
  /** Its strides, in numbers. */
  sy: u32,
  sx: u32,
  sc: u32,
  /** Of bins of a box, of bins of all boxes, and the strides of the result. */
  rows: u32,
  all: u32,
  columns: u32,
  dn: u32,
  dy: u32,
  dx: u32,
  dc: u32,
}

/** Left and top of a box in features, width and height of a bin; samples across and down. */
struct Box {
  left: f32,
  top: f32,
  binW: f32,
  binH: f32,
  across: f32,
  down: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read> boxes: array<Box>;
@group(0) @binding(3) var<storage, read_write> dst: array<f32>;

/** The two features around a sample, and the weight of the second; `low` is negative where the sample is beyond the map. */
struct Axis {
  low: i32,
  high: i32,
  part: f32,
}

fn axis(at: f32, length: u32) -> Axis {
  if (!(at >= -1.0 && at <= f32(length))) { return Axis(-1, -1, 0.0); }
  let last = i32(length) - 1;
  let inside = max(at, 0.0);
  let low = min(i32(inside), last);
  return Axis(low, min(low + 1, last), select(inside - f32(low), 0.0, low >= last));
}

@compute @workgroup_size(64, 4)
fn roiAlign(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = w.x * 64u + l.x;
  let row = (p.first + w.y) * 4u + l.y;
  let pw = i / p.channels;
  let c = i - pw * p.channels;
  if (pw >= p.columns || row >= p.all) { return; }
  let n = row / p.rows;
  let ph = row - n * p.rows;
  let box = boxes[n];
  var sum = 0.0;
  for (var iy = 0.0; iy < box.down; iy += 1.0) {
    let v = axis(box.top + f32(ph) * box.binH + (iy + 0.5) * box.binH / box.down, p.height);
    if (v.low < 0) { continue; }
    for (var ix = 0.0; ix < box.across; ix += 1.0) {
      let u = axis(box.left + f32(pw) * box.binW + (ix + 0.5) * box.binW / box.across, p.width);
      if (u.low < 0) { continue; }
      let a = u32(v.low) * p.sy + c * p.sc;
      let b = u32(v.high) * p.sy + c * p.sc;
      let near = u32(u.low) * p.sx;
      let far = u32(u.high) * p.sx;
      let hy = 1.0 - v.part;
      let hx = 1.0 - u.part;
      sum += hy * hx * src[a + near] + hy * u.part * src[a + far] + v.part * hx * src[b + near] + v.part * u.part * src[b + far];
    }
  }
  dst[n * p.dn + ph * p.dy + pw * p.dx + c * p.dc] = sum / max(box.down * box.across, 1.0);
}

@compute @workgroup_size(64, 4)
fn roiPool(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = w.x * 64u + l.x;
  let row = (p.first + w.y) * 4u + l.y;
  let pw = i / p.channels;
  let c = i - pw * p.channels;
  if (pw >= p.columns || row >= p.all) { return; }
  let n = row / p.rows;
  let ph = row - n * p.rows;
  let box = boxes[n];
  let end = vec2i(vec2u(p.width, p.height));
  let corner = vec2i(i32(box.left), i32(box.top));
  let bin = vec2f(box.binW, box.binH);
  let at = vec2f(f32(pw), f32(ph));
  let start = clamp(corner + vec2i(floor(at * bin)), vec2i(0), end);
  let stop = clamp(corner + vec2i(ceil((at + 1.0) * bin)), vec2i(0), end);
  var most = select(-0x1.fffffep+127f, 0.0, any(stop <= start));
  for (var y = start.y; y < stop.y; y++) {
    for (var x = start.x; x < stop.x; x++) {
      let v = src[u32(y) * p.sy + u32(x) * p.sx + c * p.sc];
      if (!isNan(v) && v > most) { most = v; }
    }
  }
  dst[n * p.dn + ph * p.dy + pw * p.dx + c * p.dc] = most;
}
