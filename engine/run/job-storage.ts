/** Where jobs leave what must outlive the process. Hosts put it on the disk; without one it lasts as long as the engine. */
import type { Key } from './keys.ts'

/** What is kept of a job: the state it can go on from, or what it came to. */
export type JobFile = 'checkpoint' | 'result'

export interface KeptFile {
  /** Plain JSON. */
  readonly head: unknown
  readonly parts: readonly Uint8Array<ArrayBuffer>[]
}

export interface JobStorage {
  /** The head alone; undefined where there is no such file. */
  head(key: Key, file: JobFile): Promise<unknown>
  /** Undefined where there is none, or where it is not what was written. */
  read(key: Key, file: JobFile): Promise<KeptFile | undefined>
  /** Replaces the file atomically: after a crash there is the old one or the new one, whole. Throws `file.*`. */
  write(key: Key, file: JobFile, head: unknown, parts: readonly Uint8Array[]): Promise<void>
  remove(key: Key, file: JobFile): Promise<void>
}

export function memoryStorage(): JobStorage {
  const files = new Map<string, KeptFile>()
  const nameOf = (key: Key, file: JobFile): string => `${key}.${file}`
  return {
    head: async (key, file) => files.get(nameOf(key, file))?.head,
    read: async (key, file) => files.get(nameOf(key, file)),
    async write(key, file, head, parts) {
      files.set(nameOf(key, file), { head, parts: parts.map((part) => part.slice()) })
    },
    async remove(key, file) {
      files.delete(nameOf(key, file))
    },
  }
}
