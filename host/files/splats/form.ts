/** What the readers of splats share. Files are of unknown origin: sizes are checked before anything is allocated. */
import { largestScene, megabytes } from '../../../engine/protocol/scene.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'

/** Where the data ends before its last number. */
export const truncated = (name: string, given: number, wanted: number | string = 'more'): SightlineError =>
  new SightlineError('scene.truncated', { name, given, wanted })

export const damaged = (name: string, message: string, cause?: unknown): SightlineError =>
  new SightlineError('scene.damaged', { name, message }, cause)

/** A file whose head is read. Its splats are read range by range, by any number of threads. */
export interface SplatFile {
  readonly count: number
  readonly degree: number
  readonly antialiased: boolean
  /** What is otherwise than in the file. */
  readonly note?: string
  /** Reads the numbers of the splats `from` to `to` (not including it) into their places. Throws `scene.damaged`. */
  fill(scene: SplatScene, from: number, to: number): void
}

/** Room for a file's splats. Throws `scene.nothing` and `scene.too-large`. */
export function roomOf({ count, degree, antialiased, note }: SplatFile, name: string): SplatScene {
  return { ...roomFor(count, degree, name), antialiased, ...(note !== undefined && { note }) }
}

/** All splats of a file. Throws `scene.*`. */
export function allOf(file: SplatFile, name: string): SplatScene {
  const scene = roomOf(file, name)
  file.fill(scene, 0, file.count)
  return scene
}

/** Numbers in shared memory: threads fill parts of them, and nothing is copied on the way back. */
const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length))

/** Throws `scene.nothing` and `scene.too-large`. */
export function checkRoom(count: number, degree: number, name: string): void {
  if (count === 0) throw new SightlineError('scene.nothing', { name })
  const coefficients = (degree + 1) ** 2
  const bytes = 4 * count * (3 + 4 + 3 + 1 + 3 * coefficients)
  // As floats, splats take several times what they take in a packed file.
  const limit = 2 * largestScene
  if (!(bytes <= limit))
    throw new SightlineError('scene.too-large', { name, given: megabytes(bytes), limit: megabytes(limit) })
}

/** Room for the numbers of `count` splats. Throws `scene.nothing` and `scene.too-large`. */
export function roomFor(count: number, degree: number, name: string): SplatScene {
  checkRoom(count, degree, name)
  const coefficients = (degree + 1) ** 2
  return {
    ...{ degree, antialiased: false, space: 'rgb' },
    means: shared(3 * count),
    quats: shared(4 * count),
    scales: shared(3 * count),
    opacities: shared(count),
    sh: shared(3 * coefficients * count),
  }
}

/** Coefficients of a channel, without the zeroth, for degrees 0 to 3. */
const rests = [0, 3, 8, 15] as const
export const degreeOf = (rest: number): number => rests.findLastIndex((count) => count <= rest)

/** The fourth of three components of a unit quaternion. */
export const fourth = (a: number, b: number, c: number): number => Math.sqrt(Math.max(0, 1 - a * a - b * b - c * c))

/** The rotation of splat `i` from three parts of a unit quaternion in their order; the one at `largest` is missing among them. */
export function setRotation(quats: Float32Array, i: number, largest: number, a: number, b: number, c: number): void {
  const most = fourth(a, b, c)
  quats[4 * i] = largest === 0 ? most : a
  quats[4 * i + 1] = largest === 0 ? a : largest === 1 ? most : b
  quats[4 * i + 2] = largest < 2 ? b : largest === 2 ? most : c
  quats[4 * i + 3] = largest === 3 ? most : c
}

/** A number of IEEE 754's binary16, by its bits. */
export function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024)
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}
