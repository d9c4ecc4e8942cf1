/** The bottom line of a node: the shape of its result and how it was obtained. */
import { Info, Layers, Network, Pause, Play, Zap } from 'lucide-react'
import { Fragment, memo } from 'react'
import type { FeedReport, NodeReport } from '../../engine/protocol/reports.ts'
import { describeShape } from '../../engine/values/index.ts'
import { droppedWords, feedWords, rateWords } from '../panels/feed.ts'
import { PlayIcon } from '../panels/PlayButton.tsx'
import { hasAction, ProblemAction } from '../panels/ProblemAction.tsx'
import { pauseJobs, runPipeline } from '../state/engine.ts'
import { useNodeReport, useNodeShapes } from '../state/reports.ts'
import { useToldWords } from '../state/words.ts'
import { classes } from '../ui/classes.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { formatTime } from '../ui/numbers.ts'
import { say, text } from '../words/say.ts'
import { isLong } from './long.ts'
import styles from './Node.module.css'

interface NodeFooterProps {
  readonly nodeRef: string
  readonly state: NodeReport['status'] | 'unknown'
  /** The output whose shape is shown. */
  readonly port: string | undefined
  /** Nodes without a picture show their problem here. */
  readonly says: boolean
  readonly subgraph: boolean
  /** It has a network that can be opened. */
  readonly network: boolean
}

const stateWords: Partial<Record<NodeFooterProps['state'], string>> = {
  waiting: text('waiting'),
  queued: text('queued'),
  error: text('failed'),
  skipped: text('not run'),
  manual: text('runs on Run'),
  bypassed: text('bypassed'),
  unchanged: text('unchanged'),
  unknown: text('unknown node'),
}

export const NodeFooter = memo(function NodeFooter(props: NodeFooterProps) {
  const { nodeRef, state, port, says, subgraph, network } = props
  const report = useNodeReport(nodeRef)
  const shape = useNodeShapes(nodeRef)?.[port ?? '']
  const shapeWords = shape && shape.kind !== 'unknown' ? describeShape(shape) : ''
  const words = useToldWords(report?.problem)
  const problem = says && state !== 'manual' ? words : undefined
  return (
    <footer className={styles.footer} data-status={state}>
      <span
        className={styles.shape}
        translate={problem ? undefined : 'no'}
        title={problem ?? shapeWords}
        data-problem={problem ? true : undefined}
        data-long={isLong(problem ?? shapeWords, state === 'draft' || subgraph || network || report?.note ? 8 : 17)}
      >
        {problem ?? <ShapeWords words={shapeWords} />}
      </span>
      {report?.note && (
        <span className={styles.note} title={report.note}>
          <Info size={11} role="img" aria-label={report.note} />
        </span>
      )}
      {network && <Network size={11} role="img" aria-label="Network: double-click to open it" />}
      {subgraph && <Layers size={11} role="img" aria-label="Subgraph: double-click to look inside" />}
      {problem && hasAction(report?.problem) ? (
        <ProblemAction node={nodeRef} problem={report?.problem} className={classes('nodrag', styles.act)} />
      ) : (
        <span className={styles.how}>
          <How state={state} report={report} />
        </span>
      )}
      {report?.feed && state !== 'manual' && state !== 'error' && (
        <PlayIcon node={nodeRef} feed={report.feed} className="nodrag" />
      )}
      {report && (report.job || state === 'paused') && <JobButton nodeRef={nodeRef} paused={state === 'paused'} />}
    </footer>
  )
})

/** Pauses a running job, or resumes one that was stopped. */
function JobButton({ nodeRef, paused }: { nodeRef: string; paused: boolean }) {
  return paused ? (
    <IconButton small className="nodrag" label="Resume" icon={Play} onClick={() => runPipeline([nodeRef])} />
  ) : (
    <IconButton small className="nodrag" label="Pause" icon={Pause} onClick={() => pauseJobs([nodeRef])} />
  )
}

function ShapeWords({ words }: { words: string }) {
  const [first, ...more] = words.split(' × ')
  return (
    <span translate="no">
      {first}
      {more.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sides are told apart by their place alone
        <Fragment key={i}>
          <span className={styles.times}> × </span>
          {part}
        </Fragment>
      ))}
    </span>
  )
}

/** Frames a second; how many were dropped, if any. */
function Rate(feed: FeedReport) {
  const dropped = droppedWords(feed)
  return (
    <span title={feedWords(feed)} data-dropped={dropped !== undefined || undefined}>
      {rateWords(feed) ?? say('starting')}
    </span>
  )
}

function How({ state, report }: { state: NodeFooterProps['state']; report: NodeReport | undefined }) {
  if (state === 'draft')
    return (
      <span className={styles.draft}>
        <Zap size={10} aria-hidden /> quick preview
      </span>
    )
  const fraction = report?.progress?.fraction
  const percent = fraction === undefined ? undefined : `${Math.round(fraction * 100)} %`
  if (state === 'running') return report?.job === 'pausing' ? say('pausing') : (percent ?? say('running'))
  if (report?.feed && state !== 'error') return report.feed.playing ? <Rate {...report.feed} /> : say('stopped')
  if (state === 'paused') return [say('paused'), percent].filter(Boolean).join(' ')
  if (state === 'done') return report?.ms === undefined ? null : formatTime(report.ms)
  if (state === 'unchanged' && report?.cached)
    return <span title="This result was still in memory">{say('cached')}</span>
  return say(stateWords[state] ?? '')
}
