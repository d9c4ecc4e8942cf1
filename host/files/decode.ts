/**
 * Reads pictures with sharp: header (`probeFile`) and pixels (`decodeFile`). EXIF orientation is applied, an embedded colour
 * profile is converted to sRGB, alpha stays straight, gray stays one channel, 16 bit stay 16 bit. What the library would read as
 * something else is read otherwise or refused (`tiff.ts`).
 */
import { extname } from 'node:path'
import type { Metadata } from 'sharp'
import { type PictureFormat, pictureExtensions, pictureFormats } from '../../engine/types/pictures.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { mostMegapixels, type Picture, type PictureInfo } from '../../engine/types/services.ts'
import { grayTable, isSrgb, readProfile } from './icc.ts'
import { withFile } from './open.ts'
import { decoderMessage, decoderProblem, warningOf } from './problems.ts'
import { isOwn, type OwnFormat, ownInfo, ownPixels } from './readers/index.ts'
import { NotRead } from './readers/reader.ts'
import { loadSharp } from './sharp.ts'
import { sniff, sniffBytes } from './sniff.ts'
import { inStretches } from './stretches.ts'
import { readTiff, type TiffReading } from './tiff.ts'
import { fromLab, fromTwelveBits, patched } from './tiff-raw.ts'
import { toRgb } from './ycbcr.ts'

/** Whether a file is a picture by its name. */
export const isPictureName = (name: string): boolean => pictureExtensions.includes(extname(name).slice(1).toLowerCase())

/** A file to read: where it is, and the user's name for it. */
export interface FileRef {
  readonly real: string
  readonly shown: string
}

interface Header extends PictureInfo {
  /** A reader of our own makes the pixels. */
  readonly own?: OwnFormat
  /** For high-bit-depth AVIF: 10 or 12 bits that the decoder returns in the upper bits of 16. */
  readonly bits: number
  readonly convertProfile: boolean
  readonly ignoreProfile: boolean
  /** What each gray number becomes in sRGB. */
  readonly table?: Uint16Array
  readonly tiff?: TiffReading
}

/** What a reader of our own throws, as a problem. */
function ownProblem(error: unknown, shown: string): SightlineError {
  if (error instanceof NotRead)
    return new SightlineError('file.unsupported', { path: shown, given: error.message }, error)
  return decoderProblem(error, shown)
}

interface Format {
  readonly format: PictureFormat
  readonly tiff?: TiffReading
  /** The header, if a reader of our own reads it. */
  readonly own?: PictureInfo
}

/**
 * The format by the first bytes, and how to read it if it is a TIFF.
 * @throws `file.missing`, `file.empty`, `file.not-a-picture`, `file.unsupported`, ...
 */
const formatOf = ({ real, shown }: FileRef): Promise<Format> =>
  withFile(real, shown, async (handle) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
    const { format, words } = sniff(buffer.subarray(0, bytesRead))
    if (!format) throw new SightlineError('file.not-a-picture', { path: shown, given: words })
    if (isOwn(format)) {
      const own = await ownInfo(format, handle).catch((error: unknown) => {
        throw ownProblem(error, shown)
      })
      return { format, own }
    }
    if (format !== 'tiff') return { format }
    const tiff = await readTiff(handle).catch((error: unknown) => {
      throw error instanceof RangeError ? decoderProblem(error, shown) : error
    })
    if ('refused' in tiff) throw new SightlineError('file.unsupported', { path: shown, given: tiff.refused })
    return { format, tiff }
  })

/** What the library reads: the file, or its bytes with other tags. */
const sourceOf = async ({ real, shown }: FileRef, tiff: TiffReading | undefined): Promise<string | Buffer> =>
  tiff?.raw ? patched(await withFile(real, shown, (handle) => handle.readFile()), tiff.raw.patches) : real

async function metadataOf(file: FileRef, tiff: TiffReading | undefined): Promise<Metadata> {
  const { shown } = file
  const [sharp, source] = [await loadSharp(), await sourceOf(file, tiff)]
  try {
    return await sharp(source, { limitInputPixels: false, failOn: 'none' }).metadata()
  } catch (error) {
    throw decoderProblem(error, shown)
  }
}

/** What is done to the colours, in words. */
function colourOf(
  meta: Metadata,
  tiff: TiffReading | undefined,
): Pick<Header, 'convertProfile' | 'ignoreProfile' | 'table'> & { words?: string } {
  const profile = meta.icc && readProfile(meta.icc)
  const named = profile?.name ? ` (${profile.name})` : ''
  if (tiff?.raw?.kind === 'lab')
    return { convertProfile: false, ignoreProfile: true, words: 'converted from Lab to sRGB' }
  if (profile && (tiff?.luma || tiff?.float || tiff?.raw))
    return { convertProfile: false, ignoreProfile: true, words: `its colour profile${named} was not applied` }
  if (meta.space === 'cmyk')
    return { convertProfile: true, ignoreProfile: false, words: `converted from CMYK${named} to sRGB` }
  if (!profile) return { convertProfile: false, ignoreProfile: false }
  const gray = meta.space === 'b-w' || meta.space === 'grey16'
  if (!profile.valid || profile.space !== (gray ? 'GRAY' : 'RGB '))
    return { convertProfile: false, ignoreProfile: true, words: 'its colour profile is damaged and was ignored' }
  if (isSrgb(profile.name)) return { convertProfile: false, ignoreProfile: true }
  if (gray && meta.icc) {
    // sharp applies gray profiles to 8 bits only.
    const table = grayTable(meta.icc, meta.space === 'grey16' ? 65535 : 255)
    const ignored = { convertProfile: false, ignoreProfile: true } as const
    if (table === 'same') return ignored
    if (!table) return { ...ignored, words: `its gray profile${named} was not applied` }
    return { ...ignored, table, words: `converted from ${profile.name ?? 'its gray profile'} to sRGB` }
  }
  return {
    convertProfile: true,
    ignoreProfile: false,
    words: `converted from ${profile.name ?? 'its colour profile'} to sRGB`,
  }
}

/** "named .jpg, but a PNG picture" */
function nameNote(shown: string, format: PictureFormat): string | undefined {
  const extension = extname(shown).toLowerCase()
  const own: readonly string[] = pictureFormats[format]
  return isPictureName(shown) && !own.includes(extension.slice(1))
    ? `named ${extension}, but a ${format.toUpperCase()} picture`
    : undefined
}

async function headerOf(file: FileRef): Promise<Header> {
  const { format, tiff, own } = await formatOf(file)
  if (own && isOwn(format)) {
    const notes = [own.note, nameNote(file.shown, format)].filter(Boolean)
    const plain = { bits: 16, convertProfile: false, ignoreProfile: true } as const
    return { ...own, ...plain, own: format, ...(notes.length > 0 && { note: notes.join('; ') }) }
  }
  const meta = await metadataOf(file, tiff)
  if (format === 'avif' && meta.compression === 'hevc')
    throw new SightlineError('file.not-a-picture', {
      path: file.shown,
      given: 'an HEIC photo; export it as JPEG or PNG',
    })
  const gray = meta.space === 'b-w' || meta.space === 'grey16'
  const whole = meta.depth === 'uchar' || meta.depth === 'ushort'
  if ((!whole && !(tiff?.float && meta.depth === 'float')) || meta.space === 'multiband' || meta.channels > 5)
    throw new SightlineError('file.unsupported', {
      path: file.shown,
      given: `${meta.channels} channels of type ${meta.depth}`,
    })
  const { words, ...colour } = colourOf(meta, tiff)
  const note = [
    words,
    tiff?.note,
    (meta.orientation ?? 1) > 1 && 'turned as its EXIF orientation says',
    (meta.pages ?? 1) > 1 && `the first of ${meta.pages} pictures in the file`,
    nameNote(file.shown, format),
  ].filter(Boolean)
  return {
    width: tiff?.raw?.kind === 'twelve' ? tiff.raw.width : meta.autoOrient.width,
    height: meta.autoOrient.height,
    channels: tiff ? (tiff.opacity ? 4 : tiff.colours) : meta.hasAlpha ? 4 : gray ? 1 : 3,
    depth: tiff?.float ? 32 : meta.depth === 'uchar' && !tiff?.raw ? 8 : 16,
    ...(note.length > 0 && { note: note.join('; ') }),
    bits: meta.depth === 'ushort' && format === 'avif' ? (meta.bitsPerSample ?? 16) : 16,
    ...colour,
    ...(tiff && { tiff }),
  }
}

const infoOf = ({ width, height, channels, depth, note }: Header): PictureInfo => ({
  width,
  height,
  channels,
  depth,
  ...(note && { note }),
})

/** The header's information, without touching the pixels. */
export async function probeFile(file: FileRef, signal: AbortSignal): Promise<PictureInfo> {
  const header = await headerOf(file)
  signal.throwIfAborted()
  return infoOf(header)
}

type Strictness = 'warning' | 'error'

/** The kinds of numbers that the library gives, by bits. */
const numbers = { 8: 'uchar', 16: 'ushort', 32: 'float' } as const

async function rawOf(file: FileRef, header: Header, limit: number, failOn: Strictness): Promise<Buffer> {
  const { raw } = header.tiff ?? {}
  const depth = raw ? (raw.kind === 'lab' ? raw.depth : 8) : header.depth
  const wide = depth === 16
  // A row of 12-bit numbers is read as bytes: 1.5 for each channel of a pixel, rounded up.
  const [width, channels] =
    raw?.kind === 'twelve' ? [Math.ceil((raw.width * raw.channels * 12) / 8), 1] : [header.width, header.channels]
  const spaces = channels === 1 ? (['b-w', 'grey16', 'b-w'] as const) : (['srgb', 'rgb16', 'scrgb'] as const)
  const sharp = await loadSharp()
  const pipeline = sharp(await sourceOf(file, header.tiff), {
    // Rows of 12-bit numbers are half as long again, of bytes, for each channel.
    limitInputPixels: Math.floor(limit * 1e6 * (raw?.kind === 'twelve' ? 1.5 * raw.channels + 1 : 1)),
    failOn,
    autoOrient: true,
    ignoreIcc: header.ignoreProfile,
    sequentialRead: true,
  }).toColourspace(spaces[depth === 32 ? 2 : wide ? 1 : 0])
  // sharp processes 16-bit colour with a profile in Display P3; without this step the pixels would come out in it.
  if (wide && header.convertProfile) pipeline.withIccProfile('srgb')
  if (header.tiff?.dropOpacity) pipeline.removeAlpha()
  const { data, info } = await pipeline.raw({ depth: numbers[depth] }).toBuffer({ resolveWithObject: true })
  if (info.width !== width || info.height !== header.height || info.channels !== channels)
    throw new Error(`header and pixels differ (${info.width} × ${info.height} × ${info.channels})`)
  return data
}

/**
 * The pixels as the decoder gives them, and what it complained about. A second try lets warnings pass. Of a TIFF it would let more
 * pass, namely blocks that cannot be decoded, which come out as zeros: there only where the decoder calls it a warning.
 */
async function decoded(
  file: FileRef,
  header: Header,
  limit: number,
  signal: AbortSignal,
): Promise<{ raw: Buffer; flaw?: string }> {
  try {
    return { raw: await rawOf(file, header, limit, 'warning') }
  } catch (complaint) {
    signal.throwIfAborted()
    const flaw = decoderMessage(complaint)
    if (header.tiff && (header.tiff.strict || !/^warning treated as error/i.test(flaw))) throw complaint
    return { raw: await rawOf(file, header, limit, 'error'), flaw: warningOf(complaint) }
  }
}

/** Numbers changed in one turn of the event loop: some milliseconds. */
const stretch = 1 << 20

/** 10 or 12 bits in the upper bits of 16 → full scale, by repeating the upper bits in the lower ones. */
const fullScale = (data: Uint16Array, bits: number, signal: AbortSignal): Promise<void> =>
  inStretches(data.length, stretch, signal, (i) => {
    const value = data[i] ?? 0
    data[i] = value | (value >> bits)
  })

/** Replaces the colours, not the opacity. */
const lookUp = (
  data: Uint8Array | Uint16Array,
  channels: number,
  table: Uint16Array,
  signal: AbortSignal,
): Promise<void> =>
  inStretches(data.length, stretch, signal, (i) => {
    if (channels !== 4 || i % 4 !== 3) data[i] = table[data[i] ?? 0] ?? 0
  })

/** The bytes where they are, or a copy of them where numbers cannot begin. */
function numbersIn(data: Buffer, depth: 8 | 16 | 32): Picture['data'] {
  const bytes = depth / 8
  const from = data.byteOffset % bytes === 0 ? data : Buffer.from(Uint8Array.from(data).buffer)
  const parts = [from.buffer, from.byteOffset, from.length / bytes] as const
  return depth === 8 ? new Uint8Array(...parts) : depth === 16 ? new Uint16Array(...parts) : new Float32Array(...parts)
}

/** The pixels of a TIFF that the library read as bare numbers. */
async function fromRaw(data: Buffer, tiff: TiffReading, signal: AbortSignal): Promise<Picture['data'] | undefined> {
  const { raw } = tiff
  if (!raw) return undefined
  if (raw.kind === 'twelve') return fromTwelveBits(data, raw, signal)
  const codes = numbersIn(data, raw.depth)
  return codes instanceof Float32Array ? undefined : fromLab(codes, raw, signal)
}

/**
 * The pixels. A picture that decodes with warnings (stray bytes between two markers) is accepted, and its note says so; a
 * truncated one is not.
 * @param limit megapixels
 * @throws `file.too-many-pixels`, `file.far-too-many-pixels`, `file.truncated` and what `probeFile` throws
 */
export async function decodeFile(file: FileRef, limit: number, signal: AbortSignal): Promise<Picture> {
  const header = await headerOf(file)
  signal.throwIfAborted()
  const megapixels = (header.width * header.height) / 1e6
  if (megapixels > limit)
    throw new SightlineError(megapixels > mostMegapixels ? 'file.far-too-many-pixels' : 'file.too-many-pixels', {
      path: file.shown,
      // A limit of this many is enough.
      given: Math.ceil(megapixels < 10 ? megapixels * 100 : megapixels) / (megapixels < 10 ? 100 : 1),
      limit: megapixels > mostMegapixels ? mostMegapixels : limit,
    })
  const { own } = header
  if (own) {
    const data = await withFile(file.real, file.shown, (handle, size) =>
      ownPixels(own, handle, size, header, signal),
    ).catch((error: unknown) => {
      signal.throwIfAborted()
      throw ownProblem(error, file.shown)
    })
    return { ...infoOf(header), data }
  }
  const { raw, flaw } = await decoded(file, header, limit, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    throw decoderProblem(error, file.shown)
  })
  const notes = [header.note, flaw && `read in spite of a flaw in the file (${flaw})`].filter(Boolean)
  const info = { ...infoOf(header), ...(notes.length > 0 && { note: notes.join('; ') }) }
  const data = (header.tiff && (await fromRaw(raw, header.tiff, signal))) ?? numbersIn(raw, header.depth)
  if (header.tiff?.luma && data instanceof Uint8Array) await toRgb(data, header.tiff.luma, signal)
  if (header.table && !(data instanceof Float32Array)) await lookUp(data, header.channels, header.table, signal)
  if (data instanceof Uint16Array && header.bits < 16) await fullScale(data, header.bits, signal)
  return { ...info, data }
}
