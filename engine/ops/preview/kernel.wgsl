// What float32 numbers look like, as bytes. NaN is magenta.

struct Params {
  first: u32,
  width: u32,
  height: u32,
  channels: u32,
  lo: f32,
  hi: f32,
  /** The first channel goes through the table of colours: 1 by its place from lo to hi, 2 by its label. */
  mapped: u32,
  /** What is below and above the range is marked. */
  flag: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
/** 256 colours, as bytes R, G, B of a word. */
@group(0) @binding(2) var<storage, read> table: array<u32>;
@group(0) @binding(3) var<storage, read_write> dst: array<u32>;

const MAGENTA = 0xffff00ffu;
const BELOW = 0xffff3000u;
const ABOVE = 0xff0030ffu;

/** 0..1 to 0..255, halves to even. */
fn byteOf(v: f32) -> u32 { return u32(round(clamp(v, 0.0, 1.0) * 255.0)); }

/** The entry of a label: 0 for 0, then 1 to 255 again and again. */
fn entryOf(v: f32) -> u32 {
  let label = i32(round(clamp(v, -1073741824.0, 1073741824.0)));
  if (label == 0) { return 0u; }
  let place = (label - 1) % 255;
  return u32(select(place + 1, place + 256, place < 0));
}

fn colour(at: u32) -> u32 {
  let alone = p.mapped != 0u || p.channels == 1u;
  let shown = select(min(p.channels, 3u), 1u, alone);
  let scale = 1.0 / (p.hi - p.lo);
  var pixel = 0xff000000u;
  var under = false;
  var over = false;
  for (var c = 0u; c < shown; c++) {
    let v = src[at + c];
    if (isNan(v)) { return MAGENTA; }
    under = under || v < p.lo;
    over = over || v > p.hi;
    var byte = byteOf((v - p.lo) * scale);
    if (p.mapped == 2u) { byte = entryOf(v); }
    if (p.mapped != 0u) { pixel |= table[byte]; }
    else if (alone) { pixel |= byte * 0x010101u; }
    else { pixel |= byte << (c * 8u); }
  }
  if (p.flag != 0u && over) { return ABOVE; }
  if (p.flag != 0u && under) { return BELOW; }
  if (alone || p.channels < 4u) { return pixel; }
  let alpha = src[at + 3u];
  return (pixel & 0xffffffu) | (select(byteOf(alpha), 0u, isNan(alpha)) << 24u);
}

@compute @workgroup_size(64, 4)
fn paint(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  if (x >= p.width || y >= p.height) { return; }
  let i = y * p.width + x;
  dst[i] = colour(i * p.channels);
}
