/** Writes pictures with sharp; the format follows the extension. */
import { extname } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { SaveOptions } from '../../engine/types/services.ts'
import { writeAtomic } from './atomic.ts'
import type { FileRef } from './decode.ts'
import { loadSharp, type Sharp } from './sharp.ts'

interface Writer {
  readonly name: string
  /** The largest bit depth that the format stores without loss. */
  readonly depth: 8 | 16
  readonly gray: boolean
  readonly alpha: boolean
  readonly write: (pipeline: Sharp, quality: number) => Sharp
}

/** Colour keeps its full resolution at high quality. */
const chroma = (quality: number): '4:4:4' | '4:2:0' => (quality >= 85 ? '4:4:4' : '4:2:0')

const png: Writer = { name: 'PNG', depth: 16, gray: true, alpha: true, write: (p) => p.png() }
const jpeg: Writer = {
  name: 'JPEG',
  depth: 8,
  gray: true,
  alpha: false,
  write: (p, quality) => p.jpeg({ quality, chromaSubsampling: chroma(quality) }),
}
const webp: Writer = {
  name: 'WebP',
  depth: 8,
  gray: false,
  alpha: true,
  write: (p, quality) => (quality === 100 ? p.webp({ lossless: true, exact: true }) : p.webp({ quality })),
}
const avif: Writer = {
  name: 'AVIF',
  depth: 8,
  gray: false,
  alpha: true,
  write: (p, quality) => p.avif({ quality, chromaSubsampling: chroma(quality) }),
}
const tiff: Writer = {
  name: 'TIFF',
  depth: 16,
  gray: true,
  alpha: true,
  write: (p) => p.tiff({ compression: 'deflate', predictor: 'horizontal' }),
}

const writers: Readonly<Record<string, Writer>> = {
  '.png': png,
  '.jpg': jpeg,
  '.jpeg': jpeg,
  '.webp': webp,
  '.avif': avif,
  '.tif': tiff,
  '.tiff': tiff,
}

/** The extensions that `encode` writes, without the dot. */
export const writtenExtensions: readonly string[] = Object.keys(writers).map((e) => e.slice(1))

function writerOf(path: string, depth: 8 | 16): Writer {
  const ext = extname(path)
  const writer = writers[ext.toLowerCase()]
  if (!writer)
    throw new SightlineError('file.format', { path, ext: ext || 'no extension', known: writtenExtensions.join(', ') })
  if (depth > writer.depth) throw new SightlineError('file.depth', { path, ext: writer.name })
  return writer
}

/** The picture as a file's bytes. @param path for its extension and for error messages */
export async function encodePicture(path: string, picture: SaveOptions): Promise<Buffer> {
  const { width, height, channels, depth, data, quality = 90 } = picture
  const writer = writerOf(path, depth)
  const spaces = channels === 1 && writer.gray ? (['b-w', 'grey16'] as const) : (['srgb', 'rgb16'] as const)
  const sharp = await loadSharp()
  try {
    const source = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    const pipeline = source.toColourspace(spaces[depth === 16 ? 1 : 0])
    // A format without transparency gets the colours as they are, not blended with a background.
    if (channels === 4 && !writer.alpha) pipeline.removeAlpha()
    return await writer.write(pipeline, quality).toBuffer()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new SightlineError('file.write-failed', { path, message }, error)
  }
}

/** Encodes and writes atomically. */
export async function encodeFile(file: FileRef, picture: SaveOptions, signal: AbortSignal): Promise<void> {
  const bytes = await encodePicture(file.shown, picture)
  await writeAtomic(file.real, bytes, { shown: file.shown, signal })
}
