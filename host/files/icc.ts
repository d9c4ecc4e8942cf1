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

function nameOf(icc: Uint8Array, view: DataView): string | undefined {
  const tags = Math.min(view.getUint32(128), 100)
  for (let i = 0; i < tags; i++) {
    const entry = 132 + 12 * i
    if (entry + 12 > icc.length) return undefined
    if (ascii(icc, entry, 4) !== 'desc') continue
    const at = view.getUint32(entry + 4)
    if (at + 28 > icc.length) return undefined
    const type = ascii(icc, at, 4)
    if (type === 'mluc') return utf16(icc, at + view.getUint32(at + 24), view.getUint32(at + 20))
    return type === 'desc' ? ascii(icc, at + 12, view.getUint32(at + 8)) : undefined
  }
  return undefined
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
