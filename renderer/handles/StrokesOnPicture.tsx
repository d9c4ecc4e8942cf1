/**
 * A round brush on a picture. A drag paints a stroke, a click a dab; with Alt or the right button, or with the eraser, it takes away.
 * Each stroke is one undo step. By keyboard: arrows move the brush, Enter makes a dab, B begins a straight stroke and ends it, the
 * brackets change the size. Escape goes back to the result.
 */
import { Brush, Eraser, Trash2 } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import type { StrokesHandle } from '../../engine/types/handle.ts'
import { describeParam, isParamValue, type StrokesParam, type StrokeValue } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { arrowStep } from '../explain/state.ts'
import { setParams } from '../state/actions.ts'
import { useEditor } from '../state/editor.ts'
import { fittingValue, nodeOf, nodeTitle, useNode, useTypeInfo } from '../state/info.ts'
import { notifyError } from '../state/notices.ts'
import { uiScale } from '../theme/scale.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Slider } from '../ui/Slider.tsx'
import { scaleOf } from '../ui/scale.ts'
import type { Rect, Size } from '../viewer/camera.ts'
import type { Picture } from '../viewer/picture.ts'
import { setViewer } from '../viewer/state.ts'
import styles from './Handles.module.css'
import { usePlace } from './place.ts'
import type { Point } from './shape.ts'
import { linePath, radii, radiusOn, strokeOf, useBrush } from './strokes.ts'

interface StrokesOnPictureProps {
  /** A node of the shown graph. */
  readonly id: string
  readonly handle: StrokesHandle
  /** Of the picture, in its own pixels. */
  readonly size: Size
  /** All pictures under this camera. */
  readonly linked: readonly Picture[]
  /** The mask that is drawn over the picture. */
  readonly over: Picture | undefined
}

/** The stroke that is being drawn. */
interface Drawn {
  readonly points: Point[]
  readonly erases: boolean
}

const tools = [
  { value: 'paint', label: 'Paint', icon: Brush },
  { value: 'erase', label: 'Erase', icon: Eraser, shortcut: 'E' },
] as const

/** How far a stroke may be from the drag, in CSS pixels. */
const looseness = 0.5

export function StrokesOnPicture({ id, handle, size, linked, over }: StrokesOnPictureProps) {
  const node = useNode(id)
  const info = useTypeInfo(node)
  const box = useRef<HTMLFieldSetElement>(null)
  const drawn = useRef<Drawn | undefined>(undefined)
  const brush = useRef<Point | undefined>(undefined)
  /** Where a stroke by keyboard began. */
  const [start, setStart] = useState<Point | undefined>()
  const { radius: chosen, erases } = useBrush()
  const radius = radiusOn(size, chosen)
  const lay = (element: HTMLElement, rect: Rect): void =>
    layOut(element, { rect, size, radius, drawn: drawn.current, brush: brush.current, start })
  const rect = usePlace(box, size, linked, lay)
  const { width, height } = size
  useEffect(() => {
    const here = { width, height }
    useBrush.setState({ over: here })
    return () => useBrush.setState((now) => (now.over === here ? { over: undefined } : {}))
  }, [width, height])
  const again = (): void => {
    if (box.current) lay(box.current, rect.current)
  }
  const latest = useRef(again)
  latest.current = again
  // The mask now has what was drawn.
  const pressed = useRef(false)
  useEffect(
    () =>
      over?.onDraw(() => {
        if (pressed.current) return
        drawn.current = undefined
        latest.current()
      }),
    [over],
  )
  const spec = info?.params[handle.params.strokes]
  if (spec?.type !== 'strokes') return null
  const title = node ? nodeTitle(node, info) : id
  const strokes = strokesOf(id, handle, spec)

  const write = (next: readonly StrokeValue[], label: string): void => {
    const { strokes: param } = handle.params
    const given = `${next.length} strokes of ${next.flat().length} numbers`
    if (isParamValue(spec, next)) setParams([id], { [param]: next }, { label })
    else notifyError(new SightlineError('param.invalid', { param, given, wanted: describeParam(spec) }))
  }
  const finish = ({ points, erases }: Drawn): void => {
    const tolerance = (looseness * size.width) / Math.max(1, rect.current.width)
    const stroke = strokeOf(points, { radius, erases }, tolerance)
    // Those of other windows, and of undo meanwhile, stay.
    if (stroke) write([...strokesOf(id, handle, spec), stroke], erases ? 'Erase a stroke' : 'Paint a stroke')
  }
  const placeOf = (event: { clientX: number; clientY: number }): Point => {
    const around = box.current?.getBoundingClientRect()
    const { x, y, width } = rect.current
    const scale = uiScale()
    const unit = size.width / width
    return {
      x: ((event.clientX - (around?.left ?? 0)) / scale - x) * unit,
      y: ((event.clientY - (around?.top ?? 0)) / scale - y) * unit,
    }
  }

  const down = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0 && event.button !== 2) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    setStart(undefined)
    pressed.current = true
    const takesAway = erases !== (event.button === 2 || event.altKey)
    drawn.current = { points: [placeOf(event)], erases: takesAway }
    again()
  }
  const move = (event: PointerEvent): void => {
    brush.current = placeOf(event)
    if (pressed.current) {
      event.stopPropagation()
      drawn.current?.points.push(brush.current)
    }
    again()
  }
  const up = (event: PointerEvent): void => {
    if (!pressed.current) return
    event.stopPropagation()
    pressed.current = false
    const made = drawn.current
    if (event.type !== 'pointerup' || !made) drawn.current = undefined
    else finish(made)
    again()
  }
  const leave = (): void => {
    if (pressed.current) return
    brush.current = undefined
    again()
  }
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return
    const step = arrowStep(event)
    const at = brush.current ?? { x: width / 2, y: height / 2 }
    const unit = Math.max(1, Math.round(Math.max(width, height) / 200))
    const takesAway = erases !== event.altKey
    if (event.key === 'Escape') {
      if (pressed.current) {
        pressed.current = false
        drawn.current = undefined
      } else if (start) setStart(undefined)
      else setViewer({ handles: false })
    } else if (step) {
      const along = (from: number, by: number, end: number): number => Math.min(end, Math.max(0, from + by * unit))
      brush.current = { x: along(at.x, step[0], width), y: along(at.y, step[1], height) }
    } else if (event.key === 'Enter') {
      brush.current = at
      finish({ points: [at], erases: takesAway })
    } else if (event.key === 'b' || event.key === 'B') {
      brush.current = at
      if (start) finish({ points: [start, at], erases: takesAway })
      setStart(start ? undefined : at)
    } else return
    event.preventDefault()
    event.stopPropagation()
    again()
  }
  const noMenu = (event: MouseEvent): void => {
    event.preventDefault()
    event.stopPropagation()
  }
  const [least, most] = radii(size)
  return (
    <fieldset ref={box} className={styles.handles} data-handle="strokes" aria-label={`${title} on the picture`}>
      <button
        type="button"
        className={styles.surface}
        data-surface
        aria-label="Paint with the brush: arrow keys move it, Enter makes a dab, B begins a straight stroke and ends it, with Alt they erase, Escape shows the result."
        onKeyDown={key}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={leave}
        onContextMenu={noMenu}
        onDoubleClick={(event) => event.stopPropagation()}
      />
      <svg className={styles.lines} aria-hidden>
        <g data-place>
          <path className={styles.stroke} data-drawn />
          <path className={styles.stroke} data-begun />
          <circle className={styles.halo} data-brush />
          <circle className={styles.line} data-brush />
        </g>
      </svg>
      {/* A press here is none on the picture. */}
      <div
        className={styles.brush}
        role="toolbar"
        aria-label="Brush"
        onPointerDown={(event) => event.stopPropagation()}
        onPointerUp={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <Segmented
          small
          label="What the brush does"
          value={erases ? 'erase' : 'paint'}
          segments={tools}
          onChange={(next) => useBrush.setState({ erases: next === 'erase' })}
        />
        <div className={styles.radius}>
          <Slider
            value={radius}
            scale={scaleOf({ min: least, max: most, integer: true })}
            onChange={(next) => useBrush.setState({ radius: next })}
            onRest={() => undefined}
            label="Size of the brush"
            valueText={`${2 * radius} pixels`}
          />
        </div>
        <output className={styles.pixels}>{2 * radius} px</output>
        <IconButton
          small
          icon={Trash2}
          label="Remove all strokes"
          disabled={strokes.length === 0}
          onClick={() => write([], 'Remove all strokes')}
        />
      </div>
    </fieldset>
  )
}

/** The strokes in the document now. */
function strokesOf(id: string, { params }: StrokesHandle, spec: StrokesParam): readonly StrokeValue[] {
  const node = nodeOf(useEditor.getState(), id)
  return node ? (fittingValue(node, params.strokes, spec) as unknown as readonly StrokeValue[]) : []
}

interface Laid {
  /** Where the picture lies, in CSS pixels. */
  readonly rect: Rect
  readonly size: Size
  readonly radius: number
  readonly drawn: Drawn | undefined
  readonly brush: Point | undefined
  readonly start: Point | undefined
}

/** Everything is drawn in pixels of the picture. */
function layOut(element: HTMLElement, { rect, size, radius, drawn, brush, start }: Laid): void {
  const unit = rect.width / size.width
  const place = element.querySelector('[data-place]')
  place?.setAttribute('transform', `translate(${rect.x} ${rect.y}) scale(${unit})`)
  const paint = (of: Element | null, points: readonly Point[], erases: boolean): void => {
    of?.setAttribute('d', linePath(points))
    of?.setAttribute('stroke-width', String(2 * radius))
    of?.toggleAttribute('data-erases', erases)
  }
  paint(element.querySelector('[data-drawn]'), drawn?.points ?? [], drawn?.erases ?? false)
  paint(element.querySelector('[data-begun]'), start && brush ? [start, brush] : [], false)
  for (const circle of element.querySelectorAll('circle[data-brush]')) {
    circle.setAttribute('cx', String(brush?.x ?? 0))
    circle.setAttribute('cy', String(brush?.y ?? 0))
    circle.setAttribute('r', String(brush ? radius : 0))
  }
}
