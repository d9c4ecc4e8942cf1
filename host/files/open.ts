/** Opens files that come from anywhere: only real ones, and only as much of them as is wanted. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SightlineError } from '../../engine/types/problem.ts'
import { fileProblem } from './problems.ts'

/** A pipe without a writer is opened at once, too, and then refused, instead of being waited for for ever. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Gives what `use` makes of the open file and its size.
 * @param shown the path as the user knows it
 * @throws `file.is-a-folder`, `file.unsafe-path` of pipes and devices, `file.empty`, and what else keeps it from being read
 */
export async function withFile<T>(
  real: string,
  shown: string,
  use: (handle: FileHandle, bytes: number) => Promise<T>,
): Promise<T> {
  try {
    const handle = await open(real, flags)
    try {
      const stats = await handle.stat()
      if (stats.isDirectory()) throw new SightlineError('file.is-a-folder', { path: shown })
      if (!stats.isFile()) throw new SightlineError('file.unsafe-path', { path: shown })
      if (stats.size === 0) throw new SightlineError('file.empty', { path: shown })
      return await use(handle, stats.size)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileProblem(error, shown, 'read')
  }
}
