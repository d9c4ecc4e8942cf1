/** What takes the memory for results: each result and each loaded model, the largest first, released by a click. */
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import type { Holdings } from '../../engine/protocol/memory.ts'
import { useEditor } from '../state/editor.ts'
import { request, useEngine } from '../state/engine.ts'
import { titleAt } from '../state/info.ts'
import { setMemoryUsed } from '../state/memory.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { count, formatBytes } from '../ui/numbers.ts'
import styles from './MemoryPanel.module.css'
import { baseName } from './paths.ts'
import { showNode } from './show-node.ts'

/** How often it is asked while the panel is open, in ms: other windows use the memory too. */
const beat = 2000

const words = {
  process: 'In a process of its own',
  running: 'It runs now',
  shown: 'It is on the screen, or in use',
} as const

interface Released {
  readonly node?: string
  readonly model?: string
  readonly others?: true
}

export function MemoryPanel() {
  const [held, setHeld] = useState<Holdings>()
  const link = useEngine((s) => s.link)
  const state = useEngine((s) => s.run.state)
  const ask = useCallback(
    () =>
      void request('memory', {}).then(
        (answer) => {
          setHeld(answer)
          setMemoryUsed(answer.used)
        },
        () => undefined,
      ),
    [],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: each run changes what is held.
  useEffect(() => {
    if (link !== 'open') return
    ask()
    const timer = setInterval(ask, beat)
    return () => clearInterval(timer)
  }, [link, state, ask])
  const release = useCallback(
    (what: Released): void => {
      request('release', what).then(ask, notifyError)
    },
    [ask],
  )
  if (!held) return <section className={styles.panel} aria-label="Memory" />
  const { results, models, others, drafts, used, budget, gpu } = held
  return (
    <section className={styles.panel} aria-label="Memory">
      <div className={styles.total}>
        <p>{`${formatBytes(used)} of ${formatBytes(budget)} taken for results and models`}</p>
        <meter className={styles.meter} aria-label="Memory taken" value={used} max={budget} />
        {gpu && <p>{`${formatBytes(gpu.used)} of ${formatBytes(gpu.budget)} taken on the GPU`}</p>}
        {drafts > 0 && <p className={styles.quiet}>{`Quick previews: ${formatBytes(drafts)}`}</p>}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and may hold nothing that takes the focus. */}
      <ul className={styles.lines} tabIndex={0} aria-label="What takes the memory">
        {models.map(({ id, path, bytes, busy }) => (
          <Line
            key={id}
            id={path}
            title={path}
            name={
              <span translate="no" title={path}>
                {path.startsWith('model:') ? path : baseName(path)}
              </span>
            }
            where={words.process}
            bytes={bytes}
            busy={busy ? words.running : undefined}
            action="Unload"
            onRelease={() => release({ model: id })}
          />
        ))}
        {results.map((kept) => (
          <ResultLine key={kept.node} kept={kept} onRelease={() => release({ node: kept.node })} />
        ))}
        {others.count > 0 && (
          <Line
            id=""
            title="earlier results"
            name={count(
              others.count,
              'result of earlier settings and other windows',
              'results of earlier settings and other windows',
            )}
            where=""
            bytes={others.bytes}
            busy={undefined}
            action="Forget"
            onRelease={() => release({ others: true })}
          />
        )}
      </ul>
    </section>
  )
}

/** Where the numbers are. */
function whereOf({ arena, spilled, gpu }: Pick<Holdings['results'][number], 'arena' | 'spilled' | 'gpu'>): string {
  if (gpu > 0) return arena + spilled > 2048 ? 'On the GPU and in main memory' : 'On the GPU'
  return spilled > 0 ? 'In main memory, moved aside' : 'In main memory'
}

function ResultLine({ kept, onRelease }: { kept: Holdings['results'][number]; onRelease: () => void }) {
  const { node, held, arena, spilled, gpu } = kept
  const at = node.split('/')
  const title = useEditor((s) => titleAt(s, at))
  // Another pipeline was opened meanwhile: the next answer is about that one.
  if (title === undefined) return null
  return (
    <Line
      id={node}
      title={title}
      name={
        <button type="button" className={styles.node} translate="no" title={title} onClick={() => void showNode(at)}>
          {title}
        </button>
      }
      where={whereOf(kept)}
      bytes={arena + spilled + gpu}
      busy={held ? words.shown : undefined}
      action="Forget"
      onRelease={onRelease}
    />
  )
}

interface LineProps {
  /** Of the node, or the model's path. */
  readonly id: string
  readonly title: string
  readonly name: ReactNode
  readonly where: string
  readonly bytes: number
  /** Why it cannot be released now. */
  readonly busy: string | undefined
  readonly action: 'Unload' | 'Forget'
  readonly onRelease: () => void
}

function Line({ id, name, title, where, bytes, busy, action, onRelease }: LineProps) {
  return (
    <li className={styles.line} data-held={id}>
      <span className={styles.name}>{name}</span>
      <span className={styles.where}>{busy ?? where}</span>
      <span className={styles.bytes}>{formatBytes(bytes)}</span>
      <Button
        small
        disabled={busy !== undefined}
        aria-label={action === 'Unload' ? `Unload ${title}` : `Forget ${title}`}
        onClick={onRelease}
      >
        {action}
      </Button>
    </li>
  )
}
