/**
 * What a .las and a .laz have in common, versions 1.0 to 1.4 and point formats 0 to 10: their header, and how a point's bytes are
 * read. Places are whole numbers with a scale and an offset for each axis.
 * @see ASPRS, LAS Specification 1.4 R15
 */
import { SightlineError } from '../../../engine/types/problem.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { cloudScene } from './cloud.ts'
import { damaged, truncated } from './form.ts'

/** Of headers 1.0 to 1.3. */
const leastHeader = 227
/** Bytes of a point of each format, and where its colour is. */
const formats: readonly { readonly bytes: number; readonly colour?: number }[] = [
  { bytes: 20 },
  { bytes: 28 },
  { bytes: 26, colour: 20 },
  { bytes: 34, colour: 28 },
  { bytes: 57 },
  { bytes: 63, colour: 28 },
  { bytes: 30 },
  { bytes: 36, colour: 30 },
  { bytes: 38, colour: 30 },
  { bytes: 59 },
  { bytes: 67, colour: 30 },
]
/** Of the point format: LASzip sets the first; of both, old compressors set the second too. */
const [packedBit, oldBit] = [0x80, 0x40] as const

export interface LasHead {
  readonly format: number
  readonly packed: boolean
  /** Bytes of a point; a format's, and then others of the file's own. */
  readonly width: number
  readonly count: number
  /** Where points begin. */
  readonly start: number
  /** Where its records begin, and how many there are. */
  readonly records: { readonly at: number; readonly count: number }
  readonly scale: readonly number[]
  readonly offset: readonly number[]
}

/** Throws `scene.*`. */
export function readLasHead(bytes: Uint8Array, name: string): LasHead {
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 4)) !== 'LASF')
    throw new SightlineError('scene.not-a-scene', {
      ...{ name, given: 'it does not begin as a .las file does', known: 'las' },
    })
  if (bytes.length < leastHeader) throw truncated(name, bytes.length, leastHeader)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [major, minor] = [view.getUint8(24), view.getUint8(25)]
  if (major !== 1 || minor > 4) throw damaged(name, `version ${major}.${minor}`)
  const [start, id, width] = [view.getUint32(96, true), view.getUint8(104), view.getUint16(105, true)]
  if (id & oldBit) throw new SightlineError('scene.laz', { name, given: 'an old compressor' })
  const format = id & ~packedBit
  const known = formats[format]
  if (!known) throw damaged(name, `points of format ${format}`)
  if (width < known.bytes) throw damaged(name, `${width} bytes for a point of format ${format}`)
  const older = view.getUint32(107, true)
  const count = minor >= 4 && bytes.length >= 255 ? Number(view.getBigUint64(247, true)) || older : older
  const [scale, offset] = [131, 155].map((from) => [0, 1, 2].map((k) => view.getFloat64(from + 8 * k, true)))
  return {
    ...{ format, packed: (id & packedBit) !== 0, width, count, start, scale: scale ?? [], offset: offset ?? [] },
    records: { at: view.getUint16(94, true), count: view.getUint32(100, true) },
  }
}

/** Room for a file's points, which are put into it one by one. */
export function lasPoints({ format, count, scale, offset }: LasHead) {
  const colour = formats[format]?.colour
  const places = new Float64Array(3 * count)
  const colours = colour === undefined ? undefined : new Float32Array(3 * count)
  let most = 0
  return {
    /** Point `i`, as it lies at a place in some memory. */
    put: (i: number, view: DataView, at: number): void => {
      for (let k = 0; k < 3; k++) {
        places[3 * i + k] = view.getInt32(at + 4 * k, true) * (scale[k] ?? 1) + (offset[k] ?? 0)
        if (!colours) continue
        const level = view.getUint16(at + (colour ?? 0) + 2 * k, true)
        colours[3 * i + k] = level
        most = Math.max(most, level)
      }
    },
    /** Throws `scene.nothing` and `scene.too-large`. */
    scene: (name: string): SplatScene => {
      // 16 bits by the specification; many programs write 8. All black: there was no camera.
      if (colours) for (const [i, v] of colours.entries()) colours[i] = v / (most > 255 ? 65_535 : 255)
      return cloudScene({ places, ...(colours && most > 0 && { colours }) }, name)
    },
  }
}
