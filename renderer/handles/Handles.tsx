/**
 * The handles of a node over its input picture. Grips are dragged, or moved by arrow keys (with Shift by 10 pixels); Escape
 * takes a drag back. Where they lie follows the camera without React.
 */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react'
import type { Handle, ShapeHandle } from '../../engine/types/handle.ts'
import { arrowStep } from '../explain/state.ts'
import { setParams } from '../state/actions.ts'
import { useEditor } from '../state/editor.ts'
import { createGesture } from '../state/gesture.ts'
import { fittingValue, nodeOf, nodeTitle, useNode, useTypeInfo } from '../state/info.ts'
import { uiScale } from '../theme/scale.ts'
import type { Rect, Size } from '../viewer/camera.ts'
import type { Picture } from '../viewer/picture.ts'
import styles from './Handles.module.css'
import { PointsOnPicture } from './PointsOnPicture.tsx'
import { usePlace } from './place.ts'
import { StrokesOnPicture } from './StrokesOnPicture.tsx'
import {
  dragged,
  type Grip,
  gripsOf,
  gripWords,
  type Params,
  type Point,
  type Points,
  readShape,
  writeShape,
} from './shape.ts'

interface HandlesProps {
  /** A node of the shown graph. */
  readonly id: string
  readonly handles: readonly Handle[]
  readonly picture: Picture
  /** Of the picture, in its own pixels. */
  readonly size: Size
  /** All pictures under this camera. */
  readonly linked: readonly Picture[]
  /** The mask of the node that is drawn over the picture. */
  readonly over: Picture | undefined
}

export function Handles({ id, handles, over, ...rest }: HandlesProps) {
  return handles.map((handle, i) => {
    const key = `${id} ${i}`
    if (handle.kind === 'points') return <PointsOnPicture key={key} id={id} handle={handle} {...rest} />
    if (handle.kind === 'strokes') return <StrokesOnPicture key={key} id={id} handle={handle} over={over} {...rest} />
    return <One key={key} id={id} handle={handle} {...rest} />
  })
}

/** The parameters of a node that a handle stands for, as they are now. */
function paramsOf(id: string, handle: ShapeHandle, specs: Parameters<typeof writeShape>[3]): Params {
  const node = nodeOf(useEditor.getState(), id)
  return Object.fromEntries(
    Object.values(handle.params).flatMap((name) => {
      const spec = specs[name]
      return node && spec ? [[name, fittingValue(node, name, spec)]] : []
    }),
  )
}

interface Drag {
  readonly grip: Grip
  /** The pointer at the start, in CSS pixels. */
  readonly from: Point
  /** What it was when the drag began. */
  readonly params: Params
  readonly points: Points
}

function One({ id, handle, size, linked }: Omit<HandlesProps, 'handles' | 'over'> & { readonly handle: ShapeHandle }) {
  const node = useNode(id)
  const info = useTypeInfo(node)
  const specs = info?.params ?? {}
  const box = useRef<HTMLFieldSetElement>(null)
  const drag = useRef<Drag | undefined>(undefined)
  const gesture = useMemo(createGesture, [])
  const params = paramsOf(id, handle, specs)
  const points = readShape(handle, params, size)
  const grips = gripsOf(handle, points)
  const title = node ? nodeTitle(node, info) : id

  const rect = usePlace(box, size, linked, (element, at) => layOut(element, handle, points, at, size))
  // Handles that go away during a drag (an undo, another node) end it.
  useEffect(() => gesture.end, [gesture])

  const label = `Move the ${handle.kind}`
  const moveTo = (grip: Grip, from: Pick<Drag, 'params' | 'points'>, by: Point): void => {
    const next = writeShape(handle, dragged(handle, from.points, grip, by, size), from.params, specs, size)
    gesture.move(() => setParams([id], next, { draft: true, label }))
  }
  const down = (event: PointerEvent<HTMLButtonElement>, grip: Grip): void => {
    if (event.button !== 0) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { grip, from: { x: event.clientX, y: event.clientY }, params, points }
  }
  const move = (event: PointerEvent): void => {
    const { current } = drag
    event.stopPropagation()
    if (!current) return
    const { width, height } = rect.current
    const scale = uiScale()
    moveTo(current.grip, current, {
      x: ((event.clientX - current.from.x) * size.width) / (width * scale),
      y: ((event.clientY - current.from.y) * size.height) / (height * scale),
    })
  }
  const up = (event: PointerEvent): void => {
    event.stopPropagation()
    drag.current = undefined
    gesture.end()
  }
  const key = (event: KeyboardEvent, grip: Grip): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = arrowStep(event)
    if (event.key === 'Escape' && drag.current) {
      // A gesture that ends where it began leaves no undo step.
      const { params: before } = drag.current
      gesture.move(() => setParams([id], before, { draft: true, label }))
      drag.current = undefined
      gesture.end()
    } else if (step && !drag.current) {
      const now = paramsOf(id, handle, specs)
      moveTo(grip, { params: now, points: readShape(handle, now, size) }, { x: step[0], y: step[1] })
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <fieldset ref={box} className={styles.handles} data-handle={handle.kind} aria-label={`${title} on the picture`}>
      <svg className={styles.lines} aria-hidden>
        {handle.kind === 'box' && <path className={styles.shade} fillRule="evenodd" />}
        {handle.kind !== 'point' && <path className={styles.halo} />}
        {handle.kind !== 'point' && <path className={styles.line} />}
      </svg>
      {grips.map(({ grip, at }, i) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: a grip is its place
          key={i}
          type="button"
          className={styles.grip}
          data-grip={grip.kind === 'edge' ? `${grip.x},${grip.y}` : grip.kind}
          aria-label={`${gripWords(handle, grip)}: x ${Math.round(at.x)}, y ${Math.round(at.y)}. Arrow keys move it.`}
          onPointerDown={(event) => down(event, grip)}
          onPointerMove={move}
          onPointerUp={up}
          onPointerCancel={up}
          onDoubleClick={(event) => event.stopPropagation()}
          onKeyDown={(event) => key(event, grip)}
          onKeyUp={gesture.end}
        />
      ))}
    </fieldset>
  )
}

/** Puts grips and lines where they belong. `rect`: where the picture lies, in CSS pixels. */
function layOut(element: HTMLElement, handle: ShapeHandle, points: Points, rect: Rect, size: Size): void {
  const on = ({ x, y }: Point): Point => ({
    x: rect.x + (x / size.width) * rect.width,
    y: rect.y + (y / size.height) * rect.height,
  })
  for (const [i, { at }] of gripsOf(handle, points).entries()) {
    const grip = element.querySelectorAll<HTMLElement>('[data-grip]')[i]
    const { x, y } = on(at)
    if (grip) grip.style.translate = `${x}px ${y}px`
  }
  const [a, b] = points.map(on)
  const corner = (p: Point): string => `${Math.round(p.x) + 0.5} ${Math.round(p.y) + 0.5}`
  const path =
    handle.kind === 'box' && a && b
      ? `M${corner(a)}L${corner({ x: b.x, y: a.y })}L${corner(b)}L${corner({ x: a.x, y: b.y })}Z`
      : `M${points.map((point) => corner(on(point))).join('L')}${handle.kind === 'polygon' ? 'Z' : ''}`
  const [first, last] = [on({ x: 0, y: 0 }), on({ x: size.width, y: size.height })]
  const around = `M${corner(first)}H${last.x}V${last.y}H${first.x}Z`
  for (const line of element.querySelectorAll('path'))
    line.setAttribute('d', line.classList.contains(styles.shade ?? '') ? around + path : path)
}
