/**
 * Saves a window's document so that it means the same files afterwards: dropped pictures are copied beside the pipeline, and
 * paths relative to the old folder become relative to the new one. The window takes over the new names.
 */
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import type { Document } from '../../engine/graph/document.ts'
import { applyEdit } from '../../engine/graph/edit.ts'
import { filesOf, renameFiles } from '../../engine/graph/files.ts'
import { sampleOf } from '../../engine/graph/models.ts'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { plainPath } from '../files/paths.ts'
import { copyUploads, isUpload } from '../files/uploads.ts'
import { modelPath } from '../store/places.ts'
import { checkUnchanged, type Stamp, writePipeline } from './pipeline-file.ts'

export interface SaveJob {
  readonly document: Document
  readonly catalogue: Catalogue
  /** Where its relative paths started so far, and whether it had a file. */
  readonly folder: string
  readonly own: boolean
  readonly uploads: string
  /** Absolute. */
  readonly target: string
  readonly stamp: Stamp
  /** Files that the document does not name now but may again, by an undo. */
  readonly also: readonly FileUse[]
}

export interface Saved extends MethodResult<'save'> {
  /** Files that were beside the pipeline and are not any more: it may still use them. Absolute. */
  readonly left: readonly FileUse[]
  /** As it was written, with the files' new names. */
  readonly document: Document
}

/** With forward slashes on every system. */
const slashes = (path: string): string => (process.platform === 'win32' ? path.replaceAll('\\', '/') : path)

/** `edges.sightline.json` → `edges.files` */
const filesFolder = (target: string): string =>
  join(dirname(target), `${basename(target).replace(/(\.sightline)?\.json$/i, '')}.files`)

/** Throws `file.changed-on-disk` and other `file.*`: then nothing was written. */
export async function saveDocument(job: SaveJob): Promise<Saved> {
  const { document, catalogue, folder, own, uploads, target, stamp, also } = job
  const there = dirname(target)
  const seen = (path: string): string => slashes(relative(there, path))
  const names = new Map<string, string>()
  const left: FileUse[] = []
  const used = filesOf(document, catalogue)
  for (const { path, access } of [...used, ...also]) {
    // The same file everywhere.
    const named = modelPath(path) || sampleOf(path)
    const place = isAbsolute(path) || named || folder === there ? undefined : plainPath(path, folder)
    if (place === undefined) continue
    names.set(path, seen(place))
    if (own) left.push({ path: place, access })
  }
  await checkUnchanged(target, stamp)
  const dropped = used.filter(({ path, access }) => access === 'read' && isUpload(uploads, path))
  const copies = await copyUploads(
    dropped.map(({ path }) => path),
    filesFolder(target),
  )
  try {
    for (const [upload, copy] of copies.paths) names.set(upload, seen(copy))
    const written = applyEdit(document, renameFiles(document, catalogue, names)).document
    return { ...(await writePipeline(target, written)), renamed: [...names], left, document: written }
  } catch (error) {
    await copies.remove()
    throw error
  }
}
