/**
 * The files in a zip that are asked for, each no larger than the budget allows.
 * @see APPNOTE 4.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { megabytes, mostUnpacked } from '../../../engine/protocol/scene.ts'
import { SightlineError } from '../../../engine/types/problem.ts'
import { damaged, truncated } from './form.ts'

const [localSize, entrySize, endSize] = [30, 46, 22] as const

interface Entry {
  readonly method: number
  readonly packed: number
  readonly size: number
  readonly at: number
}

/** Reads files by name; together they may unpack to what a scene may. Throws `scene.*`. */
export function openZip(bytes: Uint8Array, name: string): { read(file: string): Promise<Uint8Array> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - endSize
  while (end >= Math.max(0, bytes.length - endSize - 65_535) && view.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0 || end < bytes.length - endSize - 65_535) throw truncated(name, bytes.length)
  const entries = new Map<string, Entry>()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + entrySize > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      throw damaged(name, 'its list of files is not where it should be')
    const [length, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true))
    const file = new TextDecoder().decode(bytes.subarray(at + entrySize, at + entrySize + (length ?? 0)))
    const [packed = 0, size = 0, local = 0] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true))
    entries.set(file, { method: view.getUint16(at + 10, true), packed, size, at: local })
    at += entrySize + (length ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  let left = mostUnpacked(bytes.length)
  return {
    async read(file) {
      const entry = entries.get(file)
      if (!entry) throw damaged(name, `it has no ${file.slice(0, 80)}`)
      left -= entry.size
      if (left < 0) {
        const [given, limit] = [entry.size, mostUnpacked(bytes.length)].map(megabytes)
        throw new SightlineError('scene.too-packed', { name, given, limit, packed: megabytes(bytes.length) } as never)
      }
      if (entry.at + localSize > bytes.length || view.getUint32(entry.at, true) !== 0x04034b50)
        throw damaged(name, `${file.slice(0, 80)} is not where its list says`)
      const start = entry.at + localSize + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true)
      if (start + entry.packed > bytes.length) throw truncated(name, bytes.length, start + entry.packed)
      const packed = bytes.subarray(start, start + entry.packed)
      if (entry.method === 0) return packed
      if (entry.method !== 8) throw damaged(name, `${file.slice(0, 80)} is packed in an unknown way`)
      try {
        return await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(1, entry.size) })
      } catch (error) {
        throw damaged(name, error instanceof Error ? error.message : '', error)
      }
    },
  }
}
