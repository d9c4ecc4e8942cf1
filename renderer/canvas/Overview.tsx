/**
 * The overview draws the whole graph on one canvas, because five hundred canvases, labels or wires as elements cost more than
 * a frame. Nodes are bare boxes on top, to click and drag. Above a certain number, only the node under the pointer is an
 * element; a box selection of our own and a list for keyboard and screen readers stand in for the others.
 */
import { type ReactFlowState, useStoreApi } from '@xyflow/react'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { FarOutline } from '../explain/PreviewOutline.tsx'
import { outlines, outputName } from '../explain/state.ts'
import { currentGraph, type EditorState, nodeRef, select, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import { useAll } from '../state/keyed.ts'
import { nodeReports } from '../state/reports.ts'
import { useColourScheme } from '../theme/theme.ts'
import { boxOf } from './flow.ts'
import { type Box, contains, layoutOf, overlap, type Point } from './geometry.ts'
import styles from './Overview.module.css'
import { cardRadius, createOverview, type Overview } from './overview.ts'
import { canvas, useCanvas, useOnlyDrawn } from './store.ts'

export function OverviewLayer() {
  const far = useCanvas((s) => s.far)
  return far ? (
    <>
      <Drawing />
      <Outlines />
      <Explained />
    </>
  ) : null
}

/** How far the dragged nodes have moved: all by the same amount. */
function draggedBy(s: EditorState, moving: ReadonlyMap<string, Point>): Point {
  const { nodes } = currentGraph(s)
  for (const [id, to] of moving) {
    const from = nodes[id]?.position
    if (from) return { x: to.x - from.x, y: to.y - from.y }
  }
  return { x: 0, y: 0 }
}

/** The part of the graph in view. */
export function seenIn({ transform, width, height }: Pick<ReactFlowState, 'transform' | 'width' | 'height'>): Box {
  const [x, y, zoom] = transform
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
}

function Drawing() {
  const resting = useRef<HTMLCanvasElement>(null)
  const lifted = useRef<HTMLCanvasElement>(null)
  const overview = useRef<Overview | undefined>(undefined)
  const nodes = useEditor((s) => currentGraph(s).nodes)
  const edges = useEditor((s) => currentGraph(s).edges)
  const selectedEdges = useEditor((s) => s.selection.edges)
  const catalogue = useEditor((s) => s.catalogue)
  const dragging = useCanvas((s) => s.moving.size > 0)
  const copying = useCanvas((s) => s.copying)
  const lit = useCanvas((s) => s.lit)
  const step = useCanvas((s) => s.farStep)
  const theme = useColourScheme()
  const store = useStoreApi()

  useEffect(() => {
    if (!resting.current || !lifted.current) return
    overview.current = createOverview(resting.current, lifted.current)
    const stop = useCanvas.subscribe(({ moving }, old) => {
      if (moving !== old.moving && moving.size > 0) overview.current?.drag(draggedBy(useEditor.getState(), moving))
    })
    const stopSeeing = store.subscribe(({ transform }, old) => {
      if (transform !== old.transform) overview.current?.see(seenIn(store.getState()))
    })
    return () => {
      stop()
      stopSeeing()
      overview.current?.close()
    }
  }, [store])

  // biome-ignore lint/correctness/useExhaustiveDependencies: they are when to draw, not what
  useEffect(() => {
    const { moving } = useCanvas.getState()
    overview.current?.show({ step, theme }, seenIn(store.getState()), new Set(moving.keys()))
    overview.current?.drag(draggedBy(useEditor.getState(), moving))
  }, [nodes, edges, selectedEdges, catalogue, dragging, lit, step, theme])

  return (
    <>
      <canvas ref={resting} className={styles.resting} aria-hidden />
      <canvas ref={lifted} className={styles.lifted} data-copying={copying || undefined} aria-hidden />
    </>
  )
}

function boxNow(s: EditorState, id: string, moving: ReadonlyMap<string, Point>): Box | undefined {
  const record = currentGraph(s).nodes[id]
  return record && { ...boxOf(s, id, record), ...moving.get(id) }
}

function rounded({ x, y, width, height }: Box): string {
  const r = cardRadius
  const [across, down] = [width - 2 * r, height - 2 * r]
  const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`
  return `M${x + r} ${y}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`
}

/** One path around all of them, drawn off the main thread. */
function outline(ids: Iterable<string>, moving: ReadonlyMap<string, Point>): string {
  const s = useEditor.getState()
  let path = ''
  for (const id of ids) {
    const box = boxNow(s, id, moving)
    if (box) path += rounded(box)
  }
  return path
}

function useFailed(): readonly string[] {
  const nodes = useEditor((s) => currentGraph(s).nodes)
  const trail = useEditor((s) => s.trail)
  const now = (): string =>
    Object.keys(nodes)
      .filter((id) => nodeReports.get(nodeRef(trail, id))?.status === 'error')
      .join()
  const [, tell] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` is made of them
  useEffect(() => nodeReports.subscribe(null, () => tell(now())), [nodes, trail])
  return now().split(',')
}

function Outlines() {
  const selected = useEditor((s) => s.selection.nodes)
  // Where they are on the canvas.
  useEditor((s) => currentGraph(s).nodes)
  const moving = useCanvas((s) => s.moving)
  const step = useCanvas((s) => s.farStep)
  const failed = useFailed()
  return (
    <svg className={styles.outlines} aria-hidden>
      <path data-failed d={outline(failed, moving)} strokeWidth={1.5 / step} />
      <path d={outline(selected, moving)} strokeWidth={2.5 / step} />
    </svg>
  )
}

/** Over the thumbnails: outlines of the region that an explained number came from. */
function Explained() {
  const all = useAll(outlines)
  const trail = useEditor((s) => s.trail)
  const graph = useEditor(currentGraph)
  const catalogue = useEditor((s) => s.catalogue)
  const moving = useCanvas((s) => s.moving)
  if (all.size === 0) return null
  return Object.entries(graph.nodes).map(([id, record]) => {
    const layout = layoutOf(id, record, typeInfo({ ...useEditor.getState(), catalogue }, record), graph)
    const node = nodeRef(trail, id)
    const port = layout.preview?.port
    if (port === undefined || !all.has(outputName({ node, port }))) return null
    const { x, y } = moving.get(id) ?? record.position
    const { width, height } = layout
    return (
      <div key={id} className={styles.explained} style={{ left: x, top: y, width, height }}>
        <FarOutline node={node} port={port} of={layout} />
      </div>
    )
  })
}

/** React Flow's box selection does not know nodes that have no element. */
export function FarBoxSelection() {
  const drawn = useOnlyDrawn()
  const store = useStoreApi()
  useEffect(() => {
    if (!drawn) return undefined
    return store.subscribe(({ userSelectionRect: rect, userSelectionActive, transform }, old) => {
      if (!rect || !userSelectionActive || rect === old.userSelectionRect) return
      const [x, y, zoom] = transform
      const box = {
        x: (rect.x - x) / zoom,
        y: (rect.y - y) / zoom,
        width: rect.width / zoom,
        height: rect.height / zoom,
      }
      const s = useEditor.getState()
      const nodes = Object.entries(currentGraph(s).nodes)
        .filter(([id, record]) => overlap(box, boxOf(s, id, record)))
        .map(([id]) => id)
      select({ ...s.selection, nodes })
    })
  }, [drawn, store])
  return null
}

/** The topmost node at a point of the window. */
export function farNodeAt(at: Point): string | undefined {
  const place = canvas.flow?.screenToFlowPosition(at, { snapToGrid: false })
  if (!place) return undefined
  const s = useEditor.getState()
  const point = { ...place, width: 0, height: 0 }
  const under = Object.entries(currentGraph(s).nodes).filter(([id, record]) => contains(boxOf(s, id, record), point))
  return (under.findLast(([id]) => s.selection.nodes.has(id)) ?? under.at(-1))?.[0]
}

/** Selects it and brings it into view if necessary. */
function reach(id: string): void {
  select({ nodes: [id] })
  const { flow, element } = canvas
  const s = useEditor.getState()
  const box = boxNow(s, id, new Map())
  if (!flow || !element || !box) return
  const { x, y, zoom } = flow.getViewport()
  const seen = { x: -x / zoom, y: -y / zoom, width: element.clientWidth / zoom, height: element.clientHeight / zoom }
  if (!contains(seen, box)) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom })
}

/** For keyboard and screen readers: focusing a node selects it, as it does when it is an element. */
export function FarList() {
  return useOnlyDrawn() ? <List /> : null
}

function List() {
  const nodes = useEditor((s) => currentGraph(s).nodes)
  const catalogue = useEditor((s) => s.catalogue)
  const selected = useEditor((s) => s.selection.nodes)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the types of the nodes are in the catalogue
  const titles = useMemo(() => {
    const s = useEditor.getState()
    return Object.entries(nodes).map(([id, record]) => [id, nodeTitle(record, typeInfo(s, record))] as const)
  }, [nodes, catalogue])
  return (
    <ul className={styles.list} aria-label="Nodes">
      {titles.map(([id, title]) => (
        <Item key={id} id={id} title={title} selected={selected.has(id)} />
      ))}
    </ul>
  )
}

const Item = memo(function Item({ id, title, selected }: { id: string; title: string; selected: boolean }) {
  return (
    <li>
      <button
        type="button"
        data-listed={id}
        aria-pressed={selected}
        onFocus={() => reach(id)}
        onClick={() => reach(id)}
      >
        {title}
      </button>
    </li>
  )
})
