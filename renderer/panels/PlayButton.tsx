/** Starts and stops a live source. */
import { type LucideProps, Play, Square } from 'lucide-react'
import { forwardRef } from 'react'
import type { FeedReport } from '../../engine/protocol/reports.ts'
import { playSources, stopSources } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'

/** As large as Play looks. */
const Stop = forwardRef<SVGSVGElement, LucideProps>(({ size, ...rest }, ref) => (
  <Square ref={ref} size={Number(size) - 3} fill="currentColor" {...rest} />
))

interface PlayButtonProps {
  /** `outer/inner` */
  readonly node: string
  readonly feed: FeedReport
  readonly className?: string | undefined
}

export function PlayButton({ node, feed: { playing }, className }: PlayButtonProps) {
  return playing ? (
    <Button small className={className} onClick={() => stopSources([node])}>
      <Square size={11} fill="currentColor" aria-hidden />
      Stop
    </Button>
  ) : (
    <Button small className={className} onClick={() => playSources([node])}>
      <Play size={12} aria-hidden />
      Play
    </Button>
  )
}

/** The same without words. */
export function PlayIcon({ node, feed: { playing }, className }: PlayButtonProps) {
  return playing ? (
    <IconButton small className={className} label="Stop" icon={Stop} onClick={() => stopSources([node])} />
  ) : (
    <IconButton small className={className} label="Play" icon={Play} onClick={() => playSources([node])} />
  )
}
