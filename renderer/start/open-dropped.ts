/** Files dropped on the start screen: a pipeline is opened, pictures, points and models start a new one. */
import { takeFiles } from '../canvas/files.ts'
import { tensorflowModel } from '../canvas/tensorflow-model.ts'
import { whenSafe } from '../panels/files.ts'
import { newDocument } from '../state/editor.ts'
import { clearViewer } from '../state/ui.ts'
import { filesOf, sorted } from './dropped.ts'
import { saying } from './open.ts'

export function openDroppedFiles(transfer: DataTransfer): void {
  const given = filesOf(transfer)
  const begin = async (): Promise<void> => {
    const { pipeline, scene, points, pictures, models } = sorted(await given)
    const opens = scene || (pipeline && !(await tensorflowModel(await given)))
    if (opens || (!pipeline && points.length + pictures.length + models.length === 0))
      return takeFiles(given, { x: 0, y: 0 })
    whenSafe(() => {
      newDocument()
      clearViewer()
      saying(takeFiles(given, { x: 0, y: 0 }))
    })
  }
  saying(begin())
}
