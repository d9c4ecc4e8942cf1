/** What the window shows first. A reload loses nothing: the document waits in the session storage. */
import { type DocumentFile, emptyDocument } from '../../engine/graph/document.ts'
import { serialise } from '../../engine/graph/file.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { openScene, useScene } from '../scene/store.ts'
import { toast } from '../ui/toasts.ts'
import { isDirty, openDocument, titleOf, useEditor } from './editor.ts'
import { connected } from './engine.ts'
import { readDocument } from './incoming.ts'
import { notifyError } from './notices.ts'
import { showStart, useUi } from './ui.ts'

const key = 'sightline.document'

export interface StoredDocument {
  readonly document: unknown
  readonly path?: string | undefined
  readonly stamp?: string | undefined
  readonly unsaved?: boolean
  readonly allowed?: readonly FileUse[] | undefined
  /** The file of a 3D scene shown over it. */
  readonly scene?: string | undefined
}

/** Called when the page unloads. */
export function keepDocument(): void {
  const state = useEditor.getState()
  // The state restored from before may not have arrived yet.
  if (state.opened === 0) return
  const { document, path, stamp, allowed } = state
  const stored: StoredDocument & { document: DocumentFile } = {
    document: serialise(document),
    path,
    stamp,
    unsaved: isDirty(state),
    allowed,
    scene: useScene.getState().source?.path,
  }
  try {
    sessionStorage.setItem(key, JSON.stringify(stored))
  } catch {
    // Storage is full or forbidden: the session has it too.
    sessionStorage.removeItem(key)
  }
}

/** broken: it cannot be opened; lost: the connection was lost, and the next one starts over. */
async function open(read: () => StoredDocument): Promise<'open' | 'broken' | 'lost'> {
  try {
    const { document, scene, ...origin } = read()
    openDocument(await readDocument(document), origin)
    // Ignore a failure: the document is there regardless.
    if (scene !== undefined)
      void connected()
        .then(() => openScene(scene))
        .catch(notifyError)
    return 'open'
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'protocol.lost') return 'lost'
    notifyError(error)
    return 'broken'
  }
}

/** Once: the stored state belongs to the previous page and is outdated by the first change. */
async function openStored(): Promise<'open' | 'broken' | 'lost'> {
  const text = sessionStorage.getItem(key)
  if (!text) return 'broken'
  const result = await open(() => JSON.parse(text) as StoredDocument)
  if (result !== 'lost') sessionStorage.removeItem(key)
  return result
}

export interface First {
  /** What this window's session had open. */
  readonly resume?: StoredDocument | undefined
  /** What the program was started with. */
  readonly start?: (StoredDocument & { readonly sample?: boolean | undefined }) | undefined
}

/** What was open before a reload or the program's end, else what it was started with, else nothing. */
export async function openFirst({ resume, start }: First): Promise<void> {
  if ((await openStored()) !== 'broken') return
  const resumed = resume && (await open(() => resume))
  if (resumed === 'open' && resume?.unsaved) toast(`“${titleOf(useEditor.getState())}” is back, with unsaved changes.`)
  if (resumed === 'open' || resumed === 'lost') return
  const started = start && (await open(() => start))
  if (started === 'open' && start?.sample && useUi.getState().showAtStart) showStart(true)
  if (started === undefined || started === 'broken') openDocument(emptyDocument)
}
