/** The picture in a node, or the text in its place: waiting, failed, not run, unknown. */
import { CircleAlert, CirclePause, CircleSlash2, Hourglass, type LucideIcon, PackageX, Video } from 'lucide-react'
import { memo, useCallback, useMemo, useState } from 'react'
import type { FeedReport, NodeReport, PreviewItem } from '../../engine/protocol/reports.ts'
import { PreviewOutline } from '../explain/PreviewOutline.tsx'
import { PreviewMarks } from '../marks/PreviewMarks.tsx'
import { droppedWords } from '../panels/feed.ts'
import { JobButtons } from '../panels/JobButtons.tsx'
import { hasAction, ProblemAction } from '../panels/ProblemAction.tsx'
import { PreviewCanvas } from '../preview/PreviewCanvas.tsx'
import { scrub } from '../state/engine.ts'
import { useNodeReport } from '../state/reports.ts'
import { setPanel } from '../state/ui.ts'
import { useToldWords } from '../state/words.ts'
import { Button } from '../ui/Button.tsx'
import { Slider } from '../ui/Slider.tsx'
import { scaleOf } from '../ui/scale.ts'
import { previewSize } from './geometry.ts'
import styles from './NodePicture.module.css'
import { NodeValue } from './NodeValue.tsx'
import { useCanvas } from './store.ts'

interface NodePictureProps {
  readonly id: string
  readonly nodeRef: string
  readonly port: string
  readonly top: number
  readonly state: NodeReport['status'] | 'unknown'
  readonly title: string
  /** What its inputs need, shown while it waits for them. */
  readonly needs?: string
}

interface Said {
  /** Absent for a longer text, which needs the room. */
  readonly icon?: LucideIcon
  readonly words: string
  readonly tone?: 'error'
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The text shown instead of a picture; undefined: show the picture. */
function saidOf(
  state: NodePictureProps['state'],
  words: string | undefined,
  live: boolean,
  needs: string | undefined,
): Said | undefined {
  switch (state) {
    case 'waiting':
      if (needs !== undefined) return { words: needs }
      return { icon: Hourglass, words: words ?? 'Waiting for a picture.' }
    case 'error':
      return { icon: CircleAlert, words: words ?? 'This node failed.', tone: 'error' }
    case 'skipped':
      return { icon: CircleSlash2, words: words ?? 'Not run, because a node before it failed.' }
    case 'manual':
      return live ? { icon: Video, words: 'A live source.' } : { icon: CirclePause, words: 'Runs on Run.' }
    case 'unknown':
      return {
        icon: PackageX,
        words: words ?? 'This Sightline does not have this node. Its settings and wires are kept.',
      }
    default:
      return undefined
  }
}

export const NodePicture = memo(function NodePicture({
  id,
  nodeRef,
  port,
  top,
  state,
  title,
  needs,
}: NodePictureProps) {
  const scale = useCanvas((s) => s.scale)
  const report = useNodeReport(nodeRef)
  const said = saidOf(state, useToldWords(report?.problem), report?.feed !== undefined, needs)
  const [value, setValue] = useState<PreviewItem | undefined>()
  // Pictures are drawn outside React, which renders only other values (a number, a table).
  const onItem = useCallback((item: PreviewItem) => setValue(item.width === 0 ? item : undefined), [])
  const showsPicture = port !== '' && (!said || state === 'manual')
  return (
    <div className={styles.box} style={{ top }} data-preview={id} data-said={said ? state : undefined}>
      {showsPicture && (
        <PreviewCanvas
          id={`node:${nodeRef}.${port}`}
          node={nodeRef}
          port={port}
          width={previewSize.width * scale}
          height={previewSize.height * scale}
          className={value ? styles.hidden : styles.picture}
          label={`Result of ${title}`}
          onItem={onItem}
        />
      )}
      {showsPicture && value && <NodeValue value={value.value} />}
      {showsPicture && !value && (
        <PreviewMarks
          node={nodeRef}
          port={port}
          view={`node:${nodeRef}.${port}`}
          width={previewSize.width * scale}
          height={previewSize.height * scale}
        />
      )}
      {showsPicture && !value && (
        <PreviewOutline node={nodeRef} port={port} view={`node:${nodeRef}.${port}`} box={previewSize} />
      )}
      {said && (
        <div className={styles.said} data-tone={said.tone}>
          {said.icon && <said.icon size={16} strokeWidth={1.75} aria-hidden />}
          <p className={styles.words} data-alone={!said.icon || undefined} title={said.words}>
            {upper(said.words)}
          </p>
          {state === 'error' && <ProblemAction node={nodeRef} problem={report?.problem} className="nodrag" />}
          {state === 'error' && !report?.feed && !hasAction(report?.problem) && (
            <Button small look="quiet" className="nodrag" onClick={() => setPanel('problems', true)}>
              Show all
            </Button>
          )}
          {(state === 'manual' || report?.feed) && report && (
            <JobButtons node={nodeRef} report={report} className="nodrag" />
          )}
        </div>
      )}
      {report?.feed && !said && <Dropped {...report.feed} />}
      {report?.sequence && !said && <Scrubber nodeRef={nodeRef} title={title} {...report.sequence} />}
    </div>
  )
})

/** How many frames of a live source came too fast. */
function Dropped(feed: FeedReport) {
  const words = droppedWords(feed)
  return words === undefined ? null : <p className={styles.dropped}>{words}</p>
}

/** Chooses which element is shown. The slider appears on hover, so that it does not cover the picture. */
function Scrubber({
  nodeRef,
  title,
  index,
  length,
}: {
  nodeRef: string
  title: string
  index: number
  length: number
}) {
  const scale = useMemo(() => scaleOf({ min: 0, max: Math.max(1, length - 1), integer: true }), [length])
  const place = `${index + 1} / ${length}`
  return (
    <div className={`${styles.scrubber} nodrag nopan`}>
      <Slider
        value={index}
        scale={scale}
        label={`Element of ${title}`}
        valueText={place}
        onChange={(next) => scrub(nodeRef, next)}
        onRest={settled}
      />
      <span className={styles.place}>{place}</span>
    </div>
  )
}

/** Each element is requested whole, so there is no separate final value. */
const settled = (): void => {}
