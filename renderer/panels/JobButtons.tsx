/** Starts, pauses, resumes and stops a node that runs only on request, as its status allows. */
import { Pause, Play, RotateCcw } from 'lucide-react'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import { pauseJobs, runPipeline } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import { PlayButton } from './PlayButton.tsx'

interface JobButtonsProps {
  /** `outer/inner` */
  readonly node: string
  readonly report: NodeReport
  /** A job: once it has its result, it can be run again from the beginning. */
  readonly job?: boolean | undefined
  readonly className?: string | undefined
}

export function JobButtons({ node, report: { status, job: state, feed }, job, className }: JobButtonsProps) {
  if (feed) return <PlayButton node={node} feed={feed} className={className} />
  const restart = () => runPipeline([node], true)
  if (status === 'manual')
    return (
      <Button small className={className} onClick={() => runPipeline([node])}>
        <Play size={12} aria-hidden />
        Run
      </Button>
    )
  if (status === 'paused')
    return (
      <>
        <Button small className={className} onClick={() => runPipeline([node])}>
          <Play size={12} aria-hidden />
          Resume
        </Button>
        <Button small look="quiet" className={className} onClick={restart}>
          Start over
        </Button>
      </>
    )
  if (status === 'running' && state)
    return (
      <Button small className={className} disabled={state === 'pausing'} onClick={() => pauseJobs([node])}>
        <Pause size={12} aria-hidden />
        {state === 'pausing' ? 'Pausing…' : 'Pause'}
      </Button>
    )
  if (job && (status === 'done' || status === 'unchanged'))
    return (
      <Button small look="quiet" className={className} onClick={restart}>
        <RotateCcw size={12} aria-hidden />
        Run again
      </Button>
    )
  return null
}
