/**
 * Splats from and to .spz: versions 1 to 3 are one gzip stream, version 4 has a Zstandard stream an attribute; the numbers are the
 * same. This has the numbers, `index.ts` unpacks the streams.
 *
 * A .spz has y up and z backwards, a .ply (and the value `splats`) y down and z forward: everything is turned by half a turn
 * about x.
 * @see https://github.com/nianticlabs/spz
 */
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, fourth, half, roomFor, truncated } from './form.ts'

export const spzMagic = 0x5053474e
const headerBytes = 16
const antialiasedFlag = 1
/** Of a degree, beyond the zeroth. The format has one degree more than splats. */
const restOf = (degree: number): number => (degree + 1) ** 2 - 1
const colourScale = 0.15
/** What half a turn about x does to x, y, z, and to the harmonics of degrees 0 to 3. */
const turned = [1, -1, -1] as const
const turnedHarmonics = [1, -1, -1, 1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1] as const
const sign = (j: number): number => turnedHarmonics[j] ?? 1

/** Bytes of one splat in its attributes, one after the other: positions, opacities, colours, sizes, rotations, harmonics. */
export const spzBytes = (version: number, degree: number): readonly number[] => [
  version === 1 ? 6 : 9,
  1,
  3,
  3,
  version >= 3 ? 4 : 3,
  3 * restOf(degree),
]

/** @param bytes unpacked: header and attributes. Throws `scene.*` */
export function readSpz(bytes: Uint8Array, name: string): SplatScene {
  if (bytes.length < headerBytes) throw truncated(name, bytes.length, headerBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== spzMagic) throw damaged(name, 'it does not begin as a .spz file does')
  const [version, count] = [view.getUint32(4, true), view.getUint32(8, true)]
  const [given = 0, fraction = 0, flags = 0] = bytes.subarray(12, 15)
  if (version < 1 || version > 4) throw damaged(name, `version ${version}`)
  if (given > 4) throw damaged(name, `harmonics of degree ${given}`)
  const sizes = spzBytes(version, given)
  const starts = sizes.map((_, i) => headerBytes + count * sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const wanted = headerBytes + count * sizes.reduce((a, b) => a + b, 0)
  if (bytes.length < wanted) throw truncated(name, bytes.length, wanted)
  const degree = Math.min(3, given)
  const kept = (degree + 1) ** 2
  const scene = roomFor(count, degree, name)
  const { means, quats, scales, opacities, sh } = scene
  const [p = 0, o = 0, c = 0, s = 0, r = 0, h = 0] = starts
  const unit = 2 ** -fraction
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const at = p + (version === 1 ? 6 : 9) * i + (version === 1 ? 2 : 3) * k
      const place =
        version === 1
          ? half(view.getUint16(at, true))
          : unit * ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | (view.getInt8(at + 2) << 16))
      means[3 * i + k] = (turned[k] ?? 1) * place
      scales[3 * i + k] = Math.exp((bytes[s + 3 * i + k] ?? 0) / 16 - 10)
      sh[3 * kept * i + k] = ((bytes[c + 3 * i + k] ?? 0) / 255 - 0.5) / colourScale
      for (let j = 1; j < kept; j++)
        sh[3 * (kept * i + j) + k] = (sign(j) * ((bytes[h + 3 * (restOf(given) * i + j - 1) + k] ?? 0) - 128)) / 128
    }
    opacities[i] = (bytes[o + i] ?? 0) / 255
    // x, y, z, w in the file.
    let [x, y, z, w] = [0, 0, 0, 1]
    if (version >= 3) {
      const packed = view.getUint32(r + 4 * i, true)
      const all: number[] = []
      const largest = packed >>> 30
      let [left, squares] = [packed, 0]
      for (let k = 3; k >= 0; k--) {
        if (k === largest) continue
        const size = (Math.SQRT1_2 * (left & 511)) / 511
        all[k] = (left >>> 9) & 1 ? -size : size
        squares += size * size
        left >>>= 10
      }
      all[largest] = Math.sqrt(Math.max(0, 1 - squares))
      ;[x = 0, y = 0, z = 0, w = 0] = all
    } else {
      ;[x = 0, y = 0, z = 0] = [0, 1, 2].map((k) => (bytes[r + 3 * i + k] ?? 0) / 127.5 - 1)
      w = fourth(x, y, z)
    }
    quats.set([w, x, -y, -z], 4 * i)
  }
  const note = given > 3 ? 'harmonics of degree 4 are left out' : undefined
  return { ...scene, antialiased: (flags & antialiasedFlag) !== 0, ...(note && { note }) }
}

const byte = (v: number): number => Math.max(0, Math.min(255, Math.round(v)))

/** Version 3, unpacked. Loses all but 24 bits of places, 8 of colours, opacities, sizes and harmonics, and 10 of rotations. */
export function writeSpz({
  means,
  quats,
  scales,
  opacities,
  sh,
  degree,
  antialiased,
}: SplatScene): Uint8Array<ArrayBuffer> {
  const count = opacities.length
  const sizes = spzBytes(3, degree)
  const bytes = new Uint8Array(headerBytes + count * sizes.reduce((a, b) => a + b, 0))
  const view = new DataView(bytes.buffer)
  let far = 0
  for (const v of means) if (Number.isFinite(v)) far = Math.max(far, Math.abs(v))
  // 24 bits with a sign: as many of them behind the point as the farthest splat leaves.
  const fraction = Math.max(0, Math.min(20, Math.floor(Math.log2((2 ** 23 - 1) / Math.max(far, 1e-6)))))
  view.setUint32(0, spzMagic, true)
  view.setUint32(4, 3, true)
  view.setUint32(8, count, true)
  bytes.set([degree, fraction, antialiased ? antialiasedFlag : 0], 12)
  const starts = sizes.map((_, i) => headerBytes + count * sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const [p = 0, o = 0, c = 0, s = 0, r = 0, h = 0] = starts
  const [rest, kept] = [restOf(degree), (degree + 1) ** 2]
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const fixed = Math.max(
        -(2 ** 23),
        Math.min(2 ** 23 - 1, Math.round((turned[k] ?? 1) * (means[3 * i + k] ?? 0) * 2 ** fraction)),
      )
      for (let b = 0; b < 3; b++) bytes[p + 9 * i + 3 * k + b] = (fixed >> (8 * b)) & 255
      bytes[s + 3 * i + k] = byte(16 * (Math.log(Math.max(1e-30, scales[3 * i + k] ?? 0)) + 10))
      bytes[c + 3 * i + k] = byte(255 * (colourScale * (sh[3 * kept * i + k] ?? 0) + 0.5))
      for (let j = 1; j < kept; j++)
        bytes[h + 3 * (rest * i + j - 1) + k] = byte(128 * sign(j) * (sh[3 * (kept * i + j) + k] ?? 0) + 128)
    }
    bytes[o + i] = byte(255 * (opacities[i] ?? 0))
    const [w = 1, x = 0, y = 0, z = 0] = quats.subarray(4 * i, 4 * i + 4)
    const length = Math.hypot(w, x, y, z) || 1
    const all = [x / length, -y / length, -z / length, w / length]
    let largest = 3
    for (let k = 0; k < 3; k++) if (Math.abs(all[k] ?? 0) > Math.abs(all[largest] ?? 0)) largest = k
    const turn = (all[largest] ?? 0) < 0 ? -1 : 1
    let packed = largest
    for (let k = 0; k < 4; k++) {
      if (k === largest) continue
      const v = turn * (all[k] ?? 0)
      packed = packed * 1024 + (v < 0 ? 512 : 0) + Math.min(511, Math.round(511 * Math.SQRT2 * Math.abs(v)))
    }
    view.setUint32(r + 4 * i, packed, true)
  }
  return bytes
}
