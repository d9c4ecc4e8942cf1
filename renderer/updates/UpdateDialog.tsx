/** From checking for an update to installing it: each step asks separately. */
import type { UpdateState } from '../../engine/protocol/desktop.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { useEngine } from '../state/engine.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { takeStep, useUpdate } from './store.ts'
import styles from './UpdateDialog.module.css'

const close = (): void => openDialog(null)
const stop = (): void => {
  close()
  void takeStep('stop')
}

function titleOf(state: UpdateState): string {
  switch (state.kind) {
    case 'found':
      return `Sightline ${state.version} is there`
    case 'loading':
      return `Downloading Sightline ${state.version}`
    case 'ready':
      return `Sightline ${state.version} is ready`
    case 'latest':
      return 'This is the latest version'
    case 'failed':
      return 'No update'
    default:
      return 'Checking for updates…'
  }
}

function wordsFor(state: UpdateState, version: string | undefined): string | undefined {
  switch (state.kind) {
    case 'found':
      return `You have ${version ?? 'an older version'}. Nothing is downloaded until you say so.`
    case 'loading':
      return 'You can close this and keep working. Nothing is installed until you say so.'
    case 'ready':
      return 'To install it, Sightline restarts. Windows come back as they are now, with your unsaved work.'
    case 'latest':
      return version && `You have Sightline ${version}.`
    case 'failed':
      return wordsOf(state.problem)
    default:
      return undefined
  }
}

function Actions({ state }: { state: UpdateState }) {
  switch (state.kind) {
    case 'found':
      return (
        <>
          <Button onClick={close}>Not now</Button>
          <Button look="primary" data-begin onClick={() => takeStep('download')}>
            Download
          </Button>
        </>
      )
    case 'loading':
      return (
        <>
          <Button onClick={stop}>Stop</Button>
          <Button onClick={close}>Close</Button>
        </>
      )
    case 'ready':
      return (
        <>
          <Button onClick={close}>Not now</Button>
          <Button look="primary" onClick={() => takeStep('install')}>
            Restart and install
          </Button>
        </>
      )
    case 'failed':
      return (
        <>
          <Button onClick={close}>Close</Button>
          <Button look="primary" onClick={() => takeStep('look')}>
            Try again
          </Button>
        </>
      )
    default:
      return <Button onClick={close}>Close</Button>
  }
}

function middleOf(state: UpdateState) {
  if (state.kind === 'found' && state.notes)
    // Release notes are plain text from elsewhere. They may be longer than the dialog, so the keyboard must reach them.
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
      <section className={styles.notes} aria-label="What is new" tabIndex={0}>
        {state.notes}
      </section>
    )
  if (state.kind === 'looking' || state.kind === 'loading') {
    const value = state.kind === 'loading' ? state.part : undefined
    return <progress className={styles.progress} aria-label={titleOf(state)} value={value} />
  }
  return undefined
}

export function UpdateDialog() {
  const open = useUi((s) => s.dialog === 'update')
  const state = useUpdate()
  const version = useEngine((s) => s.version)
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={titleOf(state)}
      description={wordsFor(state, version)}
      actions={<Actions state={state} />}
    >
      {middleOf(state)}
    </Dialog>
  )
}
