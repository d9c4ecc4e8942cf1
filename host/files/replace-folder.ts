/**
 * Replaces a folder by another in two renames: the old one aside, the new one in. A crash between them leaves the old one aside;
 * whoever does not find the folder puts it back.
 */
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from './atomic.ts'
import { fileProblem } from './problems.ts'

const asideOf = (folder: string): string => join(dirname(folder), `.${basename(folder)}.old`)

/** Resolves to false if there is nothing of this name, or the new name is taken. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) return false
    throw fileProblem(error, to, 'write')
  }
}

/** Puts back the folder that a crash left aside. Does nothing if it is in its place. Resolves to true if it put it back. */
export const restoreFolder = (folder: string): Promise<boolean> => renamed(asideOf(folder), folder)

/**
 * Gives the folder `made` the name `folder`; what was there is removed.
 * @throws `file.*`; then what was there is still there, and so is `made`
 */
export async function replaceFolder(made: string, folder: string): Promise<void> {
  const aside = asideOf(folder)
  await restoreFolder(folder)
  await rm(aside, { recursive: true, force: true })
  // Another process that looks for the folder between the renames puts the old one back: move it aside again.
  for (let left = 3; ; left--) {
    await renamed(folder, aside)
    if (await renamed(made, folder)) break
    await restoreFolder(folder)
    if (left === 0) throw fileProblem(new Error(`"${made}" could not be renamed`), folder, 'write')
  }
  await syncFolder(dirname(folder))
  await rm(aside, { recursive: true, force: true })
}

/** Removes a folder, and what a crash left of it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(asideOf(folder), { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}
