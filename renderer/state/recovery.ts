/** What the window shows first. A reload of the page loses nothing: the document waits in the session's storage. */
import { type DocumentFile, emptyDocument } from '../../engine/graph/document.ts'
import { serialise } from '../../engine/graph/file.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { isDirty, openDocument, useEditor } from './editor.ts'
import { readDocument } from './incoming.ts'
import { notifyError } from './notices.ts'
import { showStart, useUi } from './ui.ts'

const key = 'sightline.document'

export interface Kept {
  readonly document: unknown
  readonly path?: string | undefined
  readonly stamp?: string | undefined
  readonly unsaved?: boolean
  readonly allowed?: readonly FileUse[] | undefined
}

/** Called when the page goes. */
export function keepDocument(): void {
  const state = useEditor.getState()
  // What was kept before may still be on its way in.
  if (state.opened === 0) return
  const { document, path, stamp, allowed } = state
  const kept: Kept & { document: DocumentFile } = {
    document: serialise(document),
    path,
    stamp,
    unsaved: isDirty(state),
    allowed,
  }
  try {
    sessionStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // Storage is full or forbidden. The copy that lies beside the file is the one to rely on.
    sessionStorage.removeItem(key)
  }
}

/** Opens it, unless the connection is lost meanwhile. False where it cannot be opened. */
async function open(read: () => Kept): Promise<boolean> {
  try {
    const { document, ...origin } = read()
    openDocument(await readDocument(document), origin)
  } catch (error) {
    // The next connection begins again.
    if (error instanceof SightlineError && error.code === 'protocol.lost') return true
    notifyError(error)
    return false
  }
  return true
}

async function openKept(): Promise<boolean> {
  const text = sessionStorage.getItem(key)
  if (!text) return false
  const opened = await open(() => JSON.parse(text) as Kept)
  if (!opened) sessionStorage.removeItem(key)
  return opened
}

/** What was open before a reload, else what the program was started with, else nothing. */
export async function openFirst(start: (Kept & { readonly sample?: boolean | undefined }) | undefined): Promise<void> {
  if (await openKept()) return
  if (!start || !(await open(() => start))) openDocument(emptyDocument)
  else if (start.sample && useUi.getState().showAtStart) showStart(true)
}
