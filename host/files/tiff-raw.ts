/**
 * TIFFs that the picture library takes for something else or refuses, read through it all the same: with a few tags replaced it
 * unpacks their strips as plain numbers, of which the picture is made here.
 */
import { encoded } from './icc.ts'
import { inStretches } from './stretches.ts'

/** An entry of the file's first directory, and the number that it is to have. */
export interface Patch {
  /** Where the entry begins. */
  readonly at: number
  readonly value: number
}

export type RawTiff =
  /** L*a*b*: of CIE with a and b signed, or of ICC with an offset. */
  | { readonly kind: 'lab'; readonly coding: 'cie' | 'icc'; readonly depth: 8 | 16; readonly patches: readonly Patch[] }
  /** Rows of 12-bit numbers, as bytes. */
  | {
      readonly kind: 'twelve'
      readonly width: number
      readonly channels: 1 | 3
      readonly whiteIsZero: boolean
      readonly patches: readonly Patch[]
    }

const long = 4

/** The file with these entries replaced, in place. */
export function patched(file: Buffer, patches: readonly Patch[]): Buffer {
  const little = file[0] === 0x49
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const big = view.getUint16(2, little) === 43
  for (const { at, value } of patches) {
    view.setUint16(at + 2, long, little)
    if (big) {
      view.setBigUint64(at + 4, 1n, little)
      view.setUint32(at + 12, value, little)
      view.setUint32(at + 16, 0, little)
    } else {
      view.setUint32(at + 4, 1, little)
      view.setUint32(at + 8, value, little)
    }
  }
  return file
}

/** Numbers made in one turn of the event loop: some milliseconds. */
const stretch = 1 << 16

/**
 * @param rows whole bytes for each row, two numbers in three bytes, the upper bits first
 * @returns (H, W, C) u16, full scale
 */
export async function fromTwelveBits(
  rows: Uint8Array,
  { width, channels, whiteIsZero }: Extract<RawTiff, { kind: 'twelve' }>,
  signal: AbortSignal,
): Promise<Uint16Array> {
  const across = width * channels
  const rowBytes = Math.ceil((across * 12) / 8)
  const out = new Uint16Array((rows.length / rowBytes) * across)
  await inStretches(out.length, stretch, signal, (i) => {
    const x = i % across
    const at = Math.floor(i / across) * rowBytes + (x >> 1) * 3
    const [a = 0, b = 0, c = 0] = [rows[at], rows[at + 1], rows[at + 2]]
    const value = x % 2 === 0 ? (a << 4) | (b >> 4) : ((b & 15) << 8) | c
    out[i] = Math.round(((whiteIsZero ? 4095 - value : value) * 65535) / 4095)
  })
  return out
}

/** The white of Lab in files: D50 (ASTM E308), as the matrix below has it. */
const white = [0.96422, 1, 0.82521] as const
/** From XYZ under D50 to linear sRGB, adapted to D65 (Bradford): http://www.brucelindbloom.com/Eqn_RGB_XYZ_Matrix.html */
const toLinear = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const
const cube = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29))

/**
 * L*a*b* as sRGB. Colours that sRGB does not have are clipped.
 * @param codes (N, 3)
 * @returns (N, 3) u16, full scale
 * @see CIE 15, IEC 61966-2-1; TIFF 6.0, section 23, and TIFF Technical Note 4 for the codes
 */
export async function fromLab(
  codes: Uint8Array | Uint16Array,
  { coding, depth }: Pick<Extract<RawTiff, { kind: 'lab' }>, 'coding' | 'depth'>,
  signal: AbortSignal,
): Promise<Uint16Array> {
  const full = depth === 8 ? 255 : coding === 'icc' ? 65280 : 65535
  const unit = depth === 8 ? 1 : 256
  const half = 2 ** (depth - 1)
  const colour = (code: number): number =>
    (coding === 'icc' ? code - half : code >= half ? code - 2 * half : code) / unit
  const out = new Uint16Array(codes.length)
  await inStretches(codes.length / 3, stretch, signal, (i) => {
    const y = ((codes[3 * i] ?? 0) * 100) / full / 116 + 16 / 116
    const xyz = [
      white[0] * cube(y + colour(codes[3 * i + 1] ?? 0) / 500),
      white[1] * cube(y),
      white[2] * cube(y - colour(codes[3 * i + 2] ?? 0) / 200),
    ] as const
    for (const [c, [x, y, z]] of toLinear.entries()) {
      const value = encoded(x * xyz[0] + y * xyz[1] + z * xyz[2])
      out[3 * i + c] = Math.round(65535 * Math.max(0, Math.min(1, value)))
    }
  })
  return out
}
