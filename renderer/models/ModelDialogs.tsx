/** The two questions about a model: before it is downloaded, with size and licence, and before it is removed. */
import { useEffect, useState } from 'react'
import type { ModelEntry } from '../../engine/protocol/models.ts'
import { type Problem, toProblem, wordsOf } from '../../engine/types/problem.ts'
import { request } from '../state/engine.ts'
import { useModels } from '../state/models.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatBytes } from '../ui/numbers.ts'
import { install, removeModel } from './actions.ts'
import styles from './ModelDialogs.module.css'

const close = (): void => openDialog(null)

export function ModelDialogs() {
  const dialog = useUi((s) => s.dialog)
  const entry = useModels((s) => s.entries?.find(({ name }) => name === s.asked))
  if (!entry) return null
  return (
    <>
      <InstallDialog open={dialog === 'install-model'} entry={entry} />
      <RemoveDialog open={dialog === 'remove-model'} entry={entry} />
    </>
  )
}

function InstallDialog({ open, entry }: { open: boolean; entry: ModelEntry }) {
  const { name, title, summary, bytes, source, licence } = entry
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      size="medium"
      title={`Install “${title}”?`}
      description={<span translate="no">{summary}</span>}
      actions={
        <>
          <Button onClick={close}>Not now</Button>
          <Button
            look="primary"
            data-begin
            onClick={() => {
              close()
              void install(name)
            }}
          >
            Download and install
          </Button>
        </>
      }
    >
      <dl className={styles.facts}>
        <dt>Size</dt>
        <dd>{formatBytes(bytes)}</dd>
        <dt>From</dt>
        <dd translate="no">{source}</dd>
        <dt>Licence</dt>
        <dd translate="no">
          {licence.id}
          <span className={styles.upstream}>{licence.upstream}</span>
        </dd>
      </dl>
      {open && <LicenceText name={name} />}
    </Dialog>
  )
}

function LicenceText({ name }: { name: string }) {
  const [text, setText] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  useEffect(() => {
    let gone = false
    request('modelLicence', { name }).then(
      (found) => !gone && setText(found.text),
      (error: unknown) => !gone && setProblem(toProblem(error)),
    )
    return () => {
      gone = true
    }
  }, [name])
  if (problem) return <p role="alert">{wordsOf(problem)}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: A long text is scrolled with the keyboard.
    <pre className={styles.text} tabIndex={0} translate="no">
      {text}
    </pre>
  )
}

function RemoveDialog({ open, entry: { name, title, bytes } }: { open: boolean; entry: ModelEntry }) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={`Remove “${title}”?`}
      description={`This frees ${formatBytes(bytes)} on the disk. Nodes that use it stop working until it is installed again.`}
      actions={
        <>
          <Button data-begin onClick={close}>
            Cancel
          </Button>
          <Button
            look="danger"
            onClick={() => {
              close()
              void removeModel(name)
            }}
          >
            Remove
          </Button>
        </>
      }
    />
  )
}
