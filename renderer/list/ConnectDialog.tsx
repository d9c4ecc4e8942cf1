/** Connecting without the mouse: what this node can be connected to, by name. */
import { Command as List } from 'cmdk'
import { Dialog } from 'radix-ui'
import { useMemo } from 'react'
import styles from '../palette/AddMenu.module.css'
import own from '../palette/CommandPalette.module.css'
import { useEditor } from '../state/editor.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { useFocusBack } from '../ui/useFocusBack.ts'
import { endWords, offers, useConnecting } from './connecting.ts'

export function ConnectDialog() {
  const open = useUi((s) => s.dialog === 'connect')
  const back = useFocusBack(open)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Overlay className={own.overlay} />
        <Dialog.Content className={own.palette} aria-describedby={undefined} onCloseAutoFocus={back}>
          <Dialog.Title className="visually-hidden">Connect</Dialog.Title>
          <Content />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Content() {
  const ends = useConnecting((s) => s.ends)
  const all = useMemo(() => offers(ends), [ends])
  const [end] = ends
  const about = useEditor((s) => end && endWords(s, end))
  const what = ends.length === 1 ? about : about?.replace(/ · .*/, '')
  return (
    <List loop label="Connections" className={own.list}>
      <List.Input className={styles.input} placeholder={`Connect ${what ?? ''}`} autoFocus />
      <List.List className={styles.list}>
        {all.map(({ key, words, hint, take }) => (
          <List.Item
            key={key}
            value={key}
            keywords={[words]}
            className={styles.item}
            onSelect={() => {
              openDialog(null)
              take()
            }}
          >
            <span className={styles.title}>{words}</span>
            {hint && <span className={styles.alias}>{hint}</span>}
          </List.Item>
        ))}
        <List.Empty className={styles.none}>
          {all.length === 0 ? 'Nothing here fits. Add a node first.' : 'Nothing has that name.'}
        </List.Empty>
      </List.List>
    </List>
  )
}
