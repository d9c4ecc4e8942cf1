/**
 * BMP of Windows (3 to 5) and OS/2: 1 to 32 bits, palettes, masks, run-length coding.
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */
import type { PictureInfo } from '../../../engine/types/services.ts'
import { checkSides, ends, NotRead } from './reader.ts'

/** File header, the largest header, and a palette of 256 colours. */
export const headBytes = 14 + 124 + 1024

interface Channel {
  readonly mask: number
  readonly shift: number
  readonly most: number
}

interface BmpHeader extends PictureInfo {
  readonly depth: 8
  readonly bits: number
  /** Rows go up, as is usual. */
  readonly upwards: boolean
  /** Bits of a code, if it is run-length coded. */
  readonly runs?: 4 | 8
  readonly data: number
  /** Red, green and blue of each index. */
  readonly palette: Uint8Array
  /** Red, green, blue and opacity of a pixel of 16 or 32 bits. */
  readonly masks: readonly Channel[]
}

const [none, rle8, rle4, bitFields, alphaFields] = [0, 1, 2, 3, 6] as const
const compressions: Readonly<Record<number, string>> = { 4: 'a JPEG picture inside', 5: 'a PNG picture inside' }

function channelOf(mask: number): Channel {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)
  return { mask, shift, most: mask === 0 ? 0 : mask >>> shift }
}

export function bmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 26) throw ends()
  const size = view.getUint32(14, true)
  const core = size === 12
  if (!core && ![16, 40, 52, 56, 64, 108, 124].includes(size)) throw new Error(`its header has ${size} bytes`)
  if (bytes.length < 14 + size) throw ends()
  const field = (at: number): number => (at + 4 <= size ? view.getUint32(14 + at, true) : 0)
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true)
  const tall = core ? view.getUint16(20, true) : view.getInt32(22, true)
  const height = Math.abs(tall)
  checkSides(width, height)
  const bits = view.getUint16(core ? 24 : 28, true)
  const compression = core ? none : field(16)
  // In a header of OS/2, 3 and 4 mean other things.
  const os2 = size === 16 || size === 64
  if (os2 && compression > rle4) throw new NotRead('a coding of OS/2')
  const inside = compressions[compression]
  if (inside) throw new NotRead(inside)
  const fields = compression === bitFields || compression === alphaFields
  const runs = compression === rle8 ? 8 : compression === rle4 ? 4 : undefined
  const known = runs ? bits === runs && tall > 0 : fields ? bits === 16 || bits === 32 : compression === none
  if (!known || ![1, 4, 8, 16, 24, 32].includes(bits))
    throw new NotRead(`pixels of ${bits} bits, coded as ${compression}`)

  // The masks lie in the header, or after one of 40 bytes.
  const maskBytes = fields && size === 40 ? (compression === alphaFields ? 16 : 12) : 0
  if (bytes.length < 14 + size + maskBytes) throw ends()
  const maskAt = (i: number): number => {
    if (i === 3 && maskBytes === 12) return 0
    return maskBytes > 0 || size >= (i < 3 ? 52 : 56) ? view.getUint32(14 + 40 + 4 * i, true) : 0
  }
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
  const masks = (fields ? [0, 1, 2, 3].map(maskAt) : usual).map(channelOf)

  const entry = core ? 3 : 4
  const most = bits <= 8 ? 2 ** bits : 0
  const start = 14 + size + maskBytes
  const data = view.getUint32(10, true)
  const count =
    most === 0 ? 0 : Math.min(most, core ? most : field(32) || most, Math.max(0, Math.floor((data - start) / entry)))
  if (bytes.length < start + count * entry) throw ends()
  const palette = new Uint8Array(3 * most)
  let gray = most > 0 && count > 0
  for (let i = 0; i < count; i++) {
    const [b = 0, g = 0, r = 0] = bytes.subarray(start + i * entry, start + i * entry + 3)
    palette.set([r, g, b], 3 * i)
    if (r !== g || g !== b) gray = false
  }
  const opacity = bits > 8 && bits !== 24 && (masks[3]?.mask ?? 0) !== 0
  return {
    ...{ width, height, channels: gray ? 1 : opacity ? 4 : 3, depth: 8, bits, upwards: tall > 0, data, palette, masks },
    ...(runs && { runs }),
  }
}

/** The index of every pixel, from the bottom row up; pixels that are left out are 0. */
function readRuns(bytes: Uint8Array, from: number, width: number, height: number, runs: 4 | 8): Uint8Array {
  const out = new Uint8Array(width * height)
  let [at, x, y] = [from, 0, 0]
  const next = (): number => {
    const value = bytes[at++]
    if (value === undefined) throw ends()
    return value
  }
  const put = (index: number): void => {
    if (x < width && y < height) out[y * width + x] = index
    x++
  }
  const half = (byte: number, i: number): number => (i % 2 === 0 ? byte >> 4 : byte & 15)
  while (y < height) {
    const count = next()
    const value = next()
    if (count > 0) for (let i = 0; i < count; i++) put(runs === 8 ? value : half(value, i))
    else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) break
    else if (value === 2) {
      x += next()
      y += next()
    } else {
      let byte = 0
      for (let i = 0; i < value; i++) {
        if (runs === 8 || i % 2 === 0) byte = next()
        put(runs === 8 ? byte : half(byte, i))
      }
      // Codes begin at even places.
      const taken = runs === 8 ? value : Math.ceil(value / 2)
      if (taken % 2 === 1) next()
    }
  }
  return out
}

/** (H, W, 1 | 3 | 4) u8, as `bmpHeader` announces. */
export function bmpPixels(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { width, height, channels, bits, upwards, runs, data, palette, masks } = bmpHeader(bytes)
  const rowBytes = Math.ceil((width * bits) / 32) * 4
  if (!runs && data + rowBytes * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) throw ends()
  // Two bytes for a run of 255 pixels, at best; rows may be left out, but not without a code.
  if (runs && (bytes.length - data) * 65_536 < width * height) throw ends()
  const indices = runs && readRuns(bytes, data, width, height, runs)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out = new Uint8Array(width * height * channels)
  const perByte = 8 / bits
  for (let row = 0; row < height; row++) {
    const y = upwards ? height - 1 - row : row
    const from = data + row * rowBytes
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * channels
      if (bits <= 8) {
        const byte = bytes[from + Math.floor(x / perByte)] ?? 0
        const index = indices
          ? (indices[row * width + x] ?? 0)
          : (byte >> (8 - bits - (x % perByte) * bits)) & (2 ** bits - 1)
        for (let c = 0; c < channels; c++) out[to + c] = palette[3 * index + c] ?? 0
      } else if (bits === 24) for (let c = 0; c < 3; c++) out[to + c] = bytes[from + 3 * x + 2 - c] ?? 0
      else {
        const pixel = bits === 16 ? view.getUint16(from + 2 * x, true) : view.getUint32(from + 4 * x, true)
        for (let c = 0; c < channels; c++) {
          const { mask = 0, shift = 0, most = 0 } = masks[c] ?? {}
          out[to + c] = most === 0 ? 0 : Math.round((((pixel & mask) >>> shift) * 255) / most)
        }
      }
    }
  }
  return out
}
