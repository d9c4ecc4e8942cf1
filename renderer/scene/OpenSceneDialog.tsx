/** Chooses a 3D scene. It is shown in front of the pipeline, which stays as it is. */
import { sceneExtensions } from '../../engine/protocol/scene.ts'
import { PathDialog } from '../panels/PathDialog.tsx'
import { folderOf } from '../panels/paths.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { openScene, useScene } from './store.ts'

export function OpenSceneDialog() {
  const open = useUi((s) => s.dialog === 'open-scene')
  const path = useScene((s) => s.source?.path)
  if (!open) return null
  return (
    <PathDialog
      title="Open a 3D scene"
      kind="file"
      accept={sceneExtensions}
      start={path && folderOf(path)}
      onChoose={openScene}
      onClose={() => openDialog(null)}
    />
  )
}
