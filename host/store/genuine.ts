/** Files of installed models are opened only as the manifest has them. */
import { SightlineError } from '../../engine/types/problem.ts'
import type { OpenedFile } from '../../engine/types/services.ts'
import { findEntry } from './manifest.ts'
import { modelPath } from './places.ts'

/** Gives the file back. Throws `model.altered` for one of an installed model whose content is another. */
export function genuine(opened: OpenedFile): OpenedFile {
  const model = modelPath(opened.path)
  const file = model && findEntry(model.name)?.files.find(({ name }) => name === model.file)
  if (!model || !file || file.sha256 === opened.sha256) return opened
  throw new SightlineError('model.altered', { path: opened.path, name: model.name })
}
