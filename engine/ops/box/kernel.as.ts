// Sums over rectangular windows (cv2.boxFilter), whose cost hardly depends on their size.
import { slide } from '../slide.as.ts'

/**
 * dst[y, x, c] = scale · Σ of the kw × kh pixels around.
 * @param src, dst float32 (height, width, channels), not the same
 * @param border, value border mode in OpenCV's numbers and its constant
 * @param scratch slideScratch(channels, kw, kh) bytes
 */
export function box(
  src: usize, dst: usize, width: i32, height: i32, channels: i32, kw: i32, kh: i32, border: i32, value: f32, scale: f32,
  scratch: usize, y0: i32, y1: i32,
): void {
  slide<f32>(src, dst, width, height, channels, kw, kh, border, value, 0, scale, 0, width, scratch, y0, y1)
}
