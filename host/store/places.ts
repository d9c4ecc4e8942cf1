/**
 * Where installed models are, and the paths by which pipelines name their files on any machine: `model:NAME/FILE`, and of a hub
 * `hf:OWNER/REPO/FILE`.
 */
import { join } from 'node:path'
import { hubAddress } from '../../engine/types/hub.ts'
import { userFolders } from '../files/user-folders.ts'
import { findEntry, hubName } from './manifest.ts'

const pattern = /^model:([a-z0-9][a-z0-9-]*)\/([A-Za-z0-9][\w.-]*)$/

/** A file of an installed model, as a pipeline names it. */
export interface ModelPath {
  readonly name: string
  /** Of the file, in the model's folder. */
  readonly file: string
  /** Absolute; it need not exist. */
  readonly place: string
}

/** Models are read by every pipeline without consent, and written by `sightline models` alone. */
export const modelsFolder = (): string => join(userFolders().data, 'models')

export const modelFolder = (name: string): string => join(modelsFolder(), name)

/** Undefined for any other path. A model of a hub that is not installed has no file yet. */
export function modelPath(path: string): ModelPath | undefined {
  const placed = (name: string, file: string): ModelPath => ({ name, file, place: join(modelFolder(name), file) })
  if (hubAddress(path)) {
    const name = hubName(path)
    return placed(name, findEntry(name)?.main ?? 'weights')
  }
  const [, name, file] = pattern.exec(path) ?? []
  return name !== undefined && file !== undefined ? placed(name, file) : undefined
}
