/** A dropped TensorFlow.js model: a model.json, and the files with its weights. */
import { SightlineError } from '../../engine/types/problem.ts'

export interface TensorflowModel {
  readonly model: File
  /** Names of the files with its weights, which lie beside it. */
  readonly parts: readonly string[]
}

/** The largest model.json that is looked at. */
const most = 64 * 1024 * 1024

type Json = {
  readonly modelTopology?: unknown
  readonly weightsManifest?: readonly { readonly paths?: readonly string[] }[]
}

/** Undefined where the file is something else, such as a pipeline. */
async function read(model: File): Promise<TensorflowModel | undefined> {
  if (!model.name.toLowerCase().endsWith('.json') || model.size > most) return undefined
  try {
    const { modelTopology, weightsManifest } = JSON.parse(await model.text()) as Json
    if (modelTopology === undefined && weightsManifest === undefined) return undefined
    return { model, parts: weightsManifest?.flatMap(({ paths = [] }) => paths) ?? [] }
  } catch {
    // Whoever opens it as a pipeline says what is wrong with it.
    return undefined
  }
}

/** The first such model among dropped files. */
export async function tensorflowModel(files: readonly File[]): Promise<TensorflowModel | undefined> {
  for (const file of files) {
    const found = await read(file)
    if (found) return found
  }
  return undefined
}

/** The files with its weights, of those that were dropped with it. Throws `drop.model-parts` if one is missing. */
export function partsAmong({ model, parts }: TensorflowModel, files: readonly File[]): readonly File[] {
  const missing = parts.filter((part) => !files.some(({ name }) => name === part))
  if (missing.length > 0)
    throw new SightlineError('drop.model-parts', {
      name: model.name,
      missing: `${missing.slice(0, 2).join(', ')}${missing.length > 2 ? ` and ${missing.length - 2} more` : ''}`,
    })
  return files.filter(({ name }) => parts.includes(name))
}
