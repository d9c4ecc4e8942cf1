/**
 * Files in a zip, uncompressed: an unpacked .sog becomes the one file that Spark reads.
 * @see APPNOTE 4.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ (table[(sum ^ (bytes[i] ?? 0)) & 255] ?? 0)
  return ~sum >>> 0
}

const localSize = 30
const entrySize = 46
const endSize = 22

/** @param files by name, smaller than 4 GB together */
export function zipped(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const all = [...files].map(([name, bytes]) => ({ name: new TextEncoder().encode(name), bytes }))
  const zip = new Uint8Array(
    all.reduce<number>((sum, { name, bytes }) => sum + localSize + entrySize + 2 * name.length + bytes.length, endSize),
  )
  const view = new DataView(zip.buffer)
  const numbers = (at: number, bytes: 2 | 4, values: Readonly<Record<number, number>>): void => {
    for (const [offset, value] of Object.entries(values))
      if (bytes === 2) view.setUint16(at + Number(offset), value, true)
      else view.setUint32(at + Number(offset), value, true)
  }
  let at = 0
  const places = all.map(({ name, bytes }) => {
    const place = { at, sum: checksum(bytes) }
    numbers(at, 4, { 0: 0x04034b50, 14: place.sum, 18: bytes.length, 22: bytes.length })
    numbers(at, 2, { 4: 20, 26: name.length })
    zip.set(name, at + localSize)
    zip.set(bytes, at + localSize + name.length)
    at += localSize + name.length + bytes.length
    return place
  })
  const directory = at
  for (const [i, { name, bytes }] of all.entries()) {
    const { at: local = 0, sum = 0 } = places[i] ?? {}
    numbers(at, 4, { 0: 0x02014b50, 16: sum, 20: bytes.length, 24: bytes.length, 42: local })
    numbers(at, 2, { 4: 20, 6: 20, 28: name.length })
    zip.set(name, at + entrySize)
    at += entrySize + name.length
  }
  numbers(at, 4, { 0: 0x06054b50, 12: at - directory, 16: directory })
  numbers(at, 2, { 8: all.length, 10: all.length })
  return zip
}
