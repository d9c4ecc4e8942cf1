/** What the manifest says that an installed model expects of pictures. */
import { installedModel } from '../../engine/graph/models.ts'
import type { ModelExpects } from '../../engine/values/expects.ts'
import { readManifest } from './manifest.ts'

let entries: ReadonlyMap<string, readonly ModelExpects[]> | undefined

/** Of a path as pipelines have it (`model:NAME/FILE`). Empty for any other path. The manifest is read once. */
export function expectsOf(path: string): readonly ModelExpects[] {
  const name = installedModel(path)
  if (name === undefined) return []
  entries ??= new Map(readManifest().map(({ name, expects }) => [name, expects]))
  return entries.get(name) ?? []
}
