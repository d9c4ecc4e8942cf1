/** Chooses a file to read, a folder, or where to write, on the machine that computes. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { DesktopBridge } from '../../engine/protocol/desktop.ts'
import { desktop } from '../desktop/bridge.ts'
import { request } from '../state/engine.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../words/say.ts'
import { FileBrowser } from './FileBrowser.tsx'
import { wordsOfError } from './files.ts'
import { lastFolder, rememberFolder } from './folders.ts'
import styles from './PathDialog.module.css'
import { folderOf, joined, withExtension } from './paths.ts'
import { useFolder } from './useFolder.ts'

interface PathDialogProps {
  readonly title: string
  readonly description?: ReactNode
  readonly kind: 'file' | 'folder' | 'save'
  readonly accept?: readonly string[] | undefined
  /** The folder to start in. */
  readonly start?: string | undefined
  /** Save: the initial name. */
  readonly name?: string
  readonly action?: string
  /** May take a while and may fail: then the error is shown in the dialog, which stays open. */
  readonly onChoose: (path: string) => void | Promise<void>
  readonly onClose: () => void
}

type NativeDialogProps = PathDialogProps & { readonly bridge: DesktopBridge }

const actions = { file: 'Open', folder: 'Choose', save: 'Save' }

/** The next dialog begins in the same folder. */
function rememberChoice(path: string, kind: PathDialogProps['kind']): void {
  const folder = kind === 'folder' ? path : folderOf(path)
  if (folder !== undefined) rememberFolder(folder)
}

const isFolder = (path: string): Promise<boolean> =>
  request('list', { path }).then(
    () => true,
    () => false,
  )

/** The system's dialog if there is one, otherwise ours. */
export const PathDialog = (props: PathDialogProps): ReactNode =>
  desktop ? <NativeDialog {...props} bridge={desktop} /> : <BrowsingDialog {...props} />

/** Renders nothing. If a choice fails, the error is shown and the dialog opens again. */
function NativeDialog({ bridge, title, kind, accept = [], start, name, onChoose, onClose }: NativeDialogProps) {
  const asked = useRef(false)
  useEffect(() => {
    // Effects may run twice; open one dialog only.
    if (asked.current) return
    asked.current = true
    const ask = async (): Promise<void> => {
      const path = await bridge.choose({ kind, title: say(title), accept, start: start ?? lastFolder(), name })
      if (path === null) return
      try {
        await onChoose(path)
        rememberChoice(path, kind)
      } catch (error) {
        notifyError(error)
        await ask()
      }
    }
    ask().catch(notifyError).finally(onClose)
  }, [bridge, kind, title, accept, start, name, onChoose, onClose])
  return null
}

function BrowsingDialog({
  title,
  description,
  kind,
  accept,
  start,
  name = '',
  action,
  onChoose,
  onClose,
}: PathDialogProps) {
  const folder = useFolder(start)
  const [typed, setTyped] = useState(name)
  const [error, setError] = useState<string | undefined>()
  const [overwrite, setOverwrite] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const here = folder.listing?.path

  const take = async (path: string): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await onChoose(path)
      rememberChoice(path, kind)
      onClose()
    } catch (error) {
      setError(wordsOfError(error))
      setBusy(false)
    }
  }
  const enter = (path: string): void => {
    setTyped(kind === 'save' ? name : '')
    folder.go(path)
  }
  /** Confirmed while the folder was still loading: matched once it is listed. */
  const early = useRef(false)
  const choose = async (entry?: { path: string; name: string }): Promise<void> => {
    early.current = entry === undefined && folder.loading
    if (early.current || here === undefined) return
    const text = entry?.name ?? typed.trim()
    if (!text) {
      if (kind === 'folder') take(here)
      else setError(kind === 'save' ? 'Give the file a name.' : 'Choose a file.')
      return
    }
    const path = entry?.path ?? joined(here, kind === 'save' ? withExtension(text, accept) : text)
    const there = folder.listing?.entries.find((other) => other.path === path)
    // A typed folder is entered, not chosen.
    if (kind !== 'folder' && (there?.folder || (!there && (await isFolder(joined(here, text))))))
      enter(joined(here, text))
    else if (there && kind === 'save' && overwrite !== path) setOverwrite(path)
    else take(path)
  }
  useEffect(() => {
    if (early.current && !folder.loading) void choose()
  })
  const label = overwrite !== undefined ? 'Overwrite' : (action ?? actions[kind])

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="medium"
      title={title}
      description={description}
      actions={
        <>
          <p className={styles.error} role="alert">
            {overwrite !== undefined ? 'A file with this name exists. Overwrite it?' : error}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={overwrite === undefined ? 'primary' : 'danger'}
            disabled={busy || !here}
            onClick={() => choose()}
          >
            {label}
          </Button>
        </>
      }
    >
      <FileBrowser
        folder={folder}
        kind={kind}
        accept={accept}
        name={typed}
        onName={(text) => {
          early.current = false
          setTyped(text)
          setError(undefined)
          setOverwrite(undefined)
        }}
        onEnter={choose}
      />
    </Dialog>
  )
}
