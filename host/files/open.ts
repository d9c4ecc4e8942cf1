/** Opens files of unknown origin: only regular ones, and only as much of them as needed. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SightlineError } from '../../engine/types/problem.ts'
import { fileProblem } from './problems.ts'

/** Also opens a pipe without a writer at once, which is then refused, instead of waiting forever. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Returns the result of `use` for the open file and its size.
 * @param shown the path as the user knows it
 * @throws `file.is-a-folder`, `file.unsafe-path` for pipes and devices, `file.empty`, and other reasons why it cannot be read
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
