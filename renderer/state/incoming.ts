/** Every pipeline that comes into the window comes in here: opened, dropped, pasted, brought back, or shown at the start. */
import type { Document } from '../../engine/graph/document.ts'
import { parseFile, serialise } from '../../engine/graph/file.ts'
import { hasOlderNodes } from '../../engine/graph/migrate.ts'
import { useEditor } from './editor.ts'
import { request } from './engine.ts'

/**
 * A file's text, or its JSON, as a document with nodes as their types are now, so that a form never writes new parameters
 * beside old ones. Throws the problem of what is no pipeline.
 */
export async function readDocument(source: unknown): Promise<Document> {
  const document = parseFile(source)
  if (!hasOlderNodes(document, useEditor.getState().catalogue)) return document
  // How parameters have changed is code of the nodes, which the window does not have.
  return parseFile((await request('upgrade', { document: serialise(document) })).document)
}
