/** A node's status: done and how fast, what it waits for, or what is wrong and how to fix it. */

import type { LucideIcon } from 'lucide-react'
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  Equal,
  Hourglass,
  LoaderCircle,
  Video,
  Zap,
} from 'lucide-react'
import type { FeedReport, NodeReport, NodeStatus } from '../../engine/protocol/reports.ts'
import type { Problem } from '../../engine/types/problem.ts'
import { feedWords } from '../panels/feed.ts'
import { JobButtons } from '../panels/JobButtons.tsx'
import { ProblemAction } from '../panels/ProblemAction.tsx'
import { useToldWords } from '../state/words.ts'
import { formatTime } from '../ui/numbers.ts'
import styles from './Status.module.css'

const looks: Readonly<Record<NodeStatus, { icon: LucideIcon; words: string; tone: string }>> = {
  idle: { icon: CircleDashed, words: 'Nothing to do yet', tone: 'quiet' },
  waiting: { icon: Hourglass, words: 'Waiting', tone: 'quiet' },
  queued: { icon: CircleDashed, words: 'Queued', tone: 'quiet' },
  running: { icon: LoaderCircle, words: 'Running', tone: 'busy' },
  draft: { icon: Zap, words: 'Quick preview', tone: 'busy' },
  done: { icon: CircleCheck, words: 'Done', tone: 'good' },
  unchanged: { icon: Equal, words: 'Unchanged', tone: 'good' },
  error: { icon: CircleAlert, words: 'Failed', tone: 'bad' },
  skipped: { icon: Ban, words: 'Not run', tone: 'warn' },
  paused: { icon: CirclePause, words: 'Can be resumed', tone: 'quiet' },
  manual: { icon: CirclePause, words: 'Runs only when you press Run', tone: 'quiet' },
  bypassed: { icon: Ban, words: 'Bypassed', tone: 'quiet' },
}

/** Of a live source; undefined: as of any other node. */
function feedLook(status: NodeStatus, { playing, shown }: FeedReport) {
  if (status === 'error') return undefined
  if (playing)
    return shown > 0 ? { ...looks.done, icon: Video, words: 'Playing' } : { ...looks.running, words: 'Starting' }
  return { ...looks.manual, icon: Video, words: shown > 0 ? 'Stopped at its last frame' : 'Starts when you press Play' }
}

/** `node`: `outer/inner`. `job`: it can be paused and run again. */
export function Status({ report, node, job }: { report: NodeReport; node: string; job?: boolean | undefined }) {
  const { ms, progress, note, feed } = report
  const {
    icon: Icon,
    words,
    tone,
  } = feed ? (feedLook(report.status, feed) ?? looks[report.status]) : looks[report.status]
  const problem = useToldWords(report.problem)
  const cached = report.status === 'unchanged' && report.cached
  const onGpu = report.gpuMs === undefined ? '' : `, ${formatTime(report.gpuMs)} of it on the GPU`
  const time =
    ms !== undefined && (report.status === 'done' || report.status === 'draft') && ` in ${formatTime(ms)}${onGpu}`
  return (
    <div className={styles.status} data-tone={tone} role="status">
      <p className={styles.line}>
        <Icon size={14} className={styles.icon} data-spin={report.status === 'running' || undefined} aria-hidden />
        <span>
          {cached ? 'Done before: the result was still in memory' : words}
          {feed?.playing && ms !== undefined ? `, ${formatTime(ms)} a frame` : time}
          {report.status === 'running' && progress && ` ${Math.round(progress.fraction * 100)} %`}
          {report.status === 'paused' && progress && ` at ${Math.round(progress.fraction * 100)} %`}
          {progress?.say && <span className={styles.say}> {progress.say}</span>}
        </span>
        <JobButtons node={node} report={report} job={job} />
      </p>
      {feed && feed.shown > 0 && <p className={styles.note}>{feedWords(feed)}</p>}
      {problem && report.status !== 'manual' && <p className={styles.problem}>{problem}</p>}
      {report.elements && <Elements {...report.elements} />}
      <ProblemAction node={node} problem={report.problem} className={styles.allow} />
      {note && <p className={styles.note}>{note}</p>}
    </div>
  )
}

/** Of a run for all elements of a sequence: how many came, and what was wrong with the others. The first is told above. */
function Elements({ total, done, failed, problems }: NonNullable<NodeReport['elements']>) {
  const more = failed - problems.length
  return (
    <>
      <p className={styles.note}>{`${done} of ${total}, ${failed} failed`}</p>
      {failed > 1 && (
        <ul className={styles.list}>
          {problems.slice(1).map((problem) => (
            <ElementProblem key={`${problem.element} ${problem.code}`} problem={problem as Problem} />
          ))}
          {more > 0 && <li>{`and ${more} more`}</li>}
        </ul>
      )}
    </>
  )
}

function ElementProblem({ problem }: { problem: Problem }) {
  return <li>{useToldWords(problem)}</li>
}
