/** The time of the last run, and behind it where the time went: each node with what it computed, moved and waited for. */
import { useEffect, useState } from 'react'
import type { Profile } from '../../engine/protocol/methods.ts'
import { useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { titleAt } from '../state/info.ts'
import { showProfile, useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { count, formatTime } from '../ui/numbers.ts'
import { Popover } from '../ui/Popover.tsx'
import styles from './RunProfile.module.css'
import { showNode } from './show-node.ts'

export function RunProfile({ ms }: { ms: number }) {
  const open = useUi((s) => s.profile)
  return (
    <Popover
      label="Where the time went"
      open={open}
      onOpenChange={showProfile}
      trigger={
        <Button small look="quiet" className={styles.time} title="Where the time went">
          {`Last run ${formatTime(ms)}`}
        </Button>
      }
    >
      <Details ms={ms} />
    </Popover>
  )
}

/** Asked for anew after each run. */
function Details({ ms }: { ms: number }) {
  const [profile, setProfile] = useState<Profile | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another time is another run
  useEffect(() => {
    let gone = false
    request('profile', {}).then(
      (answer) => !gone && setProfile(answer.profile),
      // The connection is lost, which the bar says.
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [ms])
  if (!profile) return null
  const more = profile.count - profile.nodes.length
  return (
    <div className={styles.profile}>
      <h2 className={styles.title}>{`Last run ${formatTime(profile.ms)}`}</h2>
      <p className={styles.legend}>
        <span data-part="compute">Computing</span>
        <span data-part="transfer">Moving numbers</span>
        <span data-part="wait">Waiting</span>
      </p>
      <ol className={styles.nodes} aria-label="Nodes, the slowest first">
        {profile.nodes.map((spent) => (
          <Row key={spent.node} spent={spent} whole={profile.ms} />
        ))}
      </ol>
      {more > 0 && <p className={styles.rest}>{`and ${count(more, 'more node')}`}</p>}
      <p className={styles.rest} title="Planning, and finding out whether files have changed">
        <span>Between nodes</span>
        <span>{formatTime(profile.between)}</span>
      </p>
    </div>
  )
}

const share = (part: number, whole: number): string => `${Math.min(100, (100 * part) / Math.max(whole, 1e-9))}%`

function Row({ spent, whole }: { spent: Profile['nodes'][number]; whole: number }) {
  const { node, compute, transfer, wait, runs } = spent
  const at = node.split('/')
  const title = useEditor((s) => titleAt(s, at))
  const parts = [
    `computing ${formatTime(compute)}`,
    ...(transfer > 0 ? [`moving numbers ${formatTime(transfer)}`] : []),
    ...(wait > 0 ? [`waiting ${formatTime(wait)}`] : []),
  ].join(', ')
  return (
    <li>
      <button type="button" className={styles.node} disabled={!title} title={parts} onClick={() => void showNode(at)}>
        <span className={styles.name}>
          <span translate="no">{title ?? node}</span>
          {runs > 1 && <span className={styles.runs}>{`${runs} times`}</span>}
        </span>
        <span className={styles.ms}>{formatTime(compute + transfer)}</span>
        <span className={styles.bar} aria-hidden>
          <span data-part="compute" style={{ width: share(compute, whole) }} />
          <span data-part="transfer" style={{ width: share(transfer, whole) }} />
          <span data-part="wait" style={{ width: share(wait, whole) }} />
        </span>
        <span className="visually-hidden">{parts}</span>
      </button>
    </li>
  )
}
