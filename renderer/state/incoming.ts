/** Every pipeline enters the window here: opened, dropped, pasted, recovered, or shown at the start. */
import type { Document } from '../../engine/graph/document.ts'
import { parseFile, serialise } from '../../engine/graph/file.ts'
import { hasOlderNodes } from '../../engine/graph/migrate.ts'
import { useEditor } from './editor.ts'
import { request } from './engine.ts'

/**
 * Turns a file's text, or its JSON, into a document with nodes of the current versions, so that a form never writes new
 * parameters beside old ones. Throws the problem of what is not a pipeline.
 */
export async function readDocument(source: unknown): Promise<Document> {
  const document = parseFile(source)
  if (!hasOlderNodes(document, useEditor.getState().catalogue)) return document
  // Migrating parameters takes the code of the nodes, which the window does not have.
  return parseFile((await request('upgrade', { document: serialise(document) })).document)
}
