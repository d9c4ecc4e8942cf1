/** What the start screen opens. */
import { whenSafe } from '../panels/files.ts'
import { openDocument } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { readDocument } from '../state/incoming.ts'
import { notifyError } from '../state/notices.ts'
import { clearViewer } from '../state/ui.ts'

/** A copy of a gallery entry: in no file, so saving asks where. */
export async function openEntry(id: string): Promise<void> {
  const { document } = await request('entry', { id })
  const read = await readDocument(document)
  whenSafe(() => {
    openDocument(read)
    clearViewer()
  })
}

export const saying = (promise: Promise<unknown>): void => void promise.catch(notifyError)
