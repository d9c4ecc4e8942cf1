/**
 * Over a node's picture: the outline of the region that the explained number came from. It never redraws the picture.
 * A click on the picture of a selected node selects the mark there, or explains the number.
 */
import { memo, type PointerEvent, useRef } from 'react'
import type { ProvenanceOutline } from '../../engine/protocol/provenance.ts'
import type { Shape } from '../../engine/values/index.ts'
import { farPicture, isNamed } from '../canvas/overview.ts'
import { useCanvas } from '../canvas/store.ts'
import { markUnder } from '../marks/look.ts'
import { indexIn, outputOf, selectMark, useMarks } from '../marks/state.ts'
import { fitted, sizeOf } from '../preview/shape.ts'
import type { ViewTarget } from '../state/ui.ts'
import { lastPreview } from '../state/views.ts'
import { around, boundary } from './boundary.ts'
import styles from './PreviewOutline.module.css'
import { explainNumber, outputName, useExplain, useOutline } from './state.ts'

interface Size {
  readonly width: number
  readonly height: number
}

interface PreviewOutlineProps extends ViewTarget {
  /** The box that the picture is fitted into, in canvas units. */
  readonly box: Size
  /** The view whose picture is below. */
  readonly view: string
}

/** Pointer movement up to this many pixels still counts as a click. */
const tremble = 4

export const PreviewOutline = memo(function PreviewOutline({ node, port, box, view }: PreviewOutlineProps) {
  const outline = useOutline({ node, port })
  const zoom = useCanvas((s) => s.scale)
  const pressed = useRef<{ x: number; y: number } | undefined>(undefined)

  const down = (event: PointerEvent<HTMLDivElement>): void => {
    // The first click selects the node, as anywhere else on it.
    const selected = event.currentTarget.closest('[data-selected]') !== null
    pressed.current = event.button === 0 && selected ? { x: event.clientX, y: event.clientY } : undefined
  }
  const up = (event: PointerEvent<HTMLDivElement>): void => {
    const from = pressed.current
    pressed.current = undefined
    if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) > tremble) return
    const bounds = event.currentTarget.getBoundingClientRect()
    const at = { x: event.clientX - bounds.left, y: event.clientY - bounds.top }
    const { shape, region } = lastPreview(view)?.item ?? {}
    const output = outputOf({ node, port })
    const mark = region && markUnder(output, at, fitted(region, bounds), region, 1)
    if (mark !== undefined) {
      selectMark(output, indexIn(useMarks.getState().selected, output) === mark ? undefined : mark)
      return
    }
    const size = sizeOf(shape as Shape | undefined)
    const place = size && pixelUnder(at, bounds, size)
    if (place) explainNumber({ node, port, ...place, c: 0 }, { focus: true })
  }

  return (
    <div className={styles.over} onPointerDown={down} onPointerUp={up}>
      {outline && <Lines outline={outline} box={box} zoom={zoom} />}
    </div>
  )
})

/** The outline alone, for a node of this size in the overview. */
export function FarOutline({ node, port, of: { width, height } }: ViewTarget & { readonly of: Size }) {
  const outline = useOutline({ node, port })
  const step = useCanvas((s) => s.farStep)
  if (!outline) return null
  const box = farPicture({ x: 0, y: 0, width, height }, isNamed(step))
  return (
    <div className={styles.far} style={{ left: box.x, top: box.y, width: box.width, height: box.height }}>
      <Lines outline={outline} box={box} zoom={step} />
    </div>
  )
}

/** `at` is relative to the box, which the picture is fitted into. */
function pixelUnder(at: { x: number; y: number }, box: Size, { width, height }: Size) {
  const rect = fitted({ width, height }, box)
  const x = Math.floor(((at.x - rect.x) / rect.width) * width)
  const y = Math.floor(((at.y - rect.y) / rect.height) * height)
  return x >= 0 && y >= 0 && x < width && y < height ? { x, y } : undefined
}

/** Regions smaller than this on the screen get a marker around them so that they can be found. */
const findable = 9

interface LinesProps {
  readonly outline: ProvenanceOutline
  readonly box: Size
  /** Screen pixels per box unit. */
  readonly zoom: number
}

function Lines({ outline, box, zoom }: LinesProps) {
  const asked = useExplain((s) => s.asked && outputName(s.asked) === outputName(outline))
  const { size, boxes, exact } = outline
  const all = around(boxes)
  if (!size || !all) return null
  const path = boundary(boxes)
    .map(([x0, y0, x1, y1]) => `M${x0} ${y0}L${x1} ${y1}`)
    .join('')
  const scale = Math.min(box.width / size.width, box.height / size.height)
  const side = findable / scale / zoom
  const small = all.width < side && all.height < side
  const mark = {
    x: all.x + all.width / 2 - side / 2,
    y: all.y + all.height / 2 - side / 2,
    width: side,
    height: side,
  }
  return (
    <svg
      className={styles.lines}
      viewBox={`0 0 ${size.width} ${size.height}`}
      data-outline={outputName(outline)}
      data-kind={asked ? 'number' : 'source'}
      data-exact={exact}
      aria-hidden
    >
      {small ? (
        <>
          <rect className={styles.halo} {...mark} />
          <rect className={styles.line} {...mark} />
        </>
      ) : (
        <>
          <path className={styles.halo} d={path} />
          <path className={styles.line} d={path} />
        </>
      )}
    </svg>
  )
}
