/**
 * A tone curve to draw: a click adds a point, a drag or the arrow keys (with Shift ten times as far) move it, Delete or a double
 * click takes it away. Behind it lies the histogram of what arrives at the node. The exact numbers are in the list below.
 */
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'
import { splitPort } from '../../../engine/graph/document.ts'
import { pchip } from '../../../engine/types/curve.ts'
import type { PointsParam } from '../../../engine/types/param.ts'
import type { Shape } from '../../../engine/values/index.ts'
import { channelColour, channelNames } from '../../preview/channels.ts'
import { currentGraph, nodeRef, useEditor } from '../../state/editor.ts'
import { useStatistics } from '../../viewer/Statistics.tsx'
import styles from './CurveField.module.css'
import { addedPoint, type CurvePoint, inOrder, movedPoint } from './curve.ts'
import type { FieldProps } from './field.ts'
import { PointsField } from './PointsField.tsx'

/** Of the drawing; it is stretched to the room there is. */
const side = 200
const samples = 100
const step = 0.01

type Points = PointsParam['default']

interface CurveFieldProps extends FieldProps<PointsParam, Points> {
  readonly ids: readonly string[]
}

export function CurveField(props: CurveFieldProps) {
  const { spec, value, edit, id, label, describedBy, ids } = props
  const square = useRef<HTMLDivElement>(null)
  const [dragged, setDragged] = useState<number | undefined>()
  const points = useMemo(() => inOrder(value), [value])

  const place = ({ clientX, clientY }: PointerEvent): CurvePoint => {
    const box = square.current?.getBoundingClientRect()
    return box ? [(clientX - box.left) / box.width, 1 - (clientY - box.top) / box.height] : [0, 0]
  }
  const remove = (at: number): void => {
    if (points.length > spec.minCount) edit.set(points.toSpliced(at, 1))
  }
  const down = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return
    const known = event.target instanceof HTMLElement ? event.target.dataset.point : undefined
    const added = known === undefined && points.length < spec.maxCount ? addedPoint(points, place(event)) : undefined
    if (added) edit.draft(added.points)
    const at = known === undefined ? added?.at : Number(known)
    if (at === undefined) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setDragged(at)
  }
  const move = (event: PointerEvent): void => {
    if (dragged !== undefined) edit.draft(movedPoint(points, dragged, place(event)))
  }
  const up = (): void => {
    if (dragged === undefined) return
    setDragged(undefined)
    edit.rest()
  }
  const key = (event: KeyboardEvent, at: number): void => {
    const [x = 0, y = 0] = points[at] ?? []
    const by = event.shiftKey ? 10 * step : step
    const to: Readonly<Record<string, CurvePoint>> = {
      ArrowLeft: [x - by, y],
      ArrowRight: [x + by, y],
      ArrowUp: [x, y + by],
      ArrowDown: [x, y - by],
    }
    const next = to[event.key]
    if (next) edit.set(movedPoint(points, at, next))
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(at)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.curve}>
      <fieldset
        className={styles.group}
        aria-label={label}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
      >
        <div ref={square} className={styles.square}>
          <svg className={styles.drawing} viewBox={`0 0 ${side} ${side}`} preserveAspectRatio="none" aria-hidden="true">
            {spec.curve && <Histogram ids={ids} port={spec.curve.over} />}
            <path className={styles.grid} d={grid} />
            <path className={styles.level} d={`M0 ${side}L${side} 0`} />
            <polyline className={styles.line} points={lineOf(points)} />
          </svg>
          {points.map(([x, y], at) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place in the order
              key={at}
              type="button"
              className={styles.point}
              data-point={at}
              style={{ left: `${100 * x}%`, top: `${100 * (1 - y)}%` }}
              aria-label={`Point ${at + 1}: ${x} becomes ${y}`}
              onKeyDown={(event) => key(event, at)}
              onDoubleClick={() => remove(at)}
            />
          ))}
        </div>
      </fieldset>
      <details className={styles.exact}>
        <summary id={id} aria-describedby={describedBy}>
          Numbers
        </summary>
        <PointsField {...props} id={`${id}-first`} />
      </details>
    </div>
  )
}

const quarters = [0.25, 0.5, 0.75].map((part) => part * side)
const grid = quarters.map((at) => `M${at} 0V${side}M0 ${at}H${side}`).join('')

/** The curve, as the engine computes it. */
function lineOf(points: readonly CurvePoint[]): string {
  const curve = pchip(points)
  return Array.from({ length: samples + 1 }, (_, i) => {
    const x = i / samples
    return `${x * side},${side * (1 - Math.min(1, Math.max(0, curve(x))))}`
  }).join(' ')
}

/** Of what arrives at the input, from 0 to 1. */
function Histogram({ ids: [id = ''], port }: { ids: readonly string[]; port: string }) {
  const wire = useEditor((s) => currentGraph(s).edges[`${id}.${port}`])
  const trail = useEditor((s) => s.trail)
  const [node, from] = splitPort(wire ?? '.')
  const statistics = useStatistics({ node: nodeRef(trail, node), port: from }, wire !== undefined)
  const paths = useMemo(() => pathsOf(statistics), [statistics])
  return paths.map(({ name, colour, path }) => (
    <path key={name} className={styles.histogram} d={path} style={{ fill: colour }} />
  ))
}

function pathsOf(statistics: ReturnType<typeof useStatistics>) {
  if (!statistics) return []
  const names = channelNames(statistics.shape as Shape | undefined)
  // Colours only; and without the ends, where cut off tones may pile up.
  const channels = statistics.channels.filter((_, c) => names[c] !== 'A')
  const most = Math.max(1, ...channels.flatMap(({ histogram }) => histogram.slice(1, -1)))
  return channels.map(({ histogram, range: [low, high] }, c) => {
    const name = names[c] ?? String(c)
    const place = (i: number): number => side * (low + ((high - low) * i) / Math.max(1, histogram.length - 1))
    const tops = histogram.map((count, i) => `L${place(i)} ${side * (1 - Math.min(1, count / most))}`)
    return {
      name,
      colour: channelColour(name, c),
      path: `M${place(0)} ${side}${tops.join('')}L${place(histogram.length - 1)} ${side}Z`,
    }
  })
}
