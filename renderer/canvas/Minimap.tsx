/** A small map of the whole graph with the visible part marked. Redrawn when the graph changes; panning only moves a rectangle. */
import { type Node, useStore, useStoreApi, type Viewport } from '@xyflow/react'
import { type PointerEvent, useEffect, useRef } from 'react'
import { currentGraph, useEditor } from '../state/editor.ts'
import { nodeReports } from '../state/reports.ts'
import { useUi } from '../state/ui.ts'
import { useColourScheme } from '../theme/theme.ts'
import { boxOf } from './flow.ts'
import { around, type Box, contains, overlap, type Size } from './geometry.ts'
import styles from './Minimap.module.css'
import { canvas as flowCanvas, useCanvas } from './store.ts'

const size = { width: 168, height: 108 }
const margin = 60
/** The canvas must be at least this many times as large as the map. */
const roomy = 3.5

interface Scale {
  /** The part of the graph that the map shows: everything, with a margin. */
  readonly content: Box
  readonly box: Box
  readonly factor: number
  readonly left: number
  readonly top: number
}

function scaleOf(content: Box): Scale {
  const box = {
    x: content.x - margin,
    y: content.y - margin,
    width: content.width + 2 * margin,
    height: content.height + 2 * margin,
  }
  const factor = Math.min(size.width / box.width, size.height / box.height)
  return {
    content,
    box,
    factor,
    left: (size.width - box.width * factor) / 2,
    top: (size.height - box.height * factor) / 2,
  }
}

function boxesNow(): { nodes: [id: string, Box][]; frames: Box[] } {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  return {
    nodes: Object.entries(graph.nodes).map(([id, record]) => [id, boxOf(s, id, record)]),
    frames: Object.values(graph.frames).map(({ position, size: s }) => ({ ...position, ...s })),
  }
}

function draw(canvas: HTMLCanvasElement): Scale | undefined {
  const context = canvas.getContext('2d')
  const { nodes, frames } = boxesNow()
  const all = around([...nodes.map(([, box]) => box), ...frames])
  if (!context || !all) return undefined
  const scale = scaleOf(all)
  const ratio = window.devicePixelRatio || 1
  Object.assign(canvas, { width: size.width * ratio, height: size.height * ratio })
  const { color, borderColor, outlineColor } = getComputedStyle(canvas)
  const fill = ({ x, y, width, height }: Box): void =>
    context.fillRect(
      (scale.left + (x - scale.box.x) * scale.factor) * ratio,
      (scale.top + (y - scale.box.y) * scale.factor) * ratio,
      Math.max(2, width * scale.factor) * ratio,
      Math.max(2, height * scale.factor) * ratio,
    )
  context.fillStyle = borderColor
  for (const box of frames) fill(box)
  context.fillStyle = color
  const failed = nodes.filter(([id]) => nodeReports.get(id)?.status === 'error')
  for (const [, box] of nodes) fill(box)
  context.fillStyle = outlineColor
  for (const [, box] of failed) fill(box)
  return scale
}

/** The distance from the edges of the canvas, as in the style sheet. */
const inset = 12

/** A corner in which no selected node lies under the map; undefined: both have one. */
function freeCorner(view: Viewport, canvas: Size): 'right' | 'left' | undefined {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  const selected = [...s.selection.nodes].flatMap((id) => {
    const record = graph.nodes[id]
    return record ? [boxOf(s, id, record)] : []
  })
  const covers = (left: number): boolean =>
    selected.some((box) =>
      overlap(
        { x: left, y: canvas.height - inset - size.height, ...size },
        {
          x: box.x * view.zoom + view.x,
          y: box.y * view.zoom + view.y,
          width: box.width * view.zoom,
          height: box.height * view.zoom,
        },
      ),
    )
  if (!covers(canvas.width - inset - size.width)) return 'right'
  return covers(inset) ? undefined : 'left'
}

/** React Flow's list changes when nodes move, appear, disappear or are selected, not with every parameter. */
const samePlaces = (a: readonly Node[], b: readonly Node[]): boolean =>
  a.length === b.length &&
  a.every(({ id, position, width, height }, i) => {
    const other = b[i]
    return id === other?.id && position === other.position && width === other.width && height === other.height
  })

export function Minimap() {
  const shown = useUi((s) => s.minimap)
  const some = useEditor((s) => Object.keys(currentGraph(s).nodes).length > 0)
  return shown && some ? <Overview /> : null
}

function Overview() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useRef<HTMLDivElement>(null)
  const scale = useRef<Scale | undefined>(undefined)
  const nodes = useStore((s) => s.nodes, samePlaces)
  const dragging = useCanvas((s) => s.moving.size > 0)
  const theme = useColourScheme()
  const store = useStoreApi()

  const place = useRef(() => {
    const at = scale.current
    const element = view.current
    if (!at || !element) return
    const { transform, width, height } = store.getState()
    const [x, y, zoom] = transform
    const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
    // When everything is in view there is nothing to find, and on a small canvas the map would be in the way.
    const small = width < roomy * size.width || height < roomy * size.height
    const map = element.parentElement
    const needless = small || contains(seen, at.content)
    const corner = needless ? undefined : freeCorner({ x, y, zoom }, { width, height })
    if (map) map.dataset.needless = String(corner === undefined)
    if (map && corner) map.dataset.corner = corner
    const left = at.left + (seen.x - at.box.x) * at.factor
    const top = at.top + (seen.y - at.box.y) * at.factor
    element.style.transform = `translate(${left}px, ${top}px)`
    element.style.width = `${seen.width * at.factor}px`
    element.style.height = `${seen.height * at.factor}px`
  })

  useEffect(() => store.subscribe(() => place.current()), [store])
  useEffect(() => useEditor.subscribe((now, before) => now.selection !== before.selection && place.current()), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are when to draw, not what
  useEffect(() => {
    if (!dragging && canvas.current) scale.current = draw(canvas.current)
    place.current()
  }, [dragging ? undefined : nodes, dragging, theme])

  const go = ({ clientX, clientY, buttons, currentTarget }: PointerEvent<HTMLElement>): void => {
    const at = scale.current
    const { flow } = flowCanvas
    if (!at || !flow || buttons !== 1) return
    const box = currentTarget.getBoundingClientRect()
    const x = (clientX - box.left - at.left) / at.factor + at.box.x
    const y = (clientY - box.top - at.top) / at.factor + at.box.y
    void flow.setCenter(x, y, { zoom: flow.getZoom() })
  }

  return (
    <div
      className={styles.map}
      style={size}
      role="img"
      aria-label="Overview of the pipeline"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={go}
    >
      <canvas ref={canvas} className={styles.canvas} style={size} />
      <div ref={view} className={styles.view} />
    </div>
  )
}
