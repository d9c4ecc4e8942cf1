/** What the readers of splats share. Files are of unknown origin: sizes are checked before anything is allocated. */
import { largestScene, megabytes } from '../../../engine/protocol/scene.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'

/** A colour is 0.5 + this × the zeroth coefficient: the constant harmonic. */
export const harmonic = 0.28209479177387814

/** Where the data ends before its last number. */
export const truncated = (name: string, given: number, wanted: number | string = 'more'): SightlineError =>
  new SightlineError('scene.truncated', { name, given, wanted })

export const damaged = (name: string, message: string, cause?: unknown): SightlineError =>
  new SightlineError('scene.damaged', { name, message }, cause)

/** Room for the numbers of `count` splats. Throws `scene.nothing` and `scene.too-large`. */
export function roomFor(count: number, degree: number, name: string): SplatScene {
  if (count === 0) throw new SightlineError('scene.nothing', { name })
  const coefficients = (degree + 1) ** 2
  const bytes = 4 * count * (3 + 4 + 3 + 1 + 3 * coefficients)
  // As floats, splats take several times what they take in a packed file.
  const limit = 2 * largestScene
  if (!(bytes <= limit))
    throw new SightlineError('scene.too-large', { name, given: megabytes(bytes), limit: megabytes(limit) })
  return {
    ...{ degree, antialiased: false, space: 'rgb' },
    means: new Float32Array(3 * count),
    quats: new Float32Array(4 * count),
    scales: new Float32Array(3 * count),
    opacities: new Float32Array(count),
    sh: new Float32Array(3 * coefficients * count),
  }
}

/** Coefficients of a channel, without the zeroth, for degrees 0 to 3. */
const rests = [0, 3, 8, 15] as const
export const degreeOf = (rest: number): number => rests.findLastIndex((count) => count <= rest)

/** The fourth of three components of a unit quaternion. */
export const fourth = (a: number, b: number, c: number): number => Math.sqrt(Math.max(0, 1 - a * a - b * b - c * c))

/** A number of IEEE 754's binary16, by its bits. */
export function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024)
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}
