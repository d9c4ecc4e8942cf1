/** Tools over a scene: choosing splats by a box, a ball or a brush, a ruler, notes. Without a tool the hand moves the camera. */
import { Box, Brush, Circle, Hand, MessageSquarePlus, Ruler, Trash2, X } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { longestNote, mostNotes } from '../../engine/graph/scene.ts'
import { type BrushStroke, painted } from '../../engine/values/brush.ts'
import { settle, useEditor } from '../state/editor.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { formatNumber } from '../ui/numbers.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { Switch } from '../ui/Switch.tsx'
import { toast } from '../ui/toasts.ts'
import { brushSizes, fitsNode, strokeOf } from './brush.ts'
import { pixelOf } from './cloud.ts'
import {
  brushParams,
  type ChoosingType,
  canChoose,
  choose as chooseInGraph,
  choosingAfter,
  cropParams,
} from './graph-crop.ts'
import { distanceOf, keep, useKept } from './kept.ts'
import { leave } from './left.ts'
import type { Orbit } from './orbit.ts'
import type { Vec3 } from './pose.ts'
import styles from './SceneTools.module.css'
import { ballAt, boxAround, type Rectangle, type Region, rectangleOf, seenIn, within } from './selection.ts'
import type { SceneSource } from './source.ts'
import type { Stage } from './stage.ts'

type Tool = 'hand' | 'box' | 'sphere' | 'brush' | 'ruler' | 'note'

const hand = { value: 'hand', label: 'Move the camera', icon: Hand } as const
const choosing = [
  { value: 'box', label: 'Choose splats with a box', icon: Box },
  { value: 'sphere', label: 'Choose splats with a ball', icon: Circle },
  { value: 'brush', label: 'Choose splats with a brush', icon: Brush },
] as const
const marking = [
  { value: 'ruler', label: 'Measure a distance', icon: Ruler },
  { value: 'note', label: 'Pin a note', icon: MessageSquarePlus },
] as const

interface SceneToolsProps {
  readonly stage: Stage
  readonly source: SceneSource
  /** What is seen now: marks follow it. */
  readonly orbit: Orbit | undefined
  readonly splats: number
  /** A tool was taken. */
  readonly onUse: () => void
}

type Spot = readonly [x: number, y: number]
interface Drag {
  readonly from: Spot
  readonly to: Spot
}
type Chosen = { readonly count: number } & (
  | { readonly region: Region }
  /** Those so far; painting goes on. */
  | { readonly strokes: readonly BrushStroke[] }
)

export function SceneTools({ stage, source, orbit, splats, onUse }: SceneToolsProps) {
  const output = 'output' in source ? source.output : undefined
  const id = useId()
  const [tool, setTool] = useState<Tool>('hand')
  const [drag, setDrag] = useState<Drag>()
  const [chosen, setChosen] = useState<Chosen>()
  /** The last click was beside all splats. */
  const [missed, setMissed] = useState(false)
  const sheet = useRef<HTMLDivElement>(null)
  const [brush, setBrush] = useState({ radius: brushSizes.usual as number, through: false })
  const line = useRef<Spot[]>([])
  const [spot, setSpot] = useState<Spot>()
  const crops = useEditor((s) => output !== undefined && canChoose(s, output))
  const type: ChoosingType = tool === 'brush' ? 'splat/brush' : 'splat/crop'
  const after = useEditor((s) => output && choosingAfter(s, output, type)?.title)
  const kept = useKept(source)
  const segments = [hand, ...(crops ? choosing : []), ...marking]

  const forget = (): void => {
    setChosen(undefined)
    setDrag(undefined)
    stage.mark([])
  }
  const use = (next: Tool): void => {
    forget()
    setMissed(false)
    setTool(next)
    onUse()
  }

  function choose({ from, to }: Drag): void {
    const lens = stage.lens()
    const { cloud } = stage
    const region =
      tool === 'box' ? boxAround(cloud, seenIn(cloud, lens, rectangleOf(from, to))) : ballAt(cloud, lens, from, to)
    const inside = region && within(cloud, region)
    setChosen(region && inside && { region, count: inside.length })
    stage.mark(inside ?? [])
  }
  function paint(points: readonly Spot[]): void {
    const { cloud } = stage
    const before = chosen && 'strokes' in chosen ? chosen.strokes : []
    const strokes = [...before, strokeOf(cloud, stage.lens(), points, brush)]
    if (!fitsNode(strokes)) {
      toast('These are all the strokes that one node can hold. Use them first, then paint on.')
      return
    }
    const marks = painted(cloud.centres, strokes)
    const found: number[] = []
    for (const [i, mark] of marks.entries()) if (mark === 1) found.push(i)
    setChosen({ strokes, count: found.length })
    stage.mark(found)
  }
  function point(at: Spot): void {
    const place = stage.under(...at)
    setMissed(!place)
    if (!place) return
    if (tool === 'note')
      keep(source, { notes: [...kept.notes, { at: place, text: '' }].slice(-mostNotes) }, 'Pin a note')
    else keep(source, { ruler: kept.ruler.length === 1 ? [...kept.ruler, place] : [place] }, 'Measure')
  }
  const act = useRef({ choose, point, paint })
  act.current = { choose, point, paint }

  // The place itself listens for hands; React's handlers would come after its own.
  useEffect(() => {
    const { current: element } = sheet
    if (!element || tool === 'hand') return
    const end = new AbortController()
    const { signal } = end
    let held: Drag | undefined
    const spot = (event: PointerEvent): Spot => {
      const box = element.getBoundingClientRect()
      const by = element.clientWidth / box.width
      return [(event.clientX - box.left) * by, (event.clientY - box.top) * by]
    }
    const isRegion = tool === 'box' || tool === 'sphere'
    const isBrush = tool === 'brush'
    element.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return
        event.stopPropagation()
        element.setPointerCapture(event.pointerId)
        held = { from: spot(event), to: spot(event) }
        line.current = [held.from]
        if (isRegion || isBrush) setDrag(held)
      },
      { signal },
    )
    element.addEventListener(
      'pointermove',
      (event) => {
        if (isBrush) setSpot(spot(event))
        if (!held) return
        event.stopPropagation()
        held = { from: held.from, to: spot(event) }
        line.current.push(held.to)
        if (isRegion || isBrush) setDrag(held)
      },
      { signal },
    )
    element.addEventListener(
      'pointerup',
      (event) => {
        if (!held) return
        event.stopPropagation()
        if (isRegion) act.current.choose(held)
        else if (isBrush) act.current.paint(line.current)
        else act.current.point(spot(event))
        held = undefined
        setDrag(undefined)
      },
      { signal },
    )
    element.addEventListener(
      'pointercancel',
      () => {
        held = undefined
        setDrag(undefined)
      },
      { signal },
    )
    element.addEventListener('pointerleave', () => setSpot(undefined), { signal })
    return () => {
      end.abort()
      setSpot(undefined)
    }
  }, [tool])

  const decide = (keep: 'inside' | 'outside'): void => {
    if (!output || !chosen) return
    const made = chooseInGraph(
      output,
      type,
      'strokes' in chosen ? brushParams(chosen.strokes, keep) : cropParams(chosen.region, keep),
    )
    // What is left is seen from the same place.
    if (made !== undefined) leave(`${made}.splats`, stage.orbit)
    use('hand')
  }
  return (
    <>
      <div ref={sheet} className={styles.sheet} data-tool={tool} aria-hidden>
        <Over
          {...{ stage, drag, tool, orbit, spot }}
          ruler={kept.ruler}
          line={drag && tool === 'brush' ? line.current : []}
          radius={brush.radius}
        />
      </div>
      <Notes stage={stage} source={source} orbit={orbit} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: presses on the tools do not move the camera */}
      <div className={styles.strip} onDoubleClick={stop} ref={keepEvents}>
        <Segmented small label="Tools" value={tool} segments={segments} onChange={use} />
      </div>
      {chosen && (
        // biome-ignore lint/a11y/noStaticElementInteractions: as above
        <div className={styles.panel} onDoubleClick={stop} ref={keepEvents}>
          <span data-testid="chosen">
            {chosen.count.toLocaleString('en')} of {splats.toLocaleString('en')} splats
          </span>
          <Button small look="primary" onClick={() => decide('inside')}>
            Keep only them
          </Button>
          <Button small onClick={() => decide('outside')}>
            Remove them
          </Button>
          <IconButton small icon={X} label="Clear selection" onClick={forget} />
          <p className={styles.words}>
            {after !== undefined
              ? `Sets “${after}”.`
              : tool === 'brush'
                ? 'Adds the strokes to the pipeline.'
                : 'Adds a crop to the pipeline.'}
          </p>
        </div>
      )}
      {tool === 'brush' && (
        // biome-ignore lint/a11y/noStaticElementInteractions: as above
        <div className={styles.beside} onDoubleClick={stop} ref={keepEvents}>
          <label htmlFor={`${id}-radius`}>Brush</label>
          <NumberField
            id={`${id}-radius`}
            small
            value={brush.radius}
            unit="px"
            range={{ ...brushSizes, step: 1 }}
            onChange={(radius) => setBrush({ ...brush, radius })}
          />
          <label htmlFor={`${id}-through`}>Through</label>
          <Switch
            id={`${id}-through`}
            checked={brush.through}
            onChange={(through) => setBrush({ ...brush, through })}
          />
        </div>
      )}
      {tool === 'ruler' && <RulerPanel source={source} missed={missed} />}
      {tool === 'note' && missed && (
        <p className={styles.panel} role="status">
          {missedWords}
        </p>
      )}
    </>
  )
}

const stop = (event: { stopPropagation(): void }): void => event.stopPropagation()

/** Presses and keys on what lies over the scene are not for the camera, which listens on the element around it. */
function keepEvents(element: HTMLElement | null): () => void {
  const end = new AbortController()
  for (const type of ['pointerdown', 'pointermove', 'pointerup', 'wheel'] as const)
    element?.addEventListener(type, stop, { signal: end.signal })
  return () => end.abort()
}

const pixelIn = (stage: Stage, place: Vec3): Spot | undefined => {
  const found = pixelOf(stage.lens(), place)
  return found && [found.x, found.y]
}

interface OverProps {
  readonly stage: Stage
  readonly drag: Drag | undefined
  readonly tool: Tool
  readonly ruler: readonly Vec3[]
  readonly orbit: Orbit | undefined
  /** What the brush has drawn so far, where it is, and how large it is. */
  readonly line: readonly Spot[]
  readonly spot: Spot | undefined
  readonly radius: number
}

/** What is being dragged, and the ruler. */
function Over({ stage, drag, tool, ruler, line, spot, radius }: OverProps) {
  const ends = ruler.flatMap((place) => {
    const at = pixelIn(stage, place)
    return at ? [at] : []
  })
  const [a, b] = ends
  const box: Rectangle | undefined = drag && rectangleOf(drag.from, drag.to)
  return (
    <svg className={styles.drawing} aria-hidden>
      {box && tool === 'box' && <rect className={styles.region} {...box} />}
      {drag && tool === 'sphere' && (
        <circle
          className={styles.region}
          cx={drag.from[0]}
          cy={drag.from[1]}
          r={Math.hypot(drag.to[0] - drag.from[0], drag.to[1] - drag.from[1])}
        />
      )}
      {line.length > 0 && (
        <polyline
          className={styles.stroke}
          strokeWidth={2 * radius}
          points={(line.length > 1 ? line : [...line, ...line]).map((at) => at.join(',')).join(' ')}
        />
      )}
      {spot && tool === 'brush' && <circle className={styles.cursor} cx={spot[0]} cy={spot[1]} r={radius} />}
      {a && b && (
        <>
          <line className={styles.halo} x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} />
          <line className={styles.line} x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} />
        </>
      )}
      {ends.map(([x, y]) => (
        <circle key={`${x} ${y}`} className={styles.end} cx={x} cy={y} r={4} />
      ))}
    </svg>
  )
}

const missedWords = 'No splat is there. Click on one.'

function RulerPanel({ source, missed }: { readonly source: SceneSource; readonly missed: boolean }) {
  const { ruler, scale, unit } = useKept(source)
  const units = distanceOf(ruler)
  const words = missed ? missedWords : ruler.length === 1 ? 'Click the other end.' : 'Click two places.'
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: presses here do not move the camera
    <div className={styles.panel} onDoubleClick={stop} ref={keepEvents} data-testid="ruler">
      {units === undefined ? (
        <span>{words}</span>
      ) : (
        <>
          <span>Distance</span>
          <NumberField
            small
            label="Distance"
            value={Number((units * scale).toPrecision(5))}
            range={{ min: 1e-6, usual: units * scale }}
            onChange={(length) => keep(source, { scale: length / units }, 'Set the scale', true)}
            onRest={settle}
          />
          <input
            className={styles.unit}
            aria-label="Unit of length"
            placeholder="unit"
            maxLength={12}
            value={unit}
            onChange={(event) => keep(source, { unit: event.target.value }, 'Set the unit of length', true)}
            onBlur={settle}
            onKeyDown={stop}
          />
          <IconButton
            small
            icon={Trash2}
            label="Remove ruler"
            onClick={() => keep(source, { ruler: [] }, 'Remove the ruler')}
          />
          <p className={styles.words}>
            {scale === 1
              ? 'In units of the scene. Type the true distance to set the scale.'
              : `One unit of the scene is ${formatNumber(scale, 4)} ${unit}.`}
          </p>
        </>
      )}
    </div>
  )
}

interface NotesProps {
  readonly stage: Stage
  readonly source: SceneSource
  readonly orbit: Orbit | undefined
}

function Notes({ stage, source }: NotesProps) {
  const { notes } = useKept(source)
  const set = (i: number, text: string): void =>
    keep(source, { notes: notes.map((note, at) => (at === i ? { ...note, text } : note)) }, 'Write a note', true)
  const drop = (i: number): void => keep(source, { notes: notes.filter((_, at) => at !== i) }, 'Remove a note')
  return notes.map((note, i) => {
    const at = pixelIn(stage, note.at)
    if (!at) return null
    return (
      <div
        // biome-ignore lint/suspicious/noArrayIndexKey: notes have no name of their own
        key={i}
        role="note"
        aria-label={`Note ${i + 1}`}
        className={styles.note}
        style={{ transform: `translate(${at[0]}px, ${at[1]}px)` }}
        onDoubleClick={stop}
        ref={keepEvents}
      >
        <span className={styles.pin} aria-hidden />
        <input
          className={styles.text}
          aria-label={`Text of note ${i + 1}`}
          placeholder="Note"
          // biome-ignore lint/a11y/noAutofocus: a new note is there to be written
          autoFocus={note.text === ''}
          size={Math.max(8, note.text.length)}
          maxLength={longestNote}
          value={note.text}
          onChange={(event) => set(i, event.target.value)}
          onBlur={settle}
          onKeyDown={stop}
        />
        <IconButton small icon={X} label={`Remove note ${i + 1}`} onClick={() => drop(i)} />
      </div>
    )
  })
}
