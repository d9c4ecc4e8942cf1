/** Installed models: each in its own folder of the user's data, complete or not at all, and checked by hash. */
import { randomBytes } from 'node:crypto'
import { copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import { makeFolder } from '../files/make-folder.ts'
import { fileProblem } from '../files/problems.ts'
import { hashFile } from '../record/hash.ts'
import type { ModelEntry } from './manifest.ts'
import { modelFolder, modelsFolder } from './places.ts'
import { withPackage } from './registry.ts'

/** How a file of an installed model compares with the manifest. */
export interface FileCheck {
  readonly name: string
  readonly state: 'ok' | 'missing' | 'changed'
}

async function checkFile(path: string, file: ModelEntry['files'][number]): Promise<FileCheck['state']> {
  try {
    const { bytes, sha256 } = await hashFile(path, path)
    return bytes === file.bytes && sha256 === file.sha256 ? 'ok' : 'changed'
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'file.missing') return 'missing'
    if (error instanceof SightlineError && error.code === 'file.empty') return 'changed'
    throw error
  }
}

/** Compares every file with the manifest. Throws `file.*` if one cannot be read. */
export const verify = (entry: ModelEntry): Promise<readonly FileCheck[]> =>
  Promise.all(
    entry.files.map(async (file) => ({
      name: file.name,
      state: await checkFile(join(modelFolder(entry.name), file.name), file),
    })),
  )

/** Whether all its files are those of the manifest. */
export async function isInstalled(entry: ModelEntry): Promise<boolean> {
  return (await verify(entry)).every(({ state }) => state === 'ok')
}

/**
 * Fetches the model's package, checks it and installs only the files that the manifest names. An installed model is replaced.
 * @throws `model.not-genuine`, `model.unreachable`, `file.*`; then nothing was installed, and an earlier one is untouched.
 */
export async function pull(entry: ModelEntry, withFiles: typeof withPackage = withPackage): Promise<void> {
  const { name, files } = entry
  const made = join(modelsFolder(), `.${name}.${randomBytes(4).toString('hex')}`)
  try {
    await makeFolder(made)
    await withFiles(entry, async (unpacked) => {
      for (const file of files) {
        const from = join(unpacked, file.from)
        if ((await checkFile(from, file)) !== 'ok')
          throw new SightlineError('model.not-genuine', { name, what: file.name })
        await copyFile(from, join(made, file.name)).catch((error: unknown) => {
          throw fileProblem(error, join(made, file.name), 'write')
        })
      }
    })
    await remove(name)
    await rename(made, modelFolder(name))
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

export const remove = (name: string): Promise<void> => rm(modelFolder(name), { recursive: true, force: true })
