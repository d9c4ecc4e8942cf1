/** The picture for benches: smooth with noise on top, like a photograph; the same formula as in peers/opencv.py. */

/** Row-major RGB, 0..1. */
export function benchPicture(width: number, height: number): Float32Array<ArrayBuffer> {
  const pixels = new Float32Array(width * height * 3)
  let state = 1
  const noise = (): number => {
    // xorshift32; the sum of three is close enough to a normal distribution.
    let sum = 0
    for (let i = 0; i < 3; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      sum += (state >>> 0) / 2 ** 32 - 0.5
    }
    return sum * 0.1
  }
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const base = 0.5 + 0.25 * Math.sin(x / 37) + 0.25 * Math.cos(y / 53)
      for (let c = 0; c < 3; c++) pixels[i++] = Math.min(1, Math.max(0, base + noise()))
    }
  return pixels
}
