/** Opens a pipeline. What is open now is asked about before, by whoever opens this dialog. */
import { useEditor } from '../state/editor.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { openFile, pipelineExtensions } from './files.ts'
import { PathDialog } from './PathDialog.tsx'
import { folderOf } from './paths.ts'

export function OpenDialog() {
  const open = useUi((s) => s.dialog === 'open')
  const path = useEditor((s) => s.path)
  if (!open) return null
  return (
    <PathDialog
      title="Open a pipeline"
      kind="file"
      accept={pipelineExtensions}
      start={path && folderOf(path)}
      onChoose={openFile}
      onClose={() => openDialog(null)}
    />
  )
}
