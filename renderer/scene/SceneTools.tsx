/** Tools over a scene: choosing splats by a box or a ball, a ruler, notes. Without a tool the hand moves the camera. */
import { Box, Circle, Hand, MessageSquarePlus, Ruler, Trash2, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useEditor } from '../state/editor.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { formatNumber } from '../ui/numbers.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { pixelOf } from './cloud.ts'
import { canCrop, crop, cropAfter } from './graph-crop.ts'
import { leave } from './left.ts'
import { distanceOf, longestNote, mostNotes, noMarks, setMarks, useSceneMarks } from './marks.ts'
import type { Orbit } from './orbit.ts'
import type { SceneOutput } from './output.ts'
import type { Vec3 } from './pose.ts'
import styles from './SceneTools.module.css'
import { ballAt, boxAround, type Rectangle, type Region, rectangleOf, seenIn, within } from './selection.ts'
import type { Stage } from './stage.ts'

export type Tool = 'hand' | 'box' | 'sphere' | 'ruler' | 'note'

const hand = { value: 'hand', label: 'Move the camera', icon: Hand } as const
const choosing = [
  { value: 'box', label: 'Choose splats with a box', icon: Box },
  { value: 'sphere', label: 'Choose splats with a ball', icon: Circle },
] as const
const marking = [
  { value: 'ruler', label: 'Measure a distance', icon: Ruler },
  { value: 'note', label: 'Pin a note', icon: MessageSquarePlus },
] as const

interface SceneToolsProps {
  readonly stage: Stage
  /** The name under which its marks are kept. */
  readonly scene: string
  readonly output: SceneOutput | undefined
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
interface Chosen {
  readonly region: Region
  readonly count: number
}

export function SceneTools({ stage, scene, output, orbit, splats, onUse }: SceneToolsProps) {
  const [tool, setTool] = useState<Tool>('hand')
  const [drag, setDrag] = useState<Drag>()
  const [chosen, setChosen] = useState<Chosen>()
  /** The last click was beside all splats. */
  const [missed, setMissed] = useState(false)
  const sheet = useRef<HTMLDivElement>(null)
  const crops = useEditor((s) => output !== undefined && canCrop(s, output))
  const after = useEditor((s) => output && cropAfter(s, output)?.title)
  const marks = useSceneMarks((s) => s.kept[scene]) ?? noMarks
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
  function point(at: Spot): void {
    const place = stage.under(...at)
    setMissed(!place)
    if (!place) return
    if (tool === 'note') setMarks(scene, { notes: [...marks.notes, { at: place, text: '' }].slice(-mostNotes) })
    else setMarks(scene, { ruler: marks.ruler.length === 1 ? [...marks.ruler, place] : [place] })
  }
  const act = useRef({ choose, point })
  act.current = { choose, point }

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
    element.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return
        event.stopPropagation()
        element.setPointerCapture(event.pointerId)
        held = { from: spot(event), to: spot(event) }
        if (isRegion) setDrag(held)
      },
      { signal },
    )
    element.addEventListener(
      'pointermove',
      (event) => {
        if (!held) return
        event.stopPropagation()
        held = { from: held.from, to: spot(event) }
        if (isRegion) setDrag(held)
      },
      { signal },
    )
    element.addEventListener(
      'pointerup',
      (event) => {
        if (!held) return
        event.stopPropagation()
        if (isRegion) act.current.choose(held)
        else act.current.point(spot(event))
        held = undefined
        setDrag(undefined)
      },
      { signal },
    )
    return () => end.abort()
  }, [tool])

  const decide = (keep: 'inside' | 'outside'): void => {
    if (!output || !chosen) return
    const made = crop(output, chosen.region, keep)
    // What is left is seen from the same place.
    if (made !== undefined) leave(`${made}.splats`, stage.orbit)
    use('hand')
  }
  return (
    <>
      <div ref={sheet} className={styles.sheet} data-tool={tool} aria-hidden>
        <Over stage={stage} drag={drag} tool={tool} ruler={marks.ruler} orbit={orbit} />
      </div>
      <Notes stage={stage} scene={scene} orbit={orbit} />
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
          <IconButton small icon={X} label="Choose nothing" onClick={forget} />
          <p className={styles.words}>{after === undefined ? 'Adds a crop to the pipeline.' : `Sets “${after}”.`}</p>
        </div>
      )}
      {tool === 'ruler' && <RulerPanel scene={scene} missed={missed} />}
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
}

/** What is being dragged, and the ruler. */
function Over({ stage, drag, tool, ruler }: OverProps) {
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

function RulerPanel({ scene, missed }: { readonly scene: string; readonly missed: boolean }) {
  const { ruler, scale, unit } = useSceneMarks((s) => s.kept[scene]) ?? noMarks
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
            onChange={(length) => setMarks(scene, { scale: length / units })}
          />
          <input
            className={styles.unit}
            aria-label="Unit of length"
            placeholder="unit"
            maxLength={12}
            value={unit}
            onChange={(event) => setMarks(scene, { unit: event.target.value })}
            onKeyDown={stop}
          />
          <IconButton small icon={Trash2} label="Remove ruler" onClick={() => setMarks(scene, { ruler: [] })} />
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

function Notes({ stage, scene }: { readonly stage: Stage; readonly scene: string; readonly orbit: Orbit | undefined }) {
  const { notes } = useSceneMarks((s) => s.kept[scene]) ?? noMarks
  const set = (i: number, text: string): void =>
    setMarks(scene, { notes: notes.map((note, at) => (at === i ? { ...note, text } : note)) })
  const drop = (i: number): void => setMarks(scene, { notes: notes.filter((_, at) => at !== i) })
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
          onKeyDown={stop}
        />
        <IconButton small icon={X} label={`Remove note ${i + 1}`} onClick={() => drop(i)} />
      </div>
    )
  })
}
