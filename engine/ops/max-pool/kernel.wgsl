// The largest number of each window, NaN where there is any in it. One number an invocation.

struct Params {
  first: u32,
  /** Of the picture and of the result. */
  width: u32,
  height: u32,
  channels: u32,
  dw: u32,
  dh: u32,
  /** Along x and along y: side of the window, from window to window, padding. */
  kw: u32,
  kh: u32,
  sx: u32,
  sy: u32,
  px: u32,
  py: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dst: array<f32>;

@compute @workgroup_size(64, 4)
fn maxPool(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let i = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  let x = i / p.channels;
  let c = i - x * p.channels;
  if (x >= p.dw || y >= p.dh) { return; }
  let corner = vec2i(vec2u(x * p.sx, y * p.sy)) - vec2i(vec2u(p.px, p.py));
  let start = vec2u(max(corner, vec2i(0)));
  let end = vec2u(min(corner + vec2i(vec2u(p.kw, p.kh)), vec2i(vec2u(p.width, p.height))));
  var most = src[(start.y * p.width + start.x) * p.channels + c];
  for (var j = start.y; j < end.y; j++) {
    for (var k = start.x; k < end.x; k++) {
      let v = src[(j * p.width + k) * p.channels + c];
      if (v > most || isNan(v)) { most = v; }
      if (isNan(most)) { break; }
    }
    if (isNan(most)) { break; }
  }
  dst[(y * p.dw + x) * p.channels + c] = most;
}
