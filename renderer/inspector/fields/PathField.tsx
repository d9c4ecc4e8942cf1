/** The path of a file or folder: typed, chosen in a dialog, or a file dropped on the field. */
import { FolderOpen } from 'lucide-react'
import { type DragEvent, useState } from 'react'
import type { FileParam } from '../../../engine/types/param.ts'
import { PathDialog } from '../../panels/PathDialog.tsx'
import { copyName, folderOf, joined, relativeTo } from '../../panels/paths.ts'
import { allow } from '../../state/consent.ts'
import { useEditor } from '../../state/editor.ts'
import { upload } from '../../state/engine.ts'
import { notifyError } from '../../state/notices.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { TextField } from '../../ui/TextField.tsx'
import type { FieldProps } from './field.ts'
import styles from './PathField.module.css'

export function PathField({ spec, value, edit, id, label, describedBy }: FieldProps<FileParam, string>) {
  const [open, setOpen] = useState(false)
  const [over, setOver] = useState(false)
  // Paths in a pipeline are relative to its file.
  const beside = useEditor((s) => (s.path === undefined ? undefined : folderOf(s.path)))
  const copy = copyName(value)
  const full = value && copy === undefined && (beside === undefined ? value : joined(beside, value))
  const folder = full ? (spec.type === 'folder' ? full : folderOf(full)) : beside
  const takesFiles = spec.type === 'file' && spec.mode !== 'save'

  /** Typing or choosing a path is consent to use it. */
  const choose = (path: string): void => {
    if (path.trim()) void allow([{ path, access: spec.mode === 'save' ? 'write' : 'read' }])
    edit.set(path)
  }

  const drop = async (event: DragEvent): Promise<void> => {
    setOver(false)
    const file = takesFiles && event.dataTransfer.files[0]
    if (!file) return
    event.preventDefault()
    event.stopPropagation()
    try {
      edit.set(await upload(file))
    } catch (error) {
      notifyError(error)
    }
  }
  const drag = (event: DragEvent): void => {
    if (!takesFiles || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    event.stopPropagation()
    setOver(true)
  }

  const what = spec.type === 'folder' ? 'a folder' : 'a file'
  return (
    <fieldset
      aria-label={label}
      className={styles.path}
      data-over={over || undefined}
      onDragOver={drag}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <TextField
        id={id}
        value={copy ?? value}
        placeholder={`Choose ${what}`}
        onCommit={(text) => text !== (copy ?? value) && choose(text)}
        describedBy={describedBy}
      />
      <IconButton icon={FolderOpen} label={`Choose ${what}`} onClick={() => setOpen(true)} />
      {copy !== undefined && (
        <p className={styles.copy}>
          A copy of the file that was dropped: later changes to the original do not show. Choose the file to follow it.
        </p>
      )}
      {open && (
        <PathDialog
          title={`Choose ${what}`}
          kind={spec.type === 'folder' ? 'folder' : spec.mode === 'save' ? 'save' : 'file'}
          accept={spec.accept}
          start={folder}
          onChoose={(path) => choose(relativeTo(beside, path))}
          onClose={() => setOpen(false)}
        />
      )}
    </fieldset>
  )
}
