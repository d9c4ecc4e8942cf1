/** The type of a file by its first bytes, whatever its name says. */

import type { PictureFormat as Format } from '../../engine/types/pictures.ts'

export interface Sniffed {
  /** Absent: not a format that is read. */
  readonly format?: Format
  /** With its article: "a PDF document". */
  readonly words: string
}

interface Signature {
  readonly at?: number
  readonly bytes: string
  readonly format?: Format
  readonly words: string
}

/** Latin-1 strings of the first bytes; the first match counts. */
const signatures: readonly Signature[] = [
  { bytes: '\x89PNG\r\n\x1a\n', format: 'png', words: 'a PNG picture' },
  { bytes: '\xff\xd8\xff', format: 'jpeg', words: 'a JPEG picture' },
  { bytes: 'GIF8', format: 'gif', words: 'a GIF picture' },
  { at: 8, bytes: 'WEBP', format: 'webp', words: 'a WebP picture' },
  { bytes: 'II*\0', format: 'tiff', words: 'a TIFF picture' },
  { bytes: 'MM\0*', format: 'tiff', words: 'a TIFF picture' },
  { bytes: 'II+\0', format: 'tiff', words: 'a TIFF picture' },
  { bytes: 'MM\0+', format: 'tiff', words: 'a TIFF picture' },
  { at: 4, bytes: 'ftypavif', format: 'avif', words: 'an AVIF picture' },
  { at: 4, bytes: 'ftypavis', format: 'avif', words: 'an AVIF picture' },
  { at: 4, bytes: 'ftypmif1', format: 'avif', words: 'a HEIF picture' },
  { at: 4, bytes: 'ftyphe', words: 'an HEIC photo; export it as JPEG or PNG' },
  { at: 4, bytes: 'ftyp', words: 'a video' },
  { bytes: '\x1aE\xdf\xa3', words: 'a video' },
  { bytes: '%PDF', words: 'a PDF document' },
  { bytes: '8BPS', words: 'a Photoshop file' },
  { bytes: 'BM', format: 'bmp', words: 'a BMP picture' },
  { bytes: '\x76\x2f\x31\x01', format: 'exr', words: 'an OpenEXR picture' },
  { bytes: '#?RADIANCE', format: 'hdr', words: 'a Radiance HDR picture' },
  { bytes: '#?RGBE', format: 'hdr', words: 'a Radiance HDR picture' },
  { bytes: '\xff\x0a', words: 'a JPEG XL picture' },
  { at: 4, bytes: 'JXL ', words: 'a JPEG XL picture' },
  { at: 4, bytes: 'jP  ', words: 'a JPEG 2000 picture' },
  { bytes: '\x93NUMPY', words: 'a NumPy array' },
  { bytes: 'PK\x03\x04', words: 'a ZIP archive' },
  { bytes: '\x1f\x8b', words: 'a gzip archive' },
  { bytes: '\x7fELF', words: 'a program' },
  { bytes: 'MZ', words: 'a program' },
  { bytes: 'ply\n', words: 'a PLY scene' },
  { bytes: 'RIFF', words: 'a sound or video' },
]

const isText = (head: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that never occur in text are what is looked for
  !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(head)

/** How many of the first bytes are needed. */
export const sniffBytes = 512

export function sniff(bytes: Uint8Array): Sniffed {
  const head = String.fromCharCode(...bytes.subarray(0, sniffBytes))
  const found = signatures.find((s) => head.startsWith(s.bytes, s.at ?? 0))
  if (found) return { words: found.words, ...(found.format && { format: found.format }) }
  if (!isText(head)) return { words: 'binary data of an unknown kind' }
  const text = head.trimStart().replace(/^ï»¿/, '')
  if (/<svg[\s>]/i.test(text)) return { words: 'an SVG drawing; export it as PNG' }
  if (/^<(!doctype html|html)/i.test(text)) return { words: 'a web page' }
  if (/^[{[]/.test(text)) return { words: 'JSON text' }
  return { words: 'text' }
}
