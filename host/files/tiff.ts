/**
 * The tags of a TIFF's first picture, and what they mean for reading it. The picture library reads many TIFFs as something
 * else without a word (luma and chroma as red, green, blue), so only what is known to come out right is given to it.
 * @see TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
 */
import type { FileHandle } from 'node:fs/promises'
import type { Patch, RawTiff } from './tiff-raw.ts'
import type { Luma } from './ycbcr.ts'

/** How to read a TIFF: as it is, or what must be done with what the library gives. */
export interface TiffReading {
  /** Of the colours; opacity comes on top. */
  readonly colours: 1 | 3
  readonly opacity: boolean
  /** The numbers are Y, Cb, Cr, not subsampled, which the library does not convert. */
  readonly luma?: Luma
  /** Floating point numbers, which are kept as they are. */
  readonly float?: true
  /** What the library reads with other tags, as bare numbers. */
  readonly raw?: RawTiff
  /** The library gives an opacity that the file does not have. */
  readonly dropOpacity: boolean
  /** The library reports a block that it cannot decode only if it stops at warnings too. */
  readonly strict: boolean
  readonly note?: string
}

const tags = {
  width: 256,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  orientation: 274,
  samples: 277,
  planes: 284,
  predictor: 317,
  tileWidth: 322,
  inks: 332,
  extra: 338,
  format: 339,
  coefficients: 529,
  subsampling: 530,
  blackWhite: 532,
} as const
type Tags = Partial<Record<keyof typeof tags, readonly number[]>>
/** Where the entry of a tag begins. */
type Places = Partial<Record<keyof typeof tags, number>>

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
async function tagsOf(handle: FileHandle): Promise<{ found: Tags; places: Places }> {
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
  const places: Places = {}
  for (let at = 0; at < count * entry; at += entry) {
    const name = names.get(table.getUint16(at, little))
    const type = table.getUint16(at + 2, little)
    const size = sizes[type]
    if (!name || !size) continue
    const length = Math.min(mostValues, offset(table, at + 4))
    const place = at + entry - inline
    places[name] = start + (big ? 8 : 2) + at
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
  return { found, places }
}

const [gray, rgb, palette, inks, ycbcr, cieLab, iccLab] = [1, 2, 3, 5, 6, 8, 9] as const
const [plain, lzw, jpeg, deflate, packBits, oldDeflate, zstd] = [1, 5, 7, 8, 32773, 32946, 50000] as const

/** Photometric interpretations that are not read, by their names. */
const others: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  10: 'ITU Lab colours',
  32803: 'raw numbers of a sensor',
  32844: 'CIE LogL brightness',
  32845: 'CIE LogLuv colours',
  34892: 'raw numbers of a sensor',
}

const kinds: Readonly<Record<number, string>> = { 2: 'signed whole numbers', 3: 'floating point numbers' }

const subsampled = ({ subsampling = [2, 2] }: Tags): boolean => subsampling.some((every) => every !== 1)

/** "ITU Lab colours", if it is not read. */
function refusal(found: Tags): string | undefined {
  const photometric = found.photometric?.[0] ?? gray
  const bits = found.bits ?? [1]
  const [depth = 1] = bits
  if (found.compression?.[0] === 6) return 'old-style JPEG compression'
  const lab = isLab(photometric)
  if ((photometric > ycbcr && !lab) || photometric === 4) return others[photometric] ?? `colours of kind ${photometric}`
  const formats = new Set(found.format ?? [1])
  const [format = 1] = formats
  const float = formats.size === 1 && format === 3 && depth === 32 && (photometric === gray || photometric === rgb)
  // Of Lab, a and b are signed whatever the tag says.
  const whole = lab ? [...formats].every((each) => each === 1 || each === 2) : formats.size === 1 && format === 1
  if (!whole && !float) return kinds[format] ? `${depth}-bit ${kinds[format]}` : 'numbers of an unknown kind'
  if (bits.some((other) => other !== depth)) return `channels of different depth (${bits.join(', ')} bits)`
  const small = photometric <= gray || photometric === palette
  const twelve = photometric <= rgb && depth === 12
  const depths = small ? [1, 2, 4, 8, ...(photometric === palette ? [] : [16])] : photometric === ycbcr ? [8] : [8, 16]
  if (!float && !twelve && !depths.includes(depth))
    return `${photometric === ycbcr ? 'YCbCr' : 'whole'} numbers of ${depth} bits`
  const separate = found.planes?.[0] === 2 && (found.samples?.[0] ?? 1) > 1
  if (separate && found.tileWidth) return 'tiles with a plane for each channel'
  if (separate && photometric === ycbcr) return 'YCbCr colours in a plane for each channel'
  // Of these the library gives zeros where it cannot decode a tile, and says nothing.
  if (photometric === ycbcr && found.compression?.[0] !== jpeg && subsampled(found) && found.tileWidth)
    return 'tiles of subsampled colours'
  if (photometric === inks && (found.inks?.[0] ?? 1) !== 1) return 'inks that are not cyan, magenta, yellow and black'
  if (lab && found.compression?.[0] === jpeg) return 'Lab colours as JPEG'
  const rawly = twelve && twelveRefusal(found, separate)
  if (rawly) return rawly
  const stored = photometric === inks ? 4 : photometric === rgb || photometric === ycbcr || lab ? 3 : 1
  const samples = found.samples?.[0] ?? 1
  const more = samples - stored
  if (photometric === palette && more === 1 && found.extra?.[0] === 1) return 'a palette with premultiplied opacity'
  const bare = photometric === inks || photometric === ycbcr || lab || twelve || depth < 8 || (float && stored === 1)
  return more < 0 || more > (bare ? 0 : 1) ? `${samples} channels, of which ${stored} are colours` : undefined
}

const isLab = (photometric: number): boolean => photometric === cieLab || photometric === iccLab

/** Rows of 12-bit numbers are unpacked here, so nothing else may be done with them. */
function twelveRefusal(found: Tags, separate: boolean): string | undefined {
  const known: readonly number[] = [plain, lzw, deflate, packBits, oldDeflate, zstd]
  const bare =
    !found.tileWidth &&
    !separate &&
    known.includes(found.compression?.[0] ?? plain) &&
    [found.predictor, found.fillOrder, found.orientation].every((tag) => (tag?.[0] ?? 1) === 1)
  return bare ? undefined : 'numbers of 12 bits in tiles, in planes, turned, or compressed in a rare way'
}

/** How to read it with other tags, if the library does not read it with its own. */
function rawOf(found: Tags, places: Places): RawTiff | undefined {
  const photometric = found.photometric?.[0] ?? gray
  const set = (tag: keyof typeof tags, value: number): Patch[] => {
    const at = places[tag]
    return at === undefined ? [] : [{ at, value }]
  }
  if (isLab(photometric))
    return {
      kind: 'lab',
      coding: photometric === iccLab ? 'icc' : 'cie',
      depth: found.bits?.[0] === 16 ? 16 : 8,
      // Whole numbers without a sign, for the library.
      patches: [...set('photometric', rgb), ...set('format', 1)],
    }
  if (found.bits?.[0] !== 12) return undefined
  const channels = photometric === rgb ? 3 : 1
  const [width = 0] = found.width ?? []
  return {
    ...{ kind: 'twelve', width, channels, whiteIsZero: photometric === 0 },
    patches: [
      ...set('width', Math.ceil((width * channels * 12) / 8)),
      ...set('bits', 8),
      ...set('samples', 1),
      ...set('photometric', gray),
    ],
  }
}

/** Throws a RangeError where the file ends in its tags. */
export async function readTiff(handle: FileHandle): Promise<TiffReading | { readonly refused: string }> {
  const { found, places } = await tagsOf(handle)
  const refused = refusal(found)
  if (refused !== undefined) return { refused }
  const photometric = found.photometric?.[0] ?? gray
  const colours = photometric <= gray ? 1 : 3
  const extra = (found.samples?.[0] ?? 1) > (photometric === inks ? 4 : photometric === palette ? 1 : colours)
  // As libtiff has it: a fourth channel of RGB without a meaning is opacity, a second one of gray or of a palette is not.
  const meaning = found.extra?.[0] ?? 0
  const opacity = extra && (meaning !== 0 || photometric === rgb)
  const raw = rawOf(found, places)
  const bare = {
    ...({ colours, opacity, dropOpacity: extra && !opacity, strict: false } as const),
    ...(found.format?.[0] === 3 && { float: true as const }),
    ...(raw && { raw }),
  }
  if (extra && meaning === 0)
    return { ...bare, note: opacity ? 'its fourth channel was taken as opacity' : 'its second channel was left out' }
  if (photometric !== ycbcr || found.compression?.[0] === jpeg) return bare
  if (subsampled(found)) return { ...bare, dropOpacity: true, strict: true }
  const { coefficients, blackWhite } = found
  return { ...bare, luma: { ...(coefficients && { coefficients }), ...(blackWhite && { blackWhite }) } }
}
