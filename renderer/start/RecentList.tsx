/** Files opened or saved before. A missing file is marked and can be removed from the list. */
import { Box, FileWarning, Workflow, X } from 'lucide-react'
import { useEffect } from 'react'
import { isScene } from '../../engine/protocol/scene.ts'
import { loadFile, whenSafe } from '../panels/files.ts'
import { folderOf } from '../panels/paths.ts'
import { openScene } from '../scene/store.ts'
import { notifyError } from '../state/notices.ts'
import { checkRecent, forget, type RecentFile, useRecent } from '../state/recent.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { saying } from './open.ts'
import styles from './StartScreen.module.css'

const shown = 6

export function RecentList() {
  const files = useRecent((s) => s.files)
  const gone = useRecent((s) => s.gone)
  useEffect(() => {
    checkRecent().catch(notifyError)
  }, [])
  if (files.length === 0) return null
  return (
    <section className={styles.recent} aria-labelledby="start-recent">
      <h3 id="start-recent">Recent</h3>
      <ul>
        {files.slice(0, shown).map((file) => (
          <Entry key={file.path} file={file} gone={gone.has(file.path)} />
        ))}
      </ul>
    </section>
  )
}

function Entry({ file: { path, title }, gone }: { file: RecentFile; gone: boolean }) {
  const scene = isScene(path)
  const Icon = gone ? FileWarning : scene ? Box : Workflow
  const open = (): Promise<void> => (scene ? openScene(path) : loadFile(path).then(whenSafe))
  return (
    <li className={styles.file} data-gone={gone || undefined}>
      <button type="button" disabled={gone} title={path} onClick={() => saying(open())}>
        <Icon size={15} strokeWidth={1.75} aria-hidden />
        <span className={styles.fileTitle}>{title}</span>
        <span className={styles.filePlace}>{gone ? 'file missing' : folderOf(path)}</span>
      </button>
      <IconButton small icon={X} label={`Remove “${title}” from this list`} onClick={() => forget(path)} />
    </li>
  )
}
