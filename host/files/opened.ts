/** Files for readers of the host's own: where they really are and what they hold. Hashes are kept as long as a file is the same. */
import { SightlineError } from '../../engine/types/problem.ts'
import type { OpenedFile } from '../../engine/types/services.ts'
import { hashFile } from '../record/hash.ts'
import type { FileRef } from './decode.ts'
import { identityOf } from './folder.ts'

const mostKept = 1024
const hashes = new Map<string, ReturnType<typeof hashFile>>()

/** Throws `file.*`. */
export async function openedFile(file: FileRef, signal?: AbortSignal): Promise<OpenedFile> {
  const key = `${file.real} ${await identityOf(file)}`
  let known = hashes.get(key)
  if (!known) {
    known = hashFile(file.real, file.shown)
    hashes.set(key, known)
    known.catch(() => hashes.delete(key))
    const [oldest] = hashes.keys()
    if (hashes.size > mostKept && oldest !== undefined) hashes.delete(oldest)
  }
  const found = await known
  signal?.throwIfAborted()
  return { path: file.shown, real: file.real, ...found }
}

/** The path of a file beside another, as the document would name it. Throws `file.unsafe-path` of what is not in the same folder or below. */
export function beside(path: string, name: string): string {
  if (/^[\\/]|^[a-z]:|(^|[\\/])\.\.([\\/]|$)/i.test(name) || name === '')
    throw new SightlineError('file.unsafe-path', { path: name })
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) + name
}

export const partPath = ({ path }: OpenedFile, name: string): string => beside(path, name)
