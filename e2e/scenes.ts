/** Small 3D scenes for the tests, written byte by byte in the format of common tools. */

export interface Splat {
  readonly at: readonly [number, number, number]
  /** Standard deviation, isotropic. */
  readonly size: number
  /** 0 to 1. */
  readonly colour: readonly [number, number, number]
  readonly opacity: number
}

/** The zeroth spherical harmonic: a colour is 0.5 + this × the coefficient. */
const harmonic = 0.5 / Math.sqrt(Math.PI)
const logit = (p: number): number => Math.log(p / (1 - p))

const names = [
  ...['x', 'y', 'z', 'nx', 'ny', 'nz', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity'],
  ...['scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
]

/** As in the reference implementation of Gaussian splatting: sizes as logarithms, opacities as logits. */
export function ply(splats: readonly Splat[]): Buffer {
  const header = ['ply', 'format binary_little_endian 1.0', `element vertex ${splats.length}`]
  for (const name of names) header.push(`property float ${name}`)
  const rows = splats.flatMap(({ at, size, colour, opacity }) => [
    ...[...at, 0, 0, 0],
    ...colour.map((c) => (c - 0.5) / harmonic),
    logit(opacity),
    ...[Math.log(size), Math.log(size), Math.log(size)],
    ...[1, 0, 0, 0],
  ])
  return Buffer.concat([
    Buffer.from(`${[...header, 'end_header'].join('\n')}\n`),
    Buffer.from(Float32Array.from(rows).buffer),
  ])
}

/** 32 bytes a splat: position and size as floats, colour, opacity and rotation as bytes. */
export function splat(splats: readonly Splat[]): Buffer {
  return Buffer.concat(
    splats.map(({ at, size, colour, opacity }) =>
      Buffer.concat([
        Buffer.from(Float32Array.of(...at, size, size, size).buffer),
        Buffer.from(Uint8Array.of(...[...colour, opacity].map((v) => Math.round(255 * v)), 255, 128, 128, 128)),
      ]),
    ),
  )
}
