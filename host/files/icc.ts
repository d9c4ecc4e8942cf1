/** An embedded colour profile's own colour space and name, the `desc` tag (ICC.1:2022, 7.2 and 9.2.41). */

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length))

function utf16(bytes: Uint8Array, from: number, length: number): string {
  return new TextDecoder('utf-16be').decode(bytes.subarray(from, from + length))
}

export interface Profile {
  readonly valid: boolean
  /** "RGB ", "GRAY", "CMYK" */
  readonly space: string
  /** "Display P3"; absent if the profile has no readable name. */
  readonly name?: string
}

/** Where a tag's data is, and how long. */
function tagOf(icc: Uint8Array, view: DataView, signature: string): { at: number; length: number } | undefined {
  const tags = Math.min(view.getUint32(128), 100)
  for (let i = 0; i < tags; i++) {
    const entry = 132 + 12 * i
    if (entry + 12 > icc.length) return undefined
    if (ascii(icc, entry, 4) !== signature) continue
    const [at, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8)]
    return at + length <= icc.length ? { at, length } : undefined
  }
  return undefined
}

function nameOf(icc: Uint8Array, view: DataView): string | undefined {
  const { at = 0, length = 0 } = tagOf(icc, view, 'desc') ?? {}
  if (length < 28) return undefined
  const type = ascii(icc, at, 4)
  if (type === 'mluc') return utf16(icc, at + view.getUint32(at + 24), view.getUint32(at + 20))
  return type === 'desc' ? ascii(icc, at + 12, view.getUint32(at + 8)) : undefined
}

type Curve = (value: number) => number

/** How many numbers each kind of parametric curve has (ICC.1:2022, table 68). */
const parametric = [1, 3, 4, 5, 7]

/** A curve from 0..1 to 0..1: `curv` (10.6) or `para` (10.18). */
function curveOf(icc: Uint8Array, view: DataView): Curve | undefined {
  const { at = 0, length = 0 } = tagOf(icc, view, 'kTRC') ?? {}
  if (length < 12) return undefined
  if (ascii(icc, at, 4) === 'curv') {
    const count = view.getUint32(at + 8)
    if (count === 0) return (v) => v
    if (length < 12 + 2 * count) return undefined
    if (count === 1) return (v) => v ** (view.getUint16(at + 12) / 256)
    const table = Array.from({ length: count }, (_, i) => view.getUint16(at + 12 + 2 * i) / 65535)
    return (v) => {
      const place = v * (count - 1)
      const below = Math.min(count - 2, Math.floor(place))
      const [low = 0, high = 0] = [table[below], table[below + 1]]
      return low + (place - below) * (high - low)
    }
  }
  const kind = view.getUint16(at + 8)
  const numbers = parametric[kind] ?? 0
  if (ascii(icc, at, 4) !== 'para' || numbers === 0 || length < 12 + 4 * numbers) return undefined
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: numbers },
    (_, i) => view.getInt32(at + 12 + 4 * i) / 65536,
  )
  const power: Curve = (v) => Math.max(0, a * v + b) ** g
  if (kind === 0) return power
  if (kind < 3) return (v) => (v >= -b / a ? power(v) + (kind === 2 ? c : 0) : kind === 2 ? c : 0)
  return (v) => (v >= d ? power(v) + e : c * v + f)
}

/** Linear light as sRGB encodes it (IEC 61966-2-1). */
export const encoded: Curve = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)
/** Lightness from 0 to 1 as luminance (CIE 15). */
const luminance: Curve = (l) => (l <= 0.08 ? l / 9.033 : ((l + 0.16) / 1.16) ** 3)

/**
 * What each of the whole numbers from 0 to `top` of a gray profile is in sRGB; "same" if the profile is that of sRGB, undefined
 * if it has no curve that can be read.
 */
export function grayTable(icc: Uint8Array, top: 255 | 65535): Uint16Array | 'same' | undefined {
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength)
  const curve = curveOf(icc, view)
  if (!curve) return undefined
  const lightness = ascii(icc, 20, 4) === 'Lab '
  const table = Uint16Array.from({ length: top + 1 }, (_, i) => {
    const value = Math.min(1, Math.max(0, curve(i / top)))
    return Math.round(top * encoded(lightness ? luminance(value) : value))
  })
  // Curves of sRGB are rounded to 16 bits or sampled in the profile.
  return table.every((value, i) => Math.abs(value - i) <= top / 1000) ? 'same' : table
}

export function readProfile(icc: Uint8Array): Profile {
  if (icc.length < 132 || ascii(icc, 36, 4) !== 'acsp') return { valid: false, space: '' }
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength)
  // Names end in NUL, and are shown in a message.
  const name = nameOf(icc, view)
    ?.replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 60)
  return { valid: true, space: ascii(icc, 16, 4), ...(name && { name }) }
}

/** Profiles that are sRGB under another name need no conversion, which would only round. */
export const isSrgb = (name: string | undefined): boolean =>
  name !== undefined && /^(sRGB|c2)/i.test(name) && !/linear/i.test(name)
