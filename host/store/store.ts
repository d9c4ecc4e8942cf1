/** Installed models: each in its own folder of the user's data, complete or not at all, and checked by hash. */
import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SightlineError } from '../../engine/types/problem.ts'
import { makeFolder } from '../files/make-folder.ts'
import { fileProblem } from '../files/problems.ts'
import { removeFolder, replaceFolder, restoreFolder } from '../files/replace-folder.ts'
import { hashFile } from '../record/hash.ts'
import { forgetEntry, licenceText, type ModelEntry } from './manifest.ts'
import { modelFolder, modelsFolder } from './places.ts'
import type { Lying, PlaceOf, Watch, withPackage } from './registry.ts'
import { withSource } from './source.ts'
import { removeParts } from './url.ts'

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
export async function verify(entry: ModelEntry): Promise<readonly FileCheck[]> {
  const folder = modelFolder(entry.name)
  await restoreFolder(folder)
  const check = async (file: ModelEntry['files'][number]): Promise<FileCheck> => ({
    name: file.name,
    state: await checkFile(join(folder, file.name), file),
  })
  return Promise.all(entry.files.map(check))
}

/** Whether all its files are those of the manifest. */
export async function isInstalled(entry: ModelEntry): Promise<boolean> {
  return (await verify(entry)).every(({ state }) => state === 'ok')
}

/** Where the file lies by itself: cut out of one that holds several, or as it is. What does not reach so far gives less. */
async function whole({ path: from, offset }: Lying, { name, bytes }: ModelEntry['files'][number]): Promise<string> {
  if (offset === undefined) return from
  const cut = `${from}.${name}`
  try {
    await pipeline(createReadStream(from, { start: offset, end: offset + bytes - 1 }), createWriteStream(cut))
  } catch (error) {
    throw fileProblem(error, from, 'read')
  }
  return cut
}

/** Copies a file and has it on the disk: what is installed must be whole after a power cut, too. */
async function copySafely(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to)
    const file = await open(to, 'r+')
    await file.sync().finally(() => file.close())
  } catch (error) {
    throw fileProblem(error, to, 'write')
  }
}

/**
 * Fetches the model's package, checks it and installs only the files that the manifest names. An installed model is replaced; a crash
 * leaves the old one or the new one, whole.
 * @throws `model.not-genuine`, `model.unreachable`, `file.*`, the signal's reason; then nothing was installed, and an earlier one is
 * untouched.
 */
export async function pull(
  entry: ModelEntry,
  withFiles: typeof withPackage = withSource,
  watch: Watch = {},
): Promise<void> {
  const { name, files, licence } = entry
  const made = join(modelsFolder(), `.${name}.${randomBytes(4).toString('hex')}`)
  try {
    await makeFolder(made)
    const install = async (placeOf: PlaceOf): Promise<void> => {
      for (const file of files) {
        watch.signal?.throwIfAborted()
        const from = await whole(placeOf(file), file)
        if ((await checkFile(from, file)) !== 'ok')
          throw new SightlineError('model.not-genuine', { name, what: file.name })
        await copySafely(from, join(made, file.name))
      }
    }
    await withFiles(entry, install, watch)
    if (licence.file === undefined) await copySafely(licenceText(licence.id), join(made, 'LICENSE'))
    watch.signal?.throwIfAborted()
    await replaceFolder(made, modelFolder(name))
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

/** Removes an installed model, and what an interrupted download left of it. */
export async function remove(name: string): Promise<void> {
  await removeFolder(modelFolder(name))
  await removeParts(name)
  await forgetEntry(name)
}
