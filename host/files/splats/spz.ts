/**
 * Splats from and to .spz: versions 1 to 3 are one gzip stream, version 4 has a Zstandard stream an attribute; the numbers are the
 * same. This has the numbers, `index.ts` unpacks the streams.
 *
 * A .spz has y up and z backwards, a .ply (and the value `splats`) y down and z forward: everything is turned by half a turn
 * about x.
 * @see https://github.com/nianticlabs/spz
 */
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, fourth, half, type SplatFile, truncated } from './form.ts'

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

/** A table of what each byte stands for. */
const ofByte = (of: (byte: number) => number): Float64Array => Float64Array.from({ length: 256 }, (_, i) => of(i))
const sizeOf = ofByte((v) => Math.exp(v / 16 - 10))
const colourOf = ofByte((v) => (v / 255 - 0.5) / colourScale)
const opacityOf = ofByte((v) => v / 255)
/** By the sign of the harmonic. */
const harmonicOf = [ofByte((v) => (v - 128) / 128), ofByte((v) => (128 - v) / 128)] as const
/** The three smallest parts of a quaternion have 10 bits each, with the sign first. */
const partOf = Float64Array.from({ length: 1024 }, (_, v) => ((v >> 9 ? -1 : 1) * Math.SQRT1_2 * (v & 511)) / 511)

/** @param bytes unpacked: header and attributes. Throws `scene.*` */
export function openSpz(bytes: Uint8Array, name: string): SplatFile {
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
  const [p = 0, o = 0, c = 0, s = 0, r = 0, h = 0] = starts
  const unit = 2 ** -fraction
  const rest = 3 * restOf(given)

  function fillPlaces(means: Float32Array, from: number, to: number): void {
    for (let at = 3 * from; at < 3 * to; at++) {
      const place =
        version === 1
          ? half(view.getUint16(p + 2 * at, true))
          : unit *
            ((bytes[p + 3 * at] ?? 0) | ((bytes[p + 3 * at + 1] ?? 0) << 8) | (view.getInt8(p + 3 * at + 2) << 16))
      means[at] = at % 3 === 0 ? place : -place
    }
  }

  function fillRotations(quats: Float32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      // x, y, z, w in the file.
      let [x, y, z, w] = [0, 0, 0, 1]
      if (version >= 3) {
        const packed = view.getUint32(r + 4 * i, true)
        const first = partOf[(packed >>> 20) & 1023] ?? 0
        const second = partOf[(packed >>> 10) & 1023] ?? 0
        const third = partOf[packed & 1023] ?? 0
        const most = fourth(third, second, first)
        const largest = packed >>> 30
        x = largest === 0 ? most : first
        y = largest === 0 ? first : largest === 1 ? most : second
        z = largest < 2 ? second : largest === 2 ? most : third
        w = largest === 3 ? most : third
      } else {
        x = (bytes[r + 3 * i] ?? 0) / 127.5 - 1
        y = (bytes[r + 3 * i + 1] ?? 0) / 127.5 - 1
        z = (bytes[r + 3 * i + 2] ?? 0) / 127.5 - 1
        w = fourth(x, y, z)
      }
      quats[4 * i] = w
      quats[4 * i + 1] = x
      quats[4 * i + 2] = -y
      quats[4 * i + 3] = -z
    }
  }

  function fillHarmonics(sh: Float32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      let at = 3 * kept * i
      for (let k = 0; k < 3; k++) sh[at++] = colourOf[bytes[c + 3 * i + k] ?? 0] ?? 0
      let own = h + rest * i
      for (let j = 1; j < kept; j++) {
        const table = harmonicOf[sign(j) > 0 ? 0 : 1]
        for (let k = 0; k < 3; k++) sh[at++] = table[bytes[own++] ?? 0] ?? 0
      }
    }
  }

  return {
    ...{ count, degree, antialiased: (flags & antialiasedFlag) !== 0 },
    ...(given > 3 && { note: 'harmonics of degree 4 are left out' }),
    fill({ means, quats, scales, opacities, sh }, from, to) {
      fillPlaces(means, from, to)
      fillRotations(quats, from, to)
      fillHarmonics(sh, from, to)
      for (let i = from; i < to; i++) opacities[i] = opacityOf[bytes[o + i] ?? 0] ?? 0
      for (let at = 3 * from; at < 3 * to; at++) scales[at] = sizeOf[bytes[s + at] ?? 0] ?? 0
    },
  }
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
