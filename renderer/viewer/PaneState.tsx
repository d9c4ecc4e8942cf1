/** The state shown over or instead of a picture: waiting, failed, running, only a quick preview, disconnected. */
import {
  CircleAlert,
  CirclePause,
  CircleSlash2,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  Unplug,
  Video,
  Zap,
} from 'lucide-react'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import { JobButtons } from '../panels/JobButtons.tsx'
import { ProblemAction } from '../panels/ProblemAction.tsx'
import { useEngine } from '../state/engine.ts'
import { useNodeReport } from '../state/reports.ts'
import { useToldWords } from '../state/words.ts'
import styles from './PaneState.module.css'

interface Message {
  readonly icon: LucideIcon
  readonly words: string
  readonly tone?: 'error'
}

function messageOf({ status, feed }: NodeReport, words: string | undefined, hasPicture: boolean): Message | undefined {
  switch (status) {
    case 'waiting':
      return { icon: Hourglass, words: words ?? 'Waiting for a picture.' }
    case 'error':
      return { icon: CircleAlert, words: words ?? 'This node failed.', tone: 'error' }
    case 'skipped':
      return { icon: CircleSlash2, words: words ?? 'Not run, because a node before it failed.' }
    case 'manual':
      return feed
        ? { icon: Video, words: 'This source starts when you press Play.' }
        : { icon: CirclePause, words: 'This node runs only when you press Run.' }
    case 'paused':
      // What it has shown so far stays visible.
      return hasPicture ? undefined : { icon: CirclePause, words: 'This node was stopped and can be resumed.' }
    default:
      return undefined
  }
}

/** `hasPicture`: an older picture may stay visible under a badge; without one the text is centred. */
export function PaneState({ node, hasPicture }: { node: string; hasPicture: boolean }) {
  const report = useNodeReport(node)
  const link = useEngine((s) => s.link)
  const words = useToldWords(report?.problem)
  const message = report && messageOf(report, words, hasPicture)
  if (message)
    return (
      <div className={styles.message} data-tone={message.tone} role="status">
        <message.icon size={20} strokeWidth={1.5} aria-hidden />
        <p>{message.words}</p>
        <ProblemAction node={node} problem={report?.problem} />
        <JobButtons node={node} report={report} />
      </div>
    )
  const badge = badgeOf(report?.status, link === 'open', hasPicture)
  if (!badge) return null
  return (
    <p className={styles.badge} data-tone={badge.tone} data-late={badge.spins}>
      <badge.icon size={13} className={badge.spins ? styles.spin : undefined} aria-hidden />
      {badge.words}
    </p>
  )
}

interface Badge {
  readonly icon: LucideIcon
  readonly words: string
  readonly tone: 'busy' | 'warning'
  readonly spins?: boolean
}

function badgeOf(status: NodeReport['status'] | undefined, connected: boolean, hasPicture: boolean): Badge | undefined {
  if (!connected) return { icon: Unplug, words: 'Disconnected', tone: 'warning' }
  if (status === 'draft') return { icon: Zap, words: 'Quick preview', tone: 'busy' }
  if (status === 'paused') return { icon: CirclePause, words: 'Can be resumed', tone: 'busy' }
  if (status === 'running' || status === 'queued' || !hasPicture)
    return { icon: LoaderCircle, words: 'Running', tone: 'busy', spins: true }
  return undefined
}
