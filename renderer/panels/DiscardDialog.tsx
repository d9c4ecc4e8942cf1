/** The two questions that protect work: unsaved changes, and a file changed by another program. */
import { titleOf, useEditor } from '../state/editor.ts'
import { notifyError } from '../state/notices.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { answered, closeChanged, save, saveTo, useQuestions } from './files.ts'

export function DiscardDialog() {
  return (
    <>
      <UnsavedQuestion />
      <ChangedQuestion />
    </>
  )
}

function UnsavedQuestion() {
  const open = useUi((s) => s.dialog === 'discard')
  const title = useEditor(titleOf)
  const saveFirst = async (): Promise<void> => {
    // Without a file, the save dialog takes over and continues from there.
    if (await save()) answered(true)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && answered(false)}
      title={`Save the changes to “${title}”?`}
      description="They are not saved in any file. If you do not save, they are lost."
      actions={
        <>
          <Button onClick={() => answered(false)}>Cancel</Button>
          <Button onClick={() => answered(true)}>Do not save</Button>
          <Button look="primary" autoFocus onClick={saveFirst}>
            Save
          </Button>
        </>
      }
    />
  )
}

function ChangedQuestion() {
  const changed = useQuestions((s) => s.changed)
  const overwrite = async (path: string): Promise<void> => {
    closeChanged()
    try {
      await saveTo(path, true)
      answered(true)
    } catch (error) {
      notifyError(error)
    }
  }
  const elsewhere = (): void => {
    closeChanged()
    openDialog('save-as')
  }
  return (
    <Dialog
      open={changed !== null}
      onOpenChange={(next) => !next && closeChanged()}
      title="This file was changed by another program"
      description={changed?.words}
      actions={
        <>
          <Button onClick={closeChanged}>Cancel</Button>
          <Button look="danger" onClick={() => changed && overwrite(changed.path)}>
            Overwrite
          </Button>
          <Button look="primary" autoFocus onClick={elsewhere}>
            Save as…
          </Button>
        </>
      }
    />
  )
}
