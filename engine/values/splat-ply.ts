/**
 * Writes splats as the .ply that 3D Gaussian splatting trains: opacities are logits, sizes are logarithms, `rot_0` is w, and the
 * harmonics of each channel follow one another.
 * @see https://github.com/graphdeco-inria/gaussian-splatting (save_ply)
 */

/** The numbers of splats, as `SplatsValue` has them. */
export interface SplatArrays {
  readonly means: Float32Array
  readonly quats: Float32Array
  readonly scales: Float32Array
  readonly opacities: Float32Array
  readonly sh: Float32Array
}

/** The logit of an opacity; those of 0 and 1, which are infinite, are those of the nearest that a float can hold. */
export const logit = (opacity: number): number => {
  const p = Math.max(2 ** -24, Math.min(1 - 2 ** -24, opacity))
  return Math.log(p / (1 - p))
}

/** Sizes of 0 have no logarithm. */
export const smallestSize = 1e-30

/** The whole file, little-endian. */
export function plyOf(
  { means, quats, scales, opacities, sh }: SplatArrays,
  { degree, antialiased }: { readonly degree: number; readonly antialiased: boolean },
): Uint8Array<ArrayBuffer> {
  const count = opacities.length
  const coefficients = (degree + 1) ** 2
  const rest = coefficients - 1
  const columns = [
    ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2'],
    ...Array.from({ length: 3 * rest }, (_, i) => `f_rest_${i}`),
    ...['opacity', 'scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
  ]
  const lines = ['ply', 'format binary_little_endian 1.0', ...(antialiased ? ['comment antialiased'] : [])]
  lines.push(`element vertex ${count}`, ...columns.map((name) => `property float ${name}`), 'end_header', '')
  const head = new TextEncoder().encode(lines.join('\n'))
  const width = columns.length
  const bytes = new Uint8Array(head.length + 4 * width * count)
  bytes.set(head)
  const rows = new DataView(bytes.buffer, head.length)
  for (let i = 0; i < count; i++) {
    let at = 4 * width * i
    const put = (value = 0): void => {
      rows.setFloat32(at, value, true)
      at += 4
    }
    for (let k = 0; k < 3; k++) put(means[3 * i + k])
    for (let k = 0; k < 3; k++) put(sh[3 * coefficients * i + k])
    for (let k = 0; k < 3; k++) for (let j = 1; j <= rest; j++) put(sh[3 * (coefficients * i + j) + k])
    put(logit(opacities[i] ?? 0))
    for (let k = 0; k < 3; k++) put(Math.log(Math.max(smallestSize, scales[3 * i + k] ?? 0)))
    for (let k = 0; k < 4; k++) put(quats[4 * i + k])
  }
  return bytes
}
