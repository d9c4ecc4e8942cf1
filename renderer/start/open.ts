/** What the start screen opens. */
import { SightlineError } from '../../engine/types/problem.ts'
import { whenSafe } from '../panels/files.ts'
import { baseName } from '../panels/paths.ts'
import { openDocument } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { readDocument } from '../state/incoming.ts'
import { notifyError } from '../state/notices.ts'
import { clearViewer } from '../state/ui.ts'

/** A copy of an entry of the gallery: in no file, so saving asks where. */
export async function openEntry(id: string): Promise<void> {
  const { document } = await request('entry', { id })
  const read = await readDocument(document)
  whenSafe(() => {
    openDocument(read)
    clearViewer()
  })
}

/** Opens a 3D scene. The one place that has to learn it. */
export async function openScene(path: string): Promise<void> {
  throw new SightlineError('scene.not-yet', { name: baseName(path) })
}

export const saying = (promise: Promise<unknown>): void => void promise.catch(notifyError)
