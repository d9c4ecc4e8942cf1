/** What the editor opens first for a named file: a pipeline, a new one with the picture in it, or a 3D scene. */
import { existsSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { type Document, emptyDocument } from '../../engine/graph/document.ts'
import { serialise } from '../../engine/graph/file.ts'
import { isScene, sogList } from '../../engine/protocol/scene.ts'
import { createServices } from '../files/services.ts'
import type { EngineConfig } from '../keeper.ts'
import { readDocument } from '../server/pipeline-file.ts'
import { readScenePart } from '../server/scene-file.ts'

/** A new pipeline with one picture in it. */
const pictureDocument = (path: string): Document => ({
  ...emptyDocument,
  title: basename(path, extname(path)),
  nodes: { image: { type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } } },
})

/** Throws what is wrong with the file: `file.*`, `document.*`. A pipeline is read again for every window. */
export async function startOf(file: string): Promise<NonNullable<EngineConfig['start']>> {
  const path = resolve(file)
  // The folder of an unpacked .sog stands for its list.
  const list = join(path, sogList)
  if (existsSync(list)) return startOf(list)
  if (extname(path).toLowerCase() === '.json' && !isScene(path)) {
    await readDocument(path)
    return { path }
  }
  if (isScene(path)) {
    await readScenePart(path, 0)
    return { document: serialise(emptyDocument), scene: path }
  }
  await createServices({ base: process.cwd() }).probe(path, new AbortController().signal)
  return { document: serialise(pictureDocument(path)), allowed: [{ path, access: 'read' }] }
}
