/**
 * A scene to try the viewer with, made in the window, so that it needs no file and no licence: a trefoil knot of Gaussians over a
 * checkered floor. In the `.splat` format: 32 bytes a splat, position and standard deviations as float32, colour, opacity and
 * rotation (w, x, y, z) as bytes.
 */
import type { FileSource } from './source.ts'

const bytesEach = 32
/** Along the knot, around it, and along a side of the floor. */
const counts = { along: 900, around: 26, floor: 90 } as const

type Vec3 = readonly [number, number, number]

const add = (a: Vec3, b: Vec3, by = 1): Vec3 => [a[0] + b[0] * by, a[1] + b[1] * by, a[2] + b[2] * by]
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
const unit = (a: Vec3): Vec3 => {
  const length = Math.hypot(...a) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** The trefoil: https://en.wikipedia.org/wiki/Trefoil_knot. */
const knot = (t: number): Vec3 => [
  Math.sin(t) + 2 * Math.sin(2 * t),
  1.9 + Math.cos(t) - 2 * Math.cos(2 * t),
  -Math.sin(3 * t),
]

/** A colour of the cyclic cosine palette, 0 to 1 each. */
const hue = (t: number): Vec3 =>
  [0, 1, 2].map((c) => 0.55 + 0.4 * Math.cos(t - (c * 2 * Math.PI) / 3)) as unknown as Vec3

/** The bytes of the scene. */
export function sampleBytes(): Uint8Array<ArrayBuffer> {
  const { along, around, floor } = counts
  const total = along * around + floor * floor
  const bytes = new Uint8Array(total * bytesEach)
  const view = new DataView(bytes.buffer)
  let at = 0
  // Up is −y and the front −z, as in most captured scenes, which the viewer expects.
  const splat = ([x, y, z]: Vec3, sizes: Vec3, colour: Vec3): void => {
    for (const [i, value] of [x, -y, -z, ...sizes].entries()) view.setFloat32(at + 4 * i, value, true)
    for (const [i, value] of colour.entries())
      view.setUint8(at + 24 + i, Math.round(255 * Math.min(1, Math.max(0, value))))
    bytes.set([255, 255, 128, 128, 128], at + 27)
    at += bytesEach
  }
  const light = unit([0.4, 1, 0.5])
  for (let i = 0; i < along; i++) {
    const t = (2 * Math.PI * i) / along
    const centre = knot(t)
    const forward = unit(add(knot(t + 1e-3), centre, -1))
    const side = unit(cross(forward, [0.3, 0.2, 1]))
    const up = cross(side, forward)
    for (let j = 0; j < around; j++) {
      const angle = (2 * Math.PI * (j + (i % 2) / 2)) / around
      const out = add(
        [side[0] * Math.cos(angle), side[1] * Math.cos(angle), side[2] * Math.cos(angle)],
        up,
        Math.sin(angle),
      )
      const shade = 0.35 + 0.65 * Math.max(0, out[0] * light[0] + out[1] * light[1] + out[2] * light[2])
      const [r, g, b] = hue(2 * t)
      splat(add(centre, out, 0.42), [0.035, 0.035, 0.035], [r * shade, g * shade, b * shade])
    }
  }
  for (let i = 0; i < floor; i++)
    for (let j = 0; j < floor; j++) {
      const [x, z] = [(i / (floor - 1) - 0.5) * 9, (j / (floor - 1) - 0.5) * 9]
      const dark = (Math.floor(x + 9) + Math.floor(z + 9)) % 2 === 0
      splat([x, -1.75, z], [0.06, 0.012, 0.06], dark ? [0.28, 0.3, 0.34] : [0.8, 0.8, 0.78])
    }
  return bytes
}

export function sampleScene(): FileSource {
  const bytes = sampleBytes()
  return {
    name: 'sample.splat',
    size: bytes.length,
    read: async (onPart) => {
      onPart(bytes.length)
      return bytes.slice()
    },
  }
}
