/** Pipelines in files: open, save, and never lose what was not saved. */
import { create } from 'zustand'
import { emptyDocument } from '../../engine/graph/document.ts'
import { isScene } from '../../engine/protocol/scene.ts'
import { SightlineError, toProblem, wordsOf } from '../../engine/types/problem.ts'
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
  /** What happens once the unsaved changes are saved or given up. */
  readonly next: (() => void) | null
  /** The file that another program changed, and its problem's words. */
  readonly changed: { readonly path: string; readonly words: string } | null
}
export const useQuestions = create<Questions>(() => ({ next: null, changed: null }))
const ask = useQuestions.setState

/** Does it at once, or after the question what becomes of unsaved changes. */
export function whenSafe(next: () => void): void {
  if (!isDirty(useEditor.getState())) next()
  else {
    ask({ next })
    openDialog('discard')
  }
}

/** The question is answered: go on, or leave everything as it is. */
export function answered(goOn: boolean): void {
  const { next } = useQuestions.getState()
  ask({ next: null })
  if (useUi.getState().dialog === 'discard') openDialog(null)
  if (goOn) next?.()
}

/** Reads a pipeline; what it gives puts it in the place of what is open. Throws the problem of what cannot be opened. */
export async function loadFile(path: string): Promise<() => void> {
  const loaded = await request('load', { path })
  const document = await readDocument(loaded.document)
  return () => {
    openDocument(document, { path: loaded.path, stamp: loaded.stamp })
    clearViewer()
  }
}

/** Replaces what is open. Throws the problem's words where the file cannot be opened; then nothing has changed. */
export const openFile = async (path: string): Promise<void> => (await loadFile(path))()

/** Opens what lies there: a pipeline, a 3D scene in front of the one that is open, or a new one with the picture in it. */
export async function openPath(path: string): Promise<void> {
  if (/\.json$/i.test(path)) return openFile(path)
  if (isScene(path)) return openScene(path)
  const title = baseName(path).replace(/\.[^.]*$/, '')
  const image = { type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } }
  openDocument({ ...emptyDocument, title, nodes: { image } }, { unsaved: true, allowed: [{ path, access: 'read' }] })
  clearViewer()
}

/** Writes to `path`. A file that is not the one that was read is left alone unless `overwrite`; then it throws. */
export async function saveTo(path: string, overwrite = false): Promise<void> {
  // A gesture that goes on is not in the file.
  settle()
  const { path: old, stamp, history } = useEditor.getState()
  const same = path === old && stamp !== undefined
  const saved = await request('save', { path, overwrite, also: pastFiles(), ...(same && { stamp }) })
  // It may have been edited meanwhile.
  markSaved({ path: saved.path, stamp: saved.stamp, step: history.past?.step, names: new Map(saved.renamed) })
  toast(`Saved as ${baseName(saved.path)}.`, { tone: 'success' })
}

/** Saves where the pipeline came from, or asks where to. True once it stands in a file. */
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
