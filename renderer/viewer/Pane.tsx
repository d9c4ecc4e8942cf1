/** One part of the viewer: a picture with its heading, two compared pictures, or a value that is not a picture. */
import { X } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react'
import { takesPicture } from '../../engine/types/handle.ts'
import type { DisplayInput } from '../../engine/values/display.ts'
import { describeShape, displayOf } from '../../engine/values/index.ts'
import { HandleSwitch } from '../handles/HandleSwitch.tsx'
import { Handles } from '../handles/Handles.tsx'
import { useMaskOver } from '../handles/mask.ts'
import { MarkPanel } from '../marks/MarkPanel.tsx'
import { MarkTip } from '../marks/MarkTip.tsx'
import { outputOf } from '../marks/state.ts'
import { useEditor } from '../state/editor.ts'
import { useNodeReport } from '../state/reports.ts'
import { closeSlot } from '../state/ui.ts'
import { rampGradient } from '../theme/ramps.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { formatNumber } from '../ui/numbers.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { Select } from '../ui/Select.tsx'
import { DisplayControls } from './DisplayControls.tsx'
import { type Difference, useDifference } from './difference.ts'
import { Legend } from './Legend.tsx'
import styles from './Pane.module.css'
import { PaneState } from './PaneState.tsx'
import { outputsOfRef, type Pane as PaneSpec, titleOfRef, usePictureInfo } from './panes.ts'
import type { Picture } from './picture.ts'
import { Scrubber } from './Scrubber.tsx'
import { Stage } from './Stage.tsx'
import { setTarget } from './slots.ts'
import { setViewer, useViewer } from './state.ts'
import { ValueView } from './ValueView.tsx'

interface PaneProps {
  /** One, or two that are compared in place. */
  readonly panes: readonly PaneSpec[]
  readonly pictures: readonly Picture[]
  readonly displays: readonly DisplayInput[]
  readonly linked: readonly Picture[]
  /** At the end of the heading. */
  readonly tools?: ReactNode
}

export function Pane({ panes, pictures, displays, linked, tools }: PaneProps) {
  const [first] = panes
  const info = usePictureInfo(pictures[0])
  const mode = useViewer((s) => s.mode)
  const blink = useViewer((s) => s.blink)
  const gain = useViewer((s) => s.gain)
  const difference = useDifference(panes.length > 1 && mode === 'difference', panes, pictures, gain)
  const report = useNodeReport(first?.target.node ?? '')
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const compared = panes.length > 1
  const taking = useViewer((s) => s.handles)
  // Points and brushes take all clicks on the picture, so one can leave them.
  const handled = compared || (!taking && takesClicks(first)) ? undefined : first?.handled
  const over = useMaskOver(handled?.mask, first?.key ?? '')
  if (!first) return null
  const names = panes.map((pane) => titleOfRef({ document, catalogue }, pane.target.node) ?? pane.target.node)
  const isValue = info !== undefined && info.size === undefined
  return (
    <div className={styles.pane}>
      <header className={styles.header}>
        {panes.map((pane, i) => (
          <Heading
            key={pane.key}
            pane={pane}
            picture={pictures[i]}
            display={displays[i] ?? {}}
            title={names[i] ?? ''}
            dim={compared && mode === 'blink' && blink !== i}
          />
        ))}
        {tools && <div className={styles.tools}>{tools}</div>}
      </header>
      <div className={styles.stage}>
        {isValue ? (
          <ValueView value={info.value} shape={info.shape} output={outputOf(first.target)} />
        ) : (
          <Stage
            pictures={difference?.pictures ?? pictures}
            displays={difference?.displays ?? displays}
            linked={difference?.pictures ?? linked}
            titles={difference ? [`${names[0]} − ${names[1]}`] : names}
            label={compared ? `${names.join(' and ')}, compared` : `Picture of ${names[0]}`}
            over={over}
          >
            {handled && info?.size && pictures[0] && (
              <Handles {...handled} picture={pictures[0]} over={over} size={info.size} linked={linked} />
            )}
          </Stage>
        )}
        {info && !isValue && !compared && <Legend info={info} />}
        {compared && mode === 'wipe' && <Divider names={names} />}
        {difference && <DifferenceBar names={names} difference={difference} />}
        {difference?.refused && <p className={styles.refused}>{difference.refused}</p>}
        {!isValue && panes.map((pane) => <MarkTip key={pane.key} output={outputOf(pane.target)} />)}
        <PaneState node={first.target.node} hasPicture={info !== undefined} />
      </div>
      {info && !isValue && !compared && (
        <div className={styles.below}>
          <MarkPanel target={first.target} value={info.value} />
        </div>
      )}
      {report?.sequence && (
        <div className={styles.scrubber}>
          <Scrubber node={first.target.node} {...report.sequence} />
        </div>
      )}
    </div>
  )
}

const takesClicks = (pane: PaneSpec | undefined): boolean => pane?.handled?.handles.some(takesPicture) ?? false

interface HeadingProps {
  readonly pane: PaneSpec
  readonly picture: Picture | undefined
  readonly display: DisplayInput
  readonly title: string
  /** The other one is visible. */
  readonly dim: boolean
}

function Heading({ pane, picture, display, title, dim }: HeadingProps) {
  const info = usePictureInfo(picture)
  const shared = useViewer((s) => s.shared)
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const { node, port } = pane.target
  const { number } = pane
  const ports = outputsOfRef({ document, catalogue }, node)
  return (
    <div className={styles.heading} data-dim={dim || undefined}>
      {number !== undefined && <span className={styles.number}>{number}</span>}
      <h2 className={styles.title} title={node}>
        {title}
      </h2>
      {number !== undefined && !pane.input && ports.length > 1 && (
        <Select
          small
          quiet
          label={`Output of ${title}`}
          value={port}
          options={ports.map((name) => ({ value: name, label: name }))}
          onChange={(next) => setTarget(number - 1, next)}
        />
      )}
      <span className={styles.shape} translate="no">
        {info && describeShape(info.shape)}
      </span>
      {(number === undefined || pane.input !== undefined || takesClicks(pane)) && <HandleSwitch pane={pane} />}
      {info?.size && displayOf(info.shape, {}).mode === undefined && (
        <DisplayControls pane={pane.key} info={info} display={display} shared={shared} />
      )}
      {number !== undefined && (
        <IconButton small icon={X} label={`Take ${title} out of the viewer`} onClick={() => closeSlot(number - 1)} />
      )}
    </div>
  )
}

/** The divider of a wipe: dragged, or moved by arrow keys. */
function Divider({ names }: { names: readonly string[] }) {
  const wipe = useViewer((s) => s.wipe)
  const dragging = useRef(false)
  const set = (value: number): void => setViewer({ wipe: Math.min(1, Math.max(0, value)) })
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (dragging.current && box) set((event.clientX - box.left) / box.width)
  }
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(wipe + step)
  }
  return (
    <div
      className={styles.divider}
      style={{ left: `${wipe * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label={`Divider: ${names[0]} on the left, ${names[1]} on the right`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(wipe * 100)}
      aria-orientation="horizontal"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        dragging.current = true
      }}
      onPointerMove={move}
      onPointerUp={() => {
        dragging.current = false
      }}
      onPointerCancel={() => {
        dragging.current = false
      }}
      onKeyDown={key}
    />
  )
}

/** What a difference shows, and its gain. */
function DifferenceBar({ names, difference: { pictures } }: { names: readonly string[]; difference: Difference }) {
  const gain = useViewer((s) => s.gain)
  const info = usePictureInfo(pictures[0])
  const most = info?.display.range?.[1]
  const ends = most === undefined ? '' : formatNumber(most, 3)
  return (
    <div className={styles.gain}>
      <span>
        {names[0]} − {names[1]}
      </span>
      {most !== undefined && (
        <span>
          {info?.display.mode === 'diverging' ? (
            <>
              −{ends} <i className={styles.ramp} style={{ background: rampGradient('diverging') }} aria-hidden /> {ends}
            </>
          ) : (
            `gray is 0, black −${ends}, white ${ends}`
          )}
        </span>
      )}
      <Segmented
        small
        label="Amplification"
        value={String(gain)}
        segments={gains.map((value) => ({ value: String(value), label: `×${value}` }))}
        onChange={(value) => setViewer({ gain: Number(value) })}
      />
    </div>
  )
}
const gains = [1, 4, 16, 64] as const
