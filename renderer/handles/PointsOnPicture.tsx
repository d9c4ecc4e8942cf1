/**
 * Any number of points and boxes on a picture. A click adds a point; with Alt, Shift or the right button one with the first label
 * (background). A drag draws a box. What is there is dragged, moved by arrow keys, and removed by Delete or a right click. By
 * keyboard: arrows move a cross, Enter adds a point there, B begins a box and ends it. Escape goes back to the result.
 */
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { PointsHandle } from '../../engine/types/handle.ts'
import { describeParam, isParamValue } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { arrowStep } from '../explain/state.ts'
import { setParams } from '../state/actions.ts'
import { useEditor } from '../state/editor.ts'
import { createGesture } from '../state/gesture.ts'
import { fittingValue, nodeOf, nodeTitle, useNode, useTypeInfo } from '../state/info.ts'
import { notifyError } from '../state/notices.ts'
import { uiScale } from '../theme/scale.ts'
import type { Rect, Size } from '../viewer/camera.ts'
import type { Picture } from '../viewer/picture.ts'
import { setViewer } from '../viewer/state.ts'
import styles from './Handles.module.css'
import { usePlace } from './place.ts'
import {
  boxBetween,
  type Held,
  heldIn,
  heldWords,
  labelOf,
  type Marked,
  type MarkedSpecs,
  moved,
  pointAt,
  relabelled,
  without,
} from './points.ts'
import type { Point } from './shape.ts'

interface PointsOnPictureProps {
  /** A node of the shown graph. */
  readonly id: string
  readonly handle: PointsHandle
  /** Of the picture, in its own pixels. */
  readonly size: Size
  /** All pictures under this camera. */
  readonly linked: readonly Picture[]
}

interface Drag {
  /** What is dragged; absent: a new box is drawn. */
  readonly held?: Held
  /** The pointer at the start, in CSS pixels, and its place on the picture. */
  readonly from: Point
  readonly start: Point
  /** What was there when the drag began. */
  readonly before: Marked
  readonly button: number
  far: boolean
}

/** A pointer that moved less, in CSS pixels, has clicked. */
const tremble = 4

/** What is marked now, and what may be; undefined where the node's type has no such parameters. */
function read(id: string, { params }: PointsHandle, specs: Readonly<Record<string, unknown>>) {
  const [points, boxes] = [specs[params.points], params.boxes === undefined ? undefined : specs[params.boxes]]
  const node = nodeOf(useEditor.getState(), id)
  if (!node || !points) return undefined
  const own = { points, boxes } as MarkedSpecs
  const marked = {
    points: fittingValue(node, params.points, own.points),
    boxes: own.boxes ? fittingValue(node, params.boxes ?? '', own.boxes) : [],
  } as unknown as Marked
  return { specs: own, marked }
}

export function PointsOnPicture({ id, handle, size, linked }: PointsOnPictureProps) {
  const node = useNode(id)
  const info = useTypeInfo(node)
  const box = useRef<HTMLFieldSetElement>(null)
  const drag = useRef<Drag | undefined>(undefined)
  const gesture = useMemo(createGesture, [])
  /** The keyboard's cross, and the first corner of a box that is being made by keyboard. */
  const [cross, setCross] = useState<Point | undefined>()
  const [corner, setCorner] = useState<Point | undefined>()
  const known = read(id, handle, info?.params ?? {})
  const marked = known?.marked ?? { points: [], boxes: [] }
  const all = heldIn(marked)
  const rect = usePlace(box, size, linked, (element, at) => layOut(element, marked, cross, corner, at, size))
  useEffect(() => gesture.end, [gesture])
  if (!known) return null
  const { specs } = known
  const labelled = specs.points.labels !== undefined
  const title = node ? nodeTitle(node, info) : id

  /** What the parameters would refuse (too many points) is refused here, in words. */
  const refusal = (next: Marked): SightlineError | undefined => {
    for (const [name, spec] of Object.entries(specs))
      if (spec && !isParamValue(spec, next[name as keyof Marked])) {
        const given = `${next[name as keyof Marked].length}`
        return new SightlineError('param.invalid', { param: name, given, wanted: describeParam(spec) })
      }
    return undefined
  }
  const write = (next: Marked, label: string, draft = false): void => {
    const problem = refusal(next)
    const { params } = handle
    const given = { [params.points]: next.points, ...(params.boxes !== undefined && { [params.boxes]: next.boxes }) }
    if (problem) notifyError(problem)
    else if (draft) gesture.move(() => setParams([id], given, { draft, label }))
    else setParams([id], given, { label })
  }
  const placeOf = (event: { clientX: number; clientY: number }): Point => {
    const around = box.current?.getBoundingClientRect()
    const { x, y, width, height } = rect.current
    const scale = uiScale()
    return {
      x: (((event.clientX - (around?.left ?? 0)) / scale - x) * size.width) / width,
      y: (((event.clientY - (around?.top ?? 0)) / scale - y) * size.height) / height,
    }
  }
  const isOn = ({ x, y }: Point): boolean => x >= 0 && y >= 0 && x <= size.width && y <= size.height
  const add = (at: Point, background: boolean): void => {
    const point = pointAt(at, background && labelled ? 0 : 1, specs.points, size)
    // The second click of a double click adds nothing.
    if (marked.points.some((other) => other.join() === point.join())) return
    write({ ...marked, points: [...marked.points, point] }, 'Add a point')
  }
  const remove = (held: Held): void => {
    write(without(marked, held), `Remove the ${held.kind}`)
    box.current?.querySelector<HTMLElement>('[data-surface]')?.focus()
  }
  const leave = (): void => setViewer({ handles: false })
  const cancel = (): boolean => {
    const { current } = drag
    drag.current = undefined
    if (!current) return false
    // A gesture that ends where it began leaves no undo step.
    if (current.far) write(current.before, 'Cancel', true)
    gesture.end()
    return true
  }

  const down = (event: PointerEvent<HTMLElement>, held?: Held): void => {
    const { button } = event
    if (button !== 0 && button !== 2) return
    const start = placeOf(event)
    if (!held && !isOn(start)) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    setCross(undefined)
    const from = { x: event.clientX, y: event.clientY }
    drag.current = { ...(held && { held }), from, start, before: marked, button, far: false }
  }
  const move = (event: PointerEvent): void => {
    const { current } = drag
    if (!current) return
    event.stopPropagation()
    const { held, from, start, before, button } = current
    current.far ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) > tremble
    if (!current.far || button !== 0) return
    const now = placeOf(event)
    if (held)
      write(moved(before, held, { x: now.x - start.x, y: now.y - start.y }, size), `Move the ${held.kind}`, true)
    else {
      const drawn = specs.boxes && boxBetween(start, now, size)
      if (drawn) write({ ...before, boxes: [...before.boxes, drawn] }, 'Draw a box', true)
    }
  }
  const up = (event: PointerEvent): void => {
    const { current } = drag
    if (!current) return
    event.stopPropagation()
    drag.current = undefined
    gesture.end()
    if (current.far || event.type !== 'pointerup') return
    if (!current.held) add(current.start, current.button === 2 || event.altKey || event.shiftKey)
    else if (current.button === 2) remove(current.held)
  }

  const taken = (event: KeyboardEvent): void => {
    event.preventDefault()
    event.stopPropagation()
  }
  const keyOnGrip = (event: KeyboardEvent, held: Held): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = arrowStep(event)
    if (event.key === 'Escape') cancel() || leave()
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(held)
    else if (step && !drag.current) {
      const now = read(id, handle, info?.params ?? {})?.marked ?? marked
      write(moved(now, held, { x: step[0], y: step[1] }, size), `Move the ${held.kind}`, true)
    } else if (event.key === 'Enter') write(relabelled(marked, held, specs.points), 'Change the label')
    else return
    taken(event)
  }
  const keyOnSurface = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return
    const step = arrowStep(event)
    const at = cross ?? { x: size.width / 2, y: size.height / 2 }
    const unit = Math.max(1, Math.round(Math.max(size.width, size.height) / 200))
    if (event.key === 'Escape') {
      if (corner) setCorner(undefined)
      else cancel() || leave()
    } else if (step) {
      const along = (from: number, by: number, end: number): number => Math.min(end, Math.max(0, from + by * unit))
      setCross({ x: along(at.x, step[0], size.width), y: along(at.y, step[1], size.height) })
    } else if (event.key === 'Enter') add(at, event.altKey || event.shiftKey)
    else if ((event.key === 'b' || event.key === 'B') && specs.boxes) {
      const drawn = corner && boxBetween(corner, at, size)
      if (drawn) write({ ...marked, boxes: [...marked.boxes, drawn] }, 'Draw a box')
      setCross(at)
      setCorner(corner ? undefined : at)
    } else return
    taken(event)
  }
  const noMenu = (event: MouseEvent): void => {
    event.preventDefault()
    event.stopPropagation()
  }
  const pointer = (held?: Held) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => down(event, held),
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: up,
    onContextMenu: noMenu,
    onDoubleClick: (event: MouseEvent) => event.stopPropagation(),
  })
  const keys = specs.boxes ? 'B begins a box and ends it, ' : ''
  return (
    <fieldset ref={box} className={styles.handles} data-handle="points" aria-label={`${title} on the picture`}>
      <button
        type="button"
        className={styles.surface}
        data-surface
        aria-label={`Add points: arrow keys move a cross, Enter adds a point there${labelled ? ', with Shift one of the background' : ''}, ${keys}Escape shows the result.`}
        onKeyDown={keyOnSurface}
        onBlur={() => setCross(undefined)}
        {...pointer()}
      />
      <svg className={styles.lines} aria-hidden>
        <path className={styles.halo} data-boxes />
        <path className={styles.line} data-boxes />
        <path className={styles.halo} data-cross />
        <path className={styles.line} data-cross />
      </svg>
      {all.map(({ held, place }) => {
        const point = held.kind === 'point' ? marked.points[held.at] : undefined
        const part =
          held.kind === 'point' ? 'point' : held.grip.kind === 'edge' ? `${held.grip.x},${held.grip.y}` : 'whole'
        return (
          <button
            key={`${held.kind} ${held.at} ${part}`}
            type="button"
            className={styles.grip}
            data-grip={part}
            data-label={point && labelled ? labelOf(point) : undefined}
            aria-label={`${heldWords(marked, held, specs)}: x ${Math.round(place.x)}, y ${Math.round(place.y)}. Arrow keys move it, Delete removes it.`}
            onKeyDown={(event) => keyOnGrip(event, held)}
            onKeyUp={gesture.end}
            {...pointer(held)}
          />
        )
      })}
      {all.length === 0 && (
        <p className={styles.hint}>
          {specs.boxes ? 'Click on a thing, or drag a box around it.' : 'Click on the picture.'}
          {labelled && <> Alt-click: this does not belong to it.</>}
        </p>
      )}
    </fieldset>
  )
}

/** Puts grips, boxes and the cross where they belong. `rect`: where the picture lies, in CSS pixels. */
function layOut(
  element: HTMLElement,
  marked: Marked,
  cross: Point | undefined,
  corner: Point | undefined,
  rect: Rect,
  size: Size,
): void {
  const on = ({ x, y }: Point): Point => ({
    x: rect.x + (x / size.width) * rect.width,
    y: rect.y + (y / size.height) * rect.height,
  })
  const grips = element.querySelectorAll<HTMLElement>('[data-grip]')
  for (const [i, { place }] of heldIn(marked).entries()) {
    const { x, y } = on(place)
    const grip = grips[i]
    if (grip) grip.style.translate = `${x}px ${y}px`
  }
  const sharp = (value: number): number => Math.round(value) + 0.5
  const outline = (from: Point, to: Point): string => {
    const [a, b] = [on(from), on(to)]
    return `M${sharp(a.x)} ${sharp(a.y)}H${sharp(b.x)}V${sharp(b.y)}H${sharp(a.x)}Z`
  }
  const drawn = [
    ...marked.boxes.map(([x0, y0, x1, y1]) => outline({ x: x0, y: y0 }, { x: x1, y: y1 })),
    ...(corner && cross ? [outline(corner, cross)] : []),
  ].join('')
  const { x, y } = on(cross ?? { x: 0, y: 0 })
  const lines = cross ? `M${sharp(x) - 12} ${sharp(y)}h24M${sharp(x)} ${sharp(y) - 12}v24` : ''
  for (const path of element.querySelectorAll('path[data-boxes]')) path.setAttribute('d', drawn)
  for (const path of element.querySelectorAll('path[data-cross]')) path.setAttribute('d', lines)
}
