/** Models that lie on a disk: copied from another computer, for a school without a connection. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SightlineError } from '../../engine/types/problem.ts'
import { fileProblem } from '../files/problems.ts'
import type { ModelEntry } from './manifest.ts'
import { type withPackage, withTarball } from './registry.ts'

export interface LocalModel {
  readonly entry: ModelEntry
  /** For `pull`, in place of the registry. */
  readonly withFiles: typeof withPackage
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(path), hash).catch((error: unknown) => {
    throw fileProblem(error, path, 'read')
  })
  return `sha512-${hash.digest('base64')}`
}

function inFolder(folder: string, entries: readonly ModelEntry[]): readonly LocalModel[] {
  return entries.flatMap((entry): LocalModel[] => {
    const bases = [folder, join(folder, entry.name)]
    const base = bases.find((one) => entry.files.every(({ name }) => existsSync(join(one, name))))
    if (base === undefined) return []
    return [{ entry, withFiles: (_, use) => use(({ name }) => ({ path: join(base, name) })) }]
  })
}

async function inFile(file: string, entries: readonly ModelEntry[]): Promise<readonly LocalModel[]> {
  if (/\.(tgz|tar\.gz)$/i.test(file)) {
    const integrity = await integrityOf(file)
    return entries
      .filter(({ source }) => 'integrity' in source && source.integrity === integrity)
      .map((entry): LocalModel => ({ entry, withFiles: (given, use) => withTarball(file, given, use) }))
  }
  const named = entries.filter(({ files }) => files.some(({ name }) => name === basename(file)))
  return inFolder(dirname(file), named)
}

/**
 * The models of the manifest that are in a folder (a copy of an installed one, or of several), or in a file (the package, or a file
 * of a model with the others beside it). Whether their files are genuine, `pull` checks.
 * @throws `file.*`, `model.none-there`
 */
export async function findLocal(path: string, entries: readonly ModelEntry[]): Promise<readonly LocalModel[]> {
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
  } catch (error) {
    throw fileProblem(error, path, 'read')
  }
  const found = isFolder ? inFolder(path, entries) : await inFile(path, entries)
  if (found.length > 0) return found
  throw new SightlineError('model.none-there', { path, known: entries.map(({ name }) => name).join(', ') })
}
