/** Where installed models are, and the paths by which pipelines name their files on any machine: `model:NAME/FILE`. */
import { join } from 'node:path'
import { userFolders } from '../files/user-folders.ts'

const pattern = /^model:([a-z0-9][a-z0-9-]*)\/([A-Za-z0-9][\w.-]*)$/

/** A file of an installed model, as a pipeline names it. */
export interface ModelPath {
  readonly name: string
  /** Absolute; it need not exist. */
  readonly place: string
}

/** Models are read by every pipeline without consent, and written by `sightline models` alone. */
export const modelsFolder = (): string => join(userFolders().data, 'models')

export const modelFolder = (name: string): string => join(modelsFolder(), name)

/** Undefined for any other path. */
export function modelPath(path: string): ModelPath | undefined {
  const [, name, file] = pattern.exec(path) ?? []
  return name !== undefined && file !== undefined ? { name, place: join(modelFolder(name), file) } : undefined
}
