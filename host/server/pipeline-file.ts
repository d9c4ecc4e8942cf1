/** Reads and writes pipeline files. A stamp (hash of the content) tells whether another program wrote one meanwhile. */
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import type { Document } from '../../engine/graph/document.ts'
import { parsingFile, savingText, serialise } from '../../engine/graph/file.ts'
import { jsonLimits } from '../../engine/graph/json.ts'
import { beginStretch, inParts } from '../../engine/memory/breathe.ts'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { writeAtomic } from '../files/atomic.ts'
import { withFile } from '../files/open.ts'

export const stampOf = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('base64url')

/** The content of a document's file. A file that is too large is not read at all. Throws `file.*`, `document.too-large`. */
export const readContent = (path: string): Promise<Buffer> =>
  withFile(path, path, (handle, bytes) => {
    if (bytes > jsonLimits.bytes) throw new SightlineError('document.too-large', { bytes, limit: jsonLimits.bytes })
    return handle.readFile()
  })

/** @param path absolute. Throws `file.*` or `document.*`. */
export async function readDocument(path: string): Promise<{ document: Document; stamp: string }> {
  const content = await readContent(path)
  beginStretch()
  return { document: await inParts(parsingFile(content.toString('utf8'))), stamp: stampOf(content) }
}

/** Like `readDocument`, in the form for the window. */
export async function readPipeline(path: string): Promise<MethodResult<'load'>> {
  const { document, stamp } = await readDocument(path)
  return { document: serialise(document), path, stamp }
}

/** The stamp of the file now; undefined if there is none, '' if it cannot be a pipeline. */
export async function stampOfFile(path: string): Promise<string | undefined> {
  try {
    return stampOf(await readContent(path))
  } catch (error) {
    const code = error instanceof SightlineError ? error.code : undefined
    if (code === 'file.missing') return undefined
    if (code === 'file.empty' || code === 'document.too-large') return ''
    throw error
  }
}

/** The stamp of the file when it was read; undefined: it is new, and must not exist. */
export type Stamp = string | 'overwrite' | undefined

/** Throws `file.changed-on-disk`. */
export async function checkUnchanged(path: string, stamp: Stamp): Promise<void> {
  if (stamp === 'overwrite') return
  const there = await stampOfFile(path)
  if (there !== undefined && there !== stamp) throw new SightlineError('file.changed-on-disk', { path })
}

/** @param path absolute. Throws `document.not-saved`, and what `writeAtomic` throws. */
export async function writePipeline(path: string, document: Document): Promise<{ path: string; stamp: string }> {
  beginStretch()
  const text = await inParts(savingText(document))
  // A link stays a link: its target is written.
  await writeAtomic(await realpath(path).catch(() => path), text, { shown: path })
  return { path, stamp: stampOf(text) }
}
