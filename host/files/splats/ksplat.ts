/**
 * Splats from a .ksplat: sections of splats of one layout each. At compression levels 1 and 2 places are 16 bits from the centre of
 * a bucket, sizes and rotations are binary16; at level 2 harmonics have 8 bits. Its makers write no harmonics beyond degree 2.
 * @see https://github.com/mkkellogg/GaussianSplats3D (SplatBuffer, version 0.1)
 */
import { harmonics } from '../../../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, half, roomFor, truncated } from './form.ts'

const [headerBytes, sectionBytes] = [4096, 1024] as const
/** Of a place, a size, a rotation's number and a harmonic, at each level. */
const widths = [
  { place: 4, harmonic: 4 },
  { place: 2, harmonic: 2 },
  { place: 2, harmonic: 1 },
] as const
/** Levels 1 and 2 count places from −this to this. */
const usualRange = 32_767
/** Of harmonics at level 2, where the header has none. */
const usualHarmonics = 1.5

interface Section {
  readonly count: number
  readonly degree: number
  /** Splats in a full bucket. */
  readonly bucket: number
  /** Full buckets, which come first. */
  readonly full: number
  /** Where the numbers of splats in the other buckets are, and how many buckets those are. */
  readonly partial: number
  readonly partials: number
  readonly centres: number
  readonly buckets: number
  readonly data: number
  readonly width: number
  readonly unit: number
  readonly range: number
}

/** Where each section lies. Throws `scene.*` */
function sectionsOf(view: DataView, level: 0 | 1 | 2, name: string): readonly Section[] {
  const most = view.getUint32(4, true)
  let from = headerBytes + sectionBytes * most
  if (view.byteLength < from) throw truncated(name, view.byteLength, from)
  const sections: Section[] = []
  for (let i = 0; i < most; i++) {
    const at = headerBytes + sectionBytes * i
    const word = (offset: number): number => view.getUint32(at + offset, true)
    const [count, room, bucket, buckets] = [word(0), word(4), word(8), word(12)]
    const [side, centreBytes, range] = [view.getFloat32(at + 16, true), view.getUint16(at + 20, true), word(24)]
    const [full, partials, degree] = [word(32), word(36), view.getUint16(at + 40, true)]
    if (degree > 3) throw damaged(name, `harmonics of degree ${degree}`)
    if (count > room) throw damaged(name, `${count} splats in a section of ${room}`)
    if (level > 0 && buckets > 0 && centreBytes < 12) throw damaged(name, `${centreBytes} bytes for a bucket`)
    const { place, harmonic: each } = widths[level]
    const width = 10 * place + 4 + 3 * ((degree + 1) ** 2 - 1) * each
    const centres = from + 4 * partials
    const data = centres + centreBytes * buckets
    from = data + width * room
    if (view.byteLength < from) throw truncated(name, view.byteLength, from)
    const steps = range || usualRange
    const own = {
      count,
      degree,
      bucket,
      full,
      partial: centres - 4 * partials,
      partials,
      centres,
      buckets,
      data,
      width,
    }
    sections.push({ ...own, unit: side / 2 / steps, range: steps })
  }
  return sections
}

/** The bucket of each splat of a section, in their order. */
function* bucketsOf(view: DataView, { bucket, full, partial, partials, buckets }: Section, name: string) {
  for (let of = 0; of < full && bucket > 0; of++) for (let i = 0; i < bucket; i++) yield of
  for (let of = 0; of < partials; of++)
    for (let left = view.getUint32(partial + 4 * of, true); left > 0; left--) yield full + of
  throw damaged(name, `more splats than its ${buckets} buckets hold`)
}

/** Throws `scene.*`. */
export function readKsplat(bytes: Uint8Array, name: string): SplatScene {
  if (bytes.length < headerBytes) throw truncated(name, bytes.length, headerBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [major = 0, minor = 0] = bytes
  const level = view.getUint16(20, true)
  if (major !== 0 || minor < 1) throw damaged(name, `version ${major}.${minor}`)
  if (level !== 0 && level !== 1 && level !== 2) throw damaged(name, `compression level ${level}`)
  const [low, high] = [view.getFloat32(36, true) || -usualHarmonics, view.getFloat32(40, true) || usualHarmonics]
  const sections = sectionsOf(view, level, name)
  const degree = Math.max(0, ...sections.map((section) => section.degree))
  const kept = (degree + 1) ** 2
  const scene = roomFor(
    sections.reduce((sum, { count }) => sum + count, 0),
    degree,
    name,
  )
  const { means, quats, scales, opacities, sh } = scene
  const { place, harmonic: each } = widths[level]
  const number = (at: number): number => (level === 0 ? view.getFloat32(at, true) : half(view.getUint16(at, true)))
  const coefficient = (at: number): number => (level === 2 ? low + ((high - low) * (bytes[at] ?? 0)) / 255 : number(at))
  let i = 0
  for (const section of sections) {
    const buckets = level > 0 ? bucketsOf(view, section, name) : undefined
    for (let own = 0; own < section.count; own++, i++) {
      const at = section.data + section.width * own
      const bucket = buckets?.next().value ?? 0
      if (buckets && bucket >= section.buckets) throw damaged(name, `bucket ${bucket} of ${section.buckets}`)
      for (let k = 0; k < 3; k++) {
        means[3 * i + k] = buckets
          ? (view.getUint16(at + 2 * k, true) - section.range) * section.unit +
            view.getFloat32(section.centres + 12 * bucket + 4 * k, true)
          : view.getFloat32(at + 4 * k, true)
        scales[3 * i + k] = number(at + place * (3 + k))
      }
      for (let k = 0; k < 4; k++) quats[4 * i + k] = number(at + place * (6 + k))
      const colour = at + 10 * place
      for (let k = 0; k < 3; k++) sh[3 * kept * i + k] = ((bytes[colour + k] ?? 0) / 255 - 0.5) / harmonics.c0
      opacities[i] = (bytes[colour + 3] ?? 0) / 255
      // Degree by degree, and in each channel by channel.
      let from = colour + 4
      for (let l = 1; l <= section.degree; l++)
        for (let k = 0; k < 3; k++)
          for (let m = 0; m <= 2 * l; m++, from += each) sh[3 * (kept * i + l * l + m) + k] = coefficient(from)
    }
  }
  return scene
}
