/** The models that can be installed: what they are, what they take, who uses them; installing, checking and removing them. */
import { useEffect, useMemo } from 'react'
import type { FileCheck, ModelEntry, ModelPull } from '../../engine/protocol/models.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { showNode } from '../panels/show-node.ts'
import { useEditor } from '../state/editor.ts'
import { useEngine } from '../state/engine.ts'
import { titleAt } from '../state/info.ts'
import { useModels } from '../state/models.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { count, formatBytes } from '../ui/numbers.ts'
import { askInstall, askRemove, cancelInstall, install, loadModels, verifyModel } from './actions.ts'
import styles from './ModelsPanel.module.css'
import { usersOf } from './users.ts'

const none: readonly string[] = []

export function ModelsPanel() {
  const link = useEngine((s) => s.link)
  const { entries, pulls, turn } = useModels()
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const users = useMemo(() => usersOf(document, catalogue), [document, catalogue])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list changes with each turn.
  useEffect(() => {
    if (link === 'open') loadModels().catch(notifyError)
  }, [link, turn])
  return (
    <section className={styles.panel} aria-label="Models">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and may hold nothing that takes the focus. */}
      <ul className={styles.models} tabIndex={0} aria-label="Models that can be installed">
        {entries?.map((entry) => (
          <Model key={entry.name} entry={entry} pull={pulls[entry.name]} users={users.get(entry.name) ?? none} />
        ))}
      </ul>
    </section>
  )
}

interface ModelProps {
  readonly entry: ModelEntry
  readonly pull: ModelPull | undefined
  readonly users: readonly string[]
}

function Model({ entry, pull, users }: ModelProps) {
  const { name, title, task, summary, bytes, licence, state } = entry
  const problem = useModels((s) => s.problems[name])
  const checked = useModels((s) => s.checks[name])
  return (
    <li className={styles.model} data-model={name} data-state={state}>
      <div className={styles.what}>
        <h3 className={styles.title} translate="no">
          {title}
        </h3>
        <p className={styles.facts}>
          <code translate="no">{name}</code>
          <span translate="no">{task}</span>
          <span>{formatBytes(bytes)}</span>
          <span>{`Licence: ${licence.id}`}</span>
        </p>
        <p className={styles.summary} translate="no">
          {summary}
        </p>
        {users.length > 0 && <Users users={users} />}
        {problem && (
          <p className={styles.problem} role="alert">
            {wordsOf(problem)}
          </p>
        )}
        {checked && checked !== 'checking' && <Checked files={checked} />}
      </div>
      {pull ? (
        <Pulling name={name} title={title} pull={pull} />
      ) : (
        <Actions entry={entry} busy={checked === 'checking'} />
      )}
    </li>
  )
}

function Actions({ entry: { name, title, state }, busy }: { entry: ModelEntry; busy: boolean }) {
  if (state === 'absent')
    return (
      <div className={styles.actions}>
        <p className={styles.state}>Not installed</p>
        <Button small aria-label={`Install ${title}`} onClick={() => askInstall(name).catch(notifyError)}>
          Install…
        </Button>
      </div>
    )
  return (
    <div className={styles.actions}>
      <p className={styles.state} data-state={state}>
        {state === 'installed' ? 'Installed' : 'Incomplete'}
      </p>
      {state === 'incomplete' && (
        <Button small aria-label={`Install ${title} again`} onClick={() => void install(name)}>
          Install again
        </Button>
      )}
      <Button small disabled={busy} aria-label={`Verify ${title}`} onClick={() => void verifyModel(name)}>
        {busy ? 'Verifying…' : 'Verify'}
      </Button>
      <Button small aria-label={`Remove ${title}`} onClick={() => askRemove(name)}>
        Remove…
      </Button>
    </div>
  )
}

function Pulling({ name, title, pull: { bytes, of } }: { name: string; title: string; pull: ModelPull }) {
  return (
    <div className={styles.actions}>
      <p className={styles.state} role="status">
        {bytes === 0 ? 'Connecting…' : `${formatBytes(bytes)} of ${formatBytes(of)} downloaded`}
      </p>
      <progress
        className={styles.progress}
        aria-label={`Download of ${title}`}
        {...(bytes > 0 && { value: bytes / of })}
      />
      <Button small aria-label={`Cancel the download of ${title}`} onClick={() => void cancelInstall(name)}>
        Cancel
      </Button>
    </div>
  )
}

function Users({ users }: { users: readonly string[] }) {
  return (
    <p className={styles.users}>
      <span>Used by</span>
      {users.map((node) => (
        <User key={node} at={node.split('/')} />
      ))}
    </p>
  )
}

function User({ at }: { at: readonly string[] }) {
  const title = useEditor((s) => titleAt(s, at))
  return (
    <button type="button" className={styles.user} translate="no" onClick={() => void showNode(at)}>
      {title ?? at.join('/')}
    </button>
  )
}

function Checked({ files }: { files: readonly FileCheck[] }) {
  const changed = files.filter(({ state }) => state === 'changed')
  const missing = files.filter(({ state }) => state === 'missing')
  const names = (some: readonly FileCheck[]): string => some.map(({ name }) => name).join(', ')
  if (changed.length + missing.length === 0)
    return (
      <p className={styles.good} role="status">
        {`Verified: ${count(files.length, 'file')}, each with the hash of the manifest.`}
      </p>
    )
  return (
    <p className={styles.problem} role="alert">
      {changed.length > 0 && `Not the file of the manifest: ${names(changed)}. `}
      {missing.length > 0 && `Missing: ${names(missing)}. `}
      Install the model again.
    </p>
  )
}
