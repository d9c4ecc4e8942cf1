// Random numbers: pcg3d of Jarzynski and Olano, of (column and channel, row, seed).

/** dst (height, width, channels), the part of a larger picture that begins at (left, top). */
export function random(dst: usize, width: i32, channels: i32, seed: u32, left: i32, top: i32, y0: i32, y1: i32): void {
  let q = dst + (<usize>(y0 * width * channels) << 2)
  for (let row = y0; row < y1; row++)
    for (let column = 0; column < width; column++)
      for (let c = 0; c < channels; c++) {
        let x = <u32>(column + left | c << 16) * 1664525 + 1013904223
        let y = <u32>(row + top) * 1664525 + 1013904223
        let z = seed * 1664525 + 1013904223
        x += y * z
        y += z * x
        z += x * y
        x ^= x >> 16
        y ^= y >> 16
        z ^= z >> 16
        x += y * z
        store<f32>(q, <f32>(x >> 8) * <f32>5.9604644775390625e-8)
        q += 4
      }
}
