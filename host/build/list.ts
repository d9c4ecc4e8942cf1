/** How lists are written that are made from the files beside them, so that something new is one file (`lists.ts` names them). */
import { readFile } from 'node:fs/promises'
import { writeAtomic } from '../files/atomic.ts'

/** Writes a list if it is not right. Resolves to true when something was written. */
export async function writeList(file: string, source: string): Promise<boolean> {
  if (source === (await readFile(file, 'utf8').catch(() => ''))) return false
  await writeAtomic(file, source)
  return true
}
