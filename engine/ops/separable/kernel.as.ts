// Separable correlation of float32 pictures (cv2.sepFilter2D): the columns first, into one padded row, then the row.
// So a tile needs no halo of intermediate rows, and its result does not depend on how the rows are cut.
import { align16, borderIndex, fillFloats, isSymmetric, padRow, weightedSum } from '../common.as.ts'

/**
 * dst[y, x, c] = Σ_i Σ_j tapsY[i] · tapsX[j] · src[y + i - ny/2, x + j - nx/2, c].
 * @param src, dst float32 (height, width, channels), not the same
 * @param tapsX, nx, tapsY, ny float32 taps, odd counts up to 513
 * @param border, value border mode in OpenCV's numbers (0 constant, 1 replicate, 2 reflect, 3 wrap, 4 reflect101) and
 *   its constant
 * @param scratch separableScratch(width, channels, nx, ny) bytes
 */
export function separable(
  src: usize, dst: usize, width: i32, height: i32, channels: i32,
  tapsX: usize, nx: i32, tapsY: usize, ny: i32, border: i32, value: f32,
  scratch: usize, y0: i32, y1: i32,
): void {
  const count = width * channels
  const stride = <usize>count << 2
  const rx = nx >> 1
  const ry = ny >> 1
  const pixel = <usize>channels << 2

  const rows = scratch
  const columns = align16(rows + (<usize>ny << 2))
  const constant = align16(columns + (<usize>nx << 2))
  const line = align16(constant + stride) + <usize>rx * pixel

  const evenX = isSymmetric(tapsX, nx)
  const evenY = isSymmetric(tapsY, ny)
  for (let k = 0; k < nx; k++) store<u32>(columns + (<usize>k << 2), <u32>(line + <usize>k * pixel - <usize>rx * pixel))
  let sumY: f32 = 0
  for (let k = 0; k < ny; k++) sumY += load<f32>(tapsY + (<usize>k << 2))
  if (border == 0) fillFloats(constant, count, value)

  for (let y = y0; y < y1; y++) {
    for (let k = 0; k < ny; k++) {
      const from = borderIndex(y + k - ry, height, border)
      store<u32>(rows + (<usize>k << 2), <u32>(from < 0 ? constant : src + <usize>from * stride))
    }
    weightedSum(rows, tapsY, ny, evenY, 0, line, count)
    padRow(line, width, channels, rx, border, value * sumY)
    weightedSum(columns, tapsX, nx, evenX, 0, dst + <usize>y * stride, count)
  }
}
