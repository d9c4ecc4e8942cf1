/** Messages about the pipeline's file: another window has it, another program changed it, or it is gone. */
import { FileWarning, Lock } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { loadFile, openFile } from '../panels/files.ts'
import { baseName } from '../panels/paths.ts'
import { isDirty, setFileState, useEditor } from '../state/editor.ts'
import { notifyError } from '../state/notices.ts'
import { openDialog } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toasts.ts'
import styles from './Banner.module.css'

const saveElsewhere = (): void => openDialog('save-as')

export function FileBanner() {
  const file = useEditor((s) => s.file)
  const path = useEditor((s) => s.path)
  const dirty = useEditor(isDirty)
  const changed = file === 'changed'
  useEffect(() => {
    // This window has no changes of its own that would conflict.
    if (!changed || dirty || path === undefined) return
    loadFile(path).then((open) => {
      // Edits made while the file was being read conflict after all, so ask.
      if (isDirty(useEditor.getState())) return
      open()
      toast(`${baseName(path)} was changed by another program; this is the new version.`)
    }, notifyError)
  }, [changed, dirty, path])
  if (path === undefined) return null
  const name = baseName(path)
  switch (file) {
    case 'own':
      return null
    case 'elsewhere':
      return (
        <Banner icon={<Lock size={14} aria-hidden />} words={`Read only: ${name} is open in another window.`}>
          <Button small onClick={saveElsewhere}>
            Save a copy…
          </Button>
        </Banner>
      )
    case 'changed':
      return dirty ? (
        <Banner icon={<FileWarning size={14} aria-hidden />} words={`${name} was changed by another program.`}>
          <Button small onClick={() => openFile(path).catch(notifyError)}>
            Load it, drop my changes
          </Button>
          <Button small onClick={() => setFileState('own')}>
            Keep mine
          </Button>
        </Banner>
      ) : null
    case 'gone':
      return (
        <Banner
          icon={<FileWarning size={14} aria-hidden />}
          words={`${name} is gone. Your pipeline is safe in this window.`}
        >
          <Button small onClick={saveElsewhere}>
            Save again…
          </Button>
        </Banner>
      )
  }
}

function Banner({ icon, words, children }: { icon: ReactNode; words: string; children: ReactNode }) {
  return (
    <div className={styles.banner} role="status">
      {icon}
      <span>{words}</span>
      {children}
    </div>
  )
}
