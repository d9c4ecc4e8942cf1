/** Opens a pipeline, or a 3D scene over it. The caller asks about unsaved changes first. */
import { sceneExtensions } from '../../engine/protocol/scene.ts'
import { openScene, useScene } from '../scene/store.ts'
import { useEditor } from '../state/editor.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { openFile, pipelineExtensions } from './files.ts'
import { PathDialog } from './PathDialog.tsx'
import { folderOf } from './paths.ts'

/** An unpacked .sog is opened by its list, meta.json. */
const sceneFiles = [...sceneExtensions, 'json']

const kinds = {
  open: { title: 'Open a pipeline', accept: pipelineExtensions, onChoose: openFile },
  'open-scene': { title: 'Open a 3D scene', accept: sceneFiles, onChoose: openScene },
} as const
const close = (): void => openDialog(null)

export function OpenDialog() {
  const dialog = useUi((s) => s.dialog)
  const pipeline = useEditor((s) => s.path)
  const scene = useScene((s) => s.source?.path)
  if (dialog !== 'open' && dialog !== 'open-scene') return null
  const path = dialog === 'open' ? pipeline : scene
  return <PathDialog key={dialog} kind="file" start={path && folderOf(path)} onClose={close} {...kinds[dialog]} />
}
