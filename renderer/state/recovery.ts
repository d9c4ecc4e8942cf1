/** A reload of the page loses nothing: the document waits in the session's storage. */
import type { DocumentFile } from '../../engine/graph/document.ts'
import { parseFile, serialise } from '../../engine/graph/file.ts'
import { isDirty, openDocument, useEditor } from './editor.ts'
import { notifyError } from './notices.ts'

const key = 'sightline.document'

interface Kept {
  readonly document: DocumentFile
  readonly path?: string
  readonly stamp?: string
  readonly unsaved: boolean
}

function keep(): void {
  const state = useEditor.getState()
  const { document, path, stamp } = state
  const kept = { document: serialise(document), path, stamp, unsaved: isDirty(state) }
  try {
    sessionStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // Storage is full or forbidden. The copy that lies beside the file is the one to rely on.
    sessionStorage.removeItem(key)
  }
}

/** Brings back what was open before a reload. */
export function restoreDocument(): void {
  const text = sessionStorage.getItem(key)
  if (text) {
    try {
      const { document, path, stamp, unsaved } = JSON.parse(text) as Kept
      openDocument(parseFile(document), { path, stamp, unsaved })
    } catch (error) {
      sessionStorage.removeItem(key)
      notifyError(error)
    }
  }
  window.addEventListener('pagehide', keep)
}
