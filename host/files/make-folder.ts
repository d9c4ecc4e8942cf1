/** Makes a folder and its parents. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import { fileProblem } from './problems.ts'

const isThere = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined)
  if (found && !found.isDirectory()) throw new SightlineError('file.not-a-folder', { path })
  return found !== undefined
}

/**
 * One after the other: Node's own recursive `mkdir` reports "no such folder" on a read-only disk, and never ends where a file
 * system refuses in that way (/proc).
 * @throws `file.not-a-folder`, `file.write-denied`, `file.disk-full`, `file.write-failed`
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  if (await isThere(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent, mode)
  try {
    await mkdir(path, mode)
  } catch (error) {
    // Another program may have made it meanwhile.
    if (!(await isThere(path))) throw fileProblem(error, path, 'make')
  }
}
