/**
 * How many bytes of scratch memory the kernels of engine/ops/NAME/kernel.as.ts need for each worker. Their layouts are in the
 * kernels; these are upper bounds of them.
 */

const SLACK = 256

/** Colour conversions that take scratch memory. */
export const COLOUR_SCRATCH = 8192

/** @param registers inputs + constants + outputs + temporaries */
export const pointwiseScratch = (registers: number): number => 1024 + registers * (4 + 4160)

export const separableScratch = (width: number, channels: number, nx: number, ny: number): number =>
  4 * (nx + ny) + 4 * channels * (2 * width + nx) + SLACK

export const convolveScratch = (width: number, channels: number, kw: number, kh: number): number =>
  8 * kw * kh + kh * (4 * channels * (width + kw) + 16) + SLACK

export const sobelScratch = (width: number, channels: number): number => 512 + 4 * channels * (width + 16) + SLACK

/** The most weights one place of the result has along an axis. */
const taps = (from: number, to: number): number => Math.max(4, Math.ceil(from / to) + 1)

export const resizeScratch = (width: number, height: number, channels: number, dw: number, dh: number): number =>
  4 * dw * (1 + taps(width, dw)) + 8 * taps(height, dh) + 4 * width * channels + SLACK

export function medianScratch(size: number, width: number, channels: number): number {
  if (size <= 5) return size * (4 * channels * (width + size) + 64) + SLACK
  const numbers = (256 + size) * (64 + size)
  return Math.ceil(8192 + 5 * (4 * numbers + 16) + numbers / 8 + numbers / 512 + SLACK)
}
