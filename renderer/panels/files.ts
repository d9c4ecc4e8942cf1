/** Pipelines in files: open, save, and never lose unsaved work. */
import { create } from 'zustand'
import { emptyDocument } from '../../engine/graph/document.ts'
import { isScene } from '../../engine/protocol/scene.ts'
import { SightlineError, toProblem, wordsOf } from '../../engine/types/problem.ts'
import { isOnlyPlayed } from '../lesson/store.ts'
import { openScene } from '../scene/store.ts'
import { isDirty, markSaved, openDocument, pastFiles, settle, useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { readDocument } from '../state/incoming.ts'
import { notifyError } from '../state/notices.ts'
import { clearViewer, openDialog, useUi } from '../state/ui.ts'
import { toast } from '../ui/toasts.ts'
import { baseName } from './paths.ts'

export const pipelineExtensions = ['sightline.json', 'json'] as const

interface Questions {
  /** What happens once unsaved changes are saved or discarded. */
  readonly next: (() => void) | null
  /** The file that another program changed, and the problem's text. */
  readonly changed: { readonly path: string; readonly words: string } | null
}
export const useQuestions = create<Questions>(() => ({ next: null, changed: null }))
const ask = useQuestions.setState

/** Runs it at once, or after asking about unsaved changes. */
export function whenSafe(next: () => void): void {
  const s = useEditor.getState()
  if (!isDirty(s) || isOnlyPlayed(s)) next()
  else {
    ask({ next })
    openDialog('discard')
  }
}

/** The answer to the question: continue, or leave everything as it is. */
export function answered(goOn: boolean): void {
  const { next } = useQuestions.getState()
  ask({ next: null })
  if (useUi.getState().dialog === 'discard') openDialog(null)
  if (goOn) next?.()
}

/** Reads a pipeline; the returned function opens it in place of the current one. Throws the problem if it cannot be opened. */
export async function loadFile(path: string): Promise<() => void> {
  const loaded = await request('load', { path })
  const document = await readDocument(loaded.document)
  return () => {
    openDocument(document, { path: loaded.path, stamp: loaded.stamp })
    clearViewer()
  }
}

/** Replaces the open pipeline. If the file cannot be opened, throws the problem and changes nothing. */
export const openFile = async (path: string): Promise<void> => (await loadFile(path))()

/** Opens what is there: a pipeline, a 3D scene over the open one, or a new pipeline with the picture in it. */
export async function openPath(path: string): Promise<void> {
  if (isScene(path)) return openScene(path)
  if (/\.json$/i.test(path)) return openFile(path)
  const title = baseName(path).replace(/\.[^.]*$/, '')
  const image = { type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } }
  openDocument({ ...emptyDocument, title, nodes: { image } }, { unsaved: true, allowed: [{ path, access: 'read' }] })
  clearViewer()
}

/** Writes to `path`. Throws if the file is not the one that was read, unless `overwrite`. */
export async function saveTo(path: string, overwrite = false): Promise<void> {
  // A gesture still under way is not part of the file.
  settle()
  const { path: old, stamp, history } = useEditor.getState()
  const same = path === old && stamp !== undefined
  const saved = await request('save', { path, overwrite, also: pastFiles(), ...(same && { stamp }) })
  // It may have been edited meanwhile.
  markSaved({ path: saved.path, stamp: saved.stamp, entry: history.past?.entry, names: new Map(saved.renamed) })
  toast(`Saved as ${baseName(saved.path)}.`, { tone: 'success' })
}

/** Saves to the pipeline's file, or asks where. True once it is in a file. */
export async function save(): Promise<boolean> {
  const { path } = useEditor.getState()
  if (path === undefined) {
    openDialog('save-as')
    return false
  }
  try {
    await saveTo(path)
    return true
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'file.changed-on-disk')
      ask({ changed: { path, words: wordsOf(error) } })
    else notifyError(error)
    return false
  }
}

export const closeChanged = (): void => ask({ changed: null })
export const wordsOfError = (error: unknown): string => wordsOf(toProblem(error))
