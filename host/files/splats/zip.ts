/**
 * Zips: the files that are asked for, each no larger than the budget allows; and new ones, of files that are packed already.
 * @see APPNOTE 4.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
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

/** A zip whose files are stored as they are. */
export function makeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const names = [...files].map(([name, bytes]) => ({ name: new TextEncoder().encode(name), bytes }))
  const list = names.reduce((sum, { name }) => sum + entrySize + name.length, 0)
  const before = names.reduce((sum, { name, bytes }) => sum + localSize + name.length + bytes.length, 0)
  const made = new Uint8Array(before + list + endSize)
  const view = new DataView(made.buffer)
  let [at, entry] = [0, before]
  // 1980-01-01, the least date there is: the same scene gives the same bytes.
  const date = 33
  for (const { name, bytes } of names) {
    const check = crc32(bytes)
    view.setUint32(at, 0x04034b50, true)
    view.setUint32(entry, 0x02014b50, true)
    for (const [to, version] of [
      [at + 4, 20],
      [entry + 4, 20],
      [entry + 6, 20],
      [at + 12, date],
      [entry + 14, date],
      [at + 26, name.length],
      [entry + 28, name.length],
    ] as const)
      view.setUint16(to, version, true)
    for (const [to, number] of [
      [at + 14, check],
      [at + 18, bytes.length],
      [at + 22, bytes.length],
      [entry + 16, check],
      [entry + 20, bytes.length],
      [entry + 24, bytes.length],
      [entry + 42, at],
    ] as const)
      view.setUint32(to, number, true)
    made.set(name, at + localSize)
    made.set(bytes, at + localSize + name.length)
    made.set(name, entry + entrySize)
    at += localSize + name.length + bytes.length
    entry += entrySize + name.length
  }
  view.setUint32(entry, 0x06054b50, true)
  view.setUint16(entry + 8, names.length, true)
  view.setUint16(entry + 10, names.length, true)
  view.setUint32(entry + 12, list, true)
  view.setUint32(entry + 16, before, true)
  return made
}
