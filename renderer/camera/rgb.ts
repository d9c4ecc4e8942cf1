/** The bytes of a picture without its opacity. */
export function rgbOf(rgba: Uint8ClampedArray): Uint8Array {
  const out = new Uint8Array((rgba.length / 4) * 3)
  for (let i = 0, o = 0; i < rgba.length; i += 4, o += 3) {
    out[o] = rgba[i] ?? 0
    out[o + 1] = rgba[i + 1] ?? 0
    out[o + 2] = rgba[i + 2] ?? 0
  }
  return out
}
