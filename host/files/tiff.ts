/**
 * The tags of a TIFF's first picture, and what they mean for reading it. The picture library reads many TIFFs as something
 * else without a word (luma and chroma as red, green, blue), so only what is known to come out right is given to it.
 * @see TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
 */
import type { FileHandle } from 'node:fs/promises'
import type { Luma } from './ycbcr.ts'

/** How to read a TIFF: as it is, or what must be done with what the library gives. */
export interface TiffReading {
  /** Of the colours; opacity comes on top. */
  readonly colours: 1 | 3
  readonly opacity: boolean
  /** The numbers are Y, Cb, Cr, not subsampled, which the library does not convert. */
  readonly luma?: Luma
  /** The library gives an opacity that the file does not have. */
  readonly dropOpacity: boolean
  /** The library reports a block that it cannot decode only if it stops at warnings too. */
  readonly strict: boolean
  readonly note?: string
}

const tags = {
  bits: 258,
  compression: 259,
  photometric: 262,
  samples: 277,
  planes: 284,
  tileWidth: 322,
  inks: 332,
  extra: 338,
  format: 339,
  coefficients: 529,
  subsampling: 530,
  blackWhite: 532,
} as const
type Tags = Partial<Record<keyof typeof tags, readonly number[]>>

/** Bytes of one value of each type; the other types have no number that is needed here. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 16: 8 }
/** More values of one tag than any of these can have. */
const mostValues = 64
const mostEntries = 4096

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<DataView> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead < length) throw new RangeError('the file ends in its tags')
  return new DataView(buffer.buffer, buffer.byteOffset, length)
}

/** Throws a RangeError where the file ends too early. */
async function tagsOf(handle: FileHandle): Promise<Tags> {
  const head = await bytesAt(handle, 0, 8)
  const little = head.getUint8(0) === 0x49
  const big = head.getUint16(2, little) === 43
  const offset = (view: DataView, at: number): number =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little)
  const start = big ? offset(await bytesAt(handle, 8, 8), 0) : offset(head, 4)
  const counted = await bytesAt(handle, start, big ? 8 : 2)
  const count = Math.min(mostEntries, big ? offset(counted, 0) : counted.getUint16(0, little))
  const [entry, inline] = big ? [20, 8] : [12, 4]
  const table = await bytesAt(handle, start + (big ? 8 : 2), count * entry)
  const names = new Map<number, keyof Tags>(Object.entries(tags).map(([name, tag]) => [tag, name as keyof Tags]))
  const found: Tags = {}
  for (let at = 0; at < count * entry; at += entry) {
    const name = names.get(table.getUint16(at, little))
    const type = table.getUint16(at + 2, little)
    const size = sizes[type]
    if (!name || !size) continue
    const length = Math.min(mostValues, offset(table, at + 4))
    const place = at + entry - inline
    const values =
      length * size <= inline
        ? new DataView(table.buffer, table.byteOffset + place, inline)
        : await bytesAt(handle, offset(table, place), length * size)
    found[name] = Array.from({ length }, (_, i) => {
      const here = i * size
      if (type === 1) return values.getUint8(here)
      if (type === 3) return values.getUint16(here, little)
      if (type === 5) return values.getUint32(here, little) / values.getUint32(here + 4, little)
      return type === 16 ? Number(values.getBigUint64(here, little)) : values.getUint32(here, little)
    })
  }
  return found
}

const [gray, rgb, palette, inks, ycbcr] = [1, 2, 3, 5, 6] as const
const jpeg = 7

/** Photometric interpretations that are not read, by their names. */
const others: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  8: 'CIELab colours',
  9: 'ICC Lab colours',
  10: 'ITU Lab colours',
  32803: 'raw numbers of a sensor',
  32844: 'CIE LogL brightness',
  32845: 'CIE LogLuv colours',
  34892: 'raw numbers of a sensor',
}

const kinds: Readonly<Record<number, string>> = { 2: 'signed whole numbers', 3: 'floating point numbers' }

const subsampled = ({ subsampling = [2, 2] }: Tags): boolean => subsampling.some((every) => every !== 1)

/** "CIELab colours", if it is not read. */
function refusal(found: Tags): string | undefined {
  const photometric = found.photometric?.[0] ?? gray
  const bits = found.bits ?? [1]
  const [depth = 1] = bits
  if (found.compression?.[0] === 6) return 'old-style JPEG compression'
  if (photometric > ycbcr || photometric === 4) return others[photometric] ?? `colours of kind ${photometric}`
  const format = found.format?.[0] ?? 1
  if (format !== 1) return kinds[format] ? `${depth}-bit ${kinds[format]}` : 'numbers of an unknown kind'
  if (bits.some((other) => other !== depth)) return `channels of different depth (${bits.join(', ')} bits)`
  const small = photometric <= gray || photometric === palette
  const depths = small ? [1, 2, 4, 8, ...(photometric === palette ? [] : [16])] : photometric === ycbcr ? [8] : [8, 16]
  if (!depths.includes(depth)) return `${photometric === ycbcr ? 'YCbCr' : 'whole'} numbers of ${depth} bits`
  const separate = found.planes?.[0] === 2 && (found.samples?.[0] ?? 1) > 1
  if (separate && found.tileWidth) return 'tiles with a plane for each channel'
  if (separate && photometric === ycbcr) return 'YCbCr colours in a plane for each channel'
  // Of these the library gives zeros where it cannot decode a tile, and says nothing.
  if (photometric === ycbcr && found.compression?.[0] !== jpeg && subsampled(found) && found.tileWidth)
    return 'tiles of subsampled colours'
  if (photometric === inks && (found.inks?.[0] ?? 1) !== 1) return 'inks that are not cyan, magenta, yellow and black'
  const stored = photometric === inks ? 4 : photometric === rgb || photometric === ycbcr ? 3 : 1
  const samples = found.samples?.[0] ?? 1
  const more = samples - stored
  if (photometric === palette && more === 1 && found.extra?.[0] === 1) return 'a palette with premultiplied opacity'
  const room = photometric === inks || photometric === ycbcr || depth < 8 ? 0 : 1
  return more < 0 || more > room ? `${samples} channels, of which ${stored} are colours` : undefined
}

/** Throws a RangeError where the file ends in its tags. */
export async function readTiff(handle: FileHandle): Promise<TiffReading | { readonly refused: string }> {
  const found = await tagsOf(handle)
  const refused = refusal(found)
  if (refused !== undefined) return { refused }
  const photometric = found.photometric?.[0] ?? gray
  const colours = photometric <= gray ? 1 : 3
  const extra = (found.samples?.[0] ?? 1) > (photometric === inks ? 4 : photometric === palette ? 1 : colours)
  // As libtiff has it: a fourth channel of RGB without a meaning is opacity, a second one of gray or of a palette is not.
  const meaning = found.extra?.[0] ?? 0
  const opacity = extra && (meaning !== 0 || photometric === rgb)
  const plain = { colours, opacity, dropOpacity: extra && !opacity, strict: false } as const
  if (extra && meaning === 0)
    return { ...plain, note: opacity ? 'its fourth channel was taken as opacity' : 'its second channel was left out' }
  if (photometric !== ycbcr || found.compression?.[0] === jpeg) return plain
  if (subsampled(found)) return { ...plain, dropOpacity: true, strict: true }
  const { coefficients, blackWhite } = found
  return { ...plain, luma: { ...(coefficients && { coefficients }), ...(blackWhite && { blackWhite }) } }
}
