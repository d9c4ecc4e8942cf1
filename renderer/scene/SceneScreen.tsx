/** A 3D scene over the whole window, to look around in; the editor stays as it was behind it. */
import { ArrowLeft, FolderOpen } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type DragEvent, useEffect, useRef } from 'react'
import { takeFiles } from '../canvas/files.ts'
import { perform } from '../commands/command.ts'
import { filesOf, sorted } from '../start/dropped.ts'
import { useEditor } from '../state/editor.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { openSceneCommand } from './commands.ts'
import { ScenePane } from './ScenePane.tsx'
import styles from './SceneScreen.module.css'
import type { FileSource } from './source.ts'
import { closeScene, useScene } from './store.ts'

export function SceneScreen() {
  const source = useScene((s) => s.source)
  const opened = useEditor((s) => s.opened)
  const first = useRef(opened)
  useEffect(() => {
    // Another pipeline was opened meanwhile, so show that.
    if (opened !== first.current && source) closeScene()
    first.current = opened
  }, [opened, source])
  if (!source) return null
  return (
    <Dialog.Root open onOpenChange={(open) => !open && closeScene()}>
      <Dialog.Portal>
        <Scene source={source} />
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Scene({ source }: { source: FileSource }) {
  const content = useRef<HTMLDivElement>(null)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    const given = filesOf(event.dataTransfer)
    const take = async (): Promise<void> => {
      if (!sorted(await given).scene) closeScene()
      await takeFiles(given, { x: 0, y: 0 })
    }
    take().catch(notifyError)
  }
  const another = <Button onClick={() => perform(openSceneCommand)}>Open another scene…</Button>
  return (
    <Dialog.Content
      ref={content}
      className={styles.screen}
      aria-describedby={undefined}
      onOpenAutoFocus={(event) => {
        event.preventDefault()
        content.current?.querySelector<HTMLElement>('[role="application"]')?.focus()
      }}
      onInteractOutside={(event) => event.preventDefault()}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <ScenePane
        source={source}
        heading={
          <>
            <Button look="quiet" aria-label="Editor" onClick={closeScene}>
              <ArrowLeft size={15} aria-hidden /> <span className={styles.word}>Editor</span>
            </Button>
            <Dialog.Title className={styles.title} title={source.path ?? source.name}>
              {source.name}
            </Dialog.Title>
          </>
        }
        after={<IconButton icon={FolderOpen} label="Open another scene" onClick={() => perform(openSceneCommand)} />}
        other={another}
      />
    </Dialog.Content>
  )
}
