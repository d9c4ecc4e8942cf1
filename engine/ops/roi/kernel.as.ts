// RoI Align and RoI Pool (torchvision.ops): of each box a small grid of bins, filled from a feature map. Rows count the rows of
// bins of all boxes. Inputs and results are reached by strides, so that channels may come first or last. All in float32, as there.

/** Rounds halves away from zero, as std::round. */
@inline
function rounded(v: f32): i32 {
  return <i32>(v < 0 ? -floor<f32>(-v + 0.5) : floor<f32>(v + 0.5))
}

@inline
function clamp(v: i32, most: i32): i32 {
  return min(max(v, 0), most)
}

/**
 * dst[box, y, x, c] = the mean of samples in bin (y, x) of the box, each interpolated from four features.
 * @param src float32, features (height, width, channels) with strides sy, sx, sc in numbers
 * @param boxes float32 (N, 4)
 * @param dst float32, with strides dn, dy, dx, dc
 * @param sampling samples a side of each bin; 0: as many as features that it spans
 */
export function roiAlign(
  src: usize, height: i32, width: i32, channels: i32, sy: i32, sx: i32, sc: i32, boxes: usize,
  dst: usize, rows: i32, columns: i32, dn: i32, dy: i32, dx: i32, dc: i32, scale: f32, sampling: i32, aligned: i32,
  y0: i32, y1: i32,
): void {
  const offset: f32 = aligned ? 0.5 : 0
  for (let row = y0; row < y1; row++) {
    const box = row / rows
    const ph = row - box * rows
    const at = boxes + (<usize>box << 4)
    const left = load<f32>(at) * scale - offset
    const top = load<f32>(at, 4) * scale - offset
    let w = load<f32>(at, 8) * scale - offset - left
    let h = load<f32>(at, 12) * scale - offset - top
    if (!aligned) {
      w = max<f32>(w, 1)
      h = max<f32>(h, 1)
    }
    const binH = h / <f32>rows
    const binW = w / <f32>columns
    const across = sampling > 0 ? sampling : <i32>ceil<f32>(binW)
    const down = sampling > 0 ? sampling : <i32>ceil<f32>(binH)
    const count = <f32>max(across * down, 1)
    for (let pw = 0; pw < columns; pw++)
      for (let c = 0; c < channels; c++) {
        let sum: f32 = 0
        for (let iy = 0; iy < down; iy++) {
          let y = top + <f32>ph * binH + ((<f32>iy + 0.5) * binH) / <f32>down
          if (!(y >= -1 && y <= <f32>height)) continue
          y = max<f32>(y, 0)
          const low = min(<i32>y, height - 1)
          const high = min(low + 1, height - 1)
          if (low >= height - 1) y = <f32>low
          const ly = y - <f32>low
          const hy: f32 = 1 - ly
          for (let ix = 0; ix < across; ix++) {
            let x = left + <f32>pw * binW + ((<f32>ix + 0.5) * binW) / <f32>across
            if (!(x >= -1 && x <= <f32>width)) continue
            x = max<f32>(x, 0)
            const near = min(<i32>x, width - 1)
            const far = min(near + 1, width - 1)
            if (near >= width - 1) x = <f32>near
            const lx = x - <f32>near
            const hx: f32 = 1 - lx
            const a = src + (<usize>(low * sy + c * sc) << 2)
            const b = src + (<usize>(high * sy + c * sc) << 2)
            const p = <usize>(near * sx) << 2
            const q = <usize>(far * sx) << 2
            sum +=
              hy * hx * load<f32>(a + p) + hy * lx * load<f32>(a + q) + ly * hx * load<f32>(b + p) + ly * lx * load<f32>(b + q)
          }
        }
        store<f32>(dst + (<usize>(box * dn + ph * dy + pw * dx + c * dc) << 2), sum / count)
      }
  }
}

/** dst[box, y, x, c] = the largest feature of bin (y, x), whose edges are whole features; 0 in a bin without any. */
export function roiPool(
  src: usize, height: i32, width: i32, channels: i32, sy: i32, sx: i32, sc: i32, boxes: usize,
  dst: usize, rows: i32, columns: i32, dn: i32, dy: i32, dx: i32, dc: i32, scale: f32,
  y0: i32, y1: i32,
): void {
  for (let row = y0; row < y1; row++) {
    const box = row / rows
    const ph = row - box * rows
    const at = boxes + (<usize>box << 4)
    const left = rounded(load<f32>(at) * scale)
    const top = rounded(load<f32>(at, 4) * scale)
    const binW = <f32>max(rounded(load<f32>(at, 8) * scale) - left + 1, 1) / <f32>columns
    const binH = <f32>max(rounded(load<f32>(at, 12) * scale) - top + 1, 1) / <f32>rows
    const yFrom = clamp(top + <i32>floor<f32>(<f32>ph * binH), height)
    const yTo = clamp(top + <i32>ceil<f32>(<f32>(ph + 1) * binH), height)
    for (let pw = 0; pw < columns; pw++) {
      const xFrom = clamp(left + <i32>floor<f32>(<f32>pw * binW), width)
      const xTo = clamp(left + <i32>ceil<f32>(<f32>(pw + 1) * binW), width)
      for (let c = 0; c < channels; c++) {
        let best: f32 = yTo <= yFrom || xTo <= xFrom ? 0 : -f32.MAX_VALUE
        for (let y = yFrom; y < yTo; y++)
          for (let x = xFrom; x < xTo; x++) {
            const v = load<f32>(src + (<usize>(y * sy + x * sx + c * sc) << 2))
            if (v > best) best = v
          }
        store<f32>(dst + (<usize>(box * dn + ph * dy + pw * dx + c * dc) << 2), best)
      }
    }
  }
}
