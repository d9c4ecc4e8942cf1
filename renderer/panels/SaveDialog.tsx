/** Asks where to save a pipeline, then continues with what waited for it. */
import { titleOf, useEditor } from '../state/editor.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { answered, pipelineExtensions, saveTo, useQuestions } from './files.ts'
import { PathDialog } from './PathDialog.tsx'
import { baseName, folderOf } from './paths.ts'

/** A title as a file name. */
const fileName = (title: string): string =>
  `${title.replace(/[\\/:*?"<>|]+/g, ' ').trim() || 'Untitled'}.sightline.json`

export function SaveDialog() {
  const open = useUi((s) => s.dialog === 'save-as')
  const path = useEditor((s) => s.path)
  const title = useEditor(titleOf)
  if (!open) return null

  const close = (): void => {
    if (useUi.getState().dialog === 'save-as') openDialog(null)
    useQuestions.setState({ next: null })
  }
  const choose = async (chosen: string): Promise<void> => {
    await saveTo(chosen, true)
    openDialog(null)
    answered(true)
  }
  return (
    <PathDialog
      title="Save the pipeline"
      kind="save"
      accept={pipelineExtensions}
      start={path && folderOf(path)}
      name={path === undefined ? fileName(title) : baseName(path)}
      onChoose={choose}
      onClose={close}
    />
  )
}
