/** The canvas: React Flow with our nodes, wires and gestures, and the overlays on it. */
import '@xyflow/react/dist/base.css'
import {
  type EdgeTypes,
  type NodeTypes,
  type OnNodeDrag,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  SelectionMode,
  type Viewport,
  ViewportPortal,
} from '@xyflow/react'
import { type DragEvent, type MouseEvent, type PointerEvent, useEffect, useRef } from 'react'
import { perform } from '../commands/command.ts'
import { addNode } from '../commands/insert.ts'
import { lookInside } from '../commands/organise.ts'
import { Add } from '../palette/AddMenu.tsx'
import { draggedType } from '../palette/drag.ts'
import { filesOf } from '../start/dropped.ts'
import { isBuiltIn, select, useEditor } from '../state/editor.ts'
import { useScale } from '../theme/scale.ts'
import { BoundaryNode } from './BoundaryNode.tsx'
import styles from './Canvas.module.css'
import { CanvasMenu } from './CanvasMenu.tsx'
import { ConnectionLine, WireHint } from './ConnectionLine.tsx'
import { carryElements, tellCarried } from './carry.ts'
import { isValidConnection, onConnect, onConnectEnd, onConnectStart, reconnect } from './connecting.ts'
import { Dots } from './Dots.tsx'
import { onDrag, onDragStart, onDragStop, onEdgesChange, onNodesChange, wireAt } from './dragging.ts'
import { FrameNode } from './FrameNode.tsx'
import { takeFiles } from './files.ts'
import { fitAgain, fitScale, fitWhole, whenLaidOut, zoomRange } from './fit.ts'
import { parseId, useFlowNodes } from './flow.ts'
import type { FlowNode, FlowWire } from './flow-types.ts'
import { useFlowWires } from './flow-wires.ts'
import type { Point } from './geometry.ts'
import { Minimap } from './Minimap.tsx'
import { NodeView } from './Node.tsx'
import { NoteNode } from './NoteNode.tsx'
import { FarBoxSelection, FarList, farNodeAt, OverviewLayer } from './Overview.tsx'
import { canvas, onlyDrawn, setCanvas, useCanvas, useCrowded, zoomed } from './store.ts'
import { Wire } from './Wire.tsx'
import { onWheel } from './wheel.ts'

// React Flow compares these by identity, so create them once.
const nodeTypes = { node: NodeView, frame: FrameNode, note: NoteNode, boundary: BoundaryNode } satisfies NodeTypes
const edgeTypes = { wire: Wire } satisfies EdgeTypes
const panButtons = [1, 2]
const severalKeys = ['Meta', 'Control', 'Shift']
const noAttribution = { hideAttribution: true }

const onInit = (flow: ReactFlowInstance<FlowNode, FlowWire>): void => {
  canvas.flow = flow
  fitWhole()
}

/** Nodes change appearance when the zoom crosses the threshold; pictures are resized when it comes to rest. */
const onMove = (_: unknown, { zoom }: Viewport): void => {
  tellCarried()
  zoomed(zoom)
}

const onNodeDoubleClick = (event: MouseEvent, node: FlowNode): void => {
  const { kind, id } = parseId(node.id)
  if (kind === 'note') setCanvas({ writing: node.id })
  if (kind !== 'node') return
  if (event.target instanceof Element && event.target.closest('[data-renames]')) setCanvas({ writing: id })
  else {
    select({ nodes: [id] })
    perform(lookInside)
  }
}

const onDragOver = (event: DragEvent): void => {
  event.preventDefault()
  const type = draggedType(event.dataTransfer)
  event.dataTransfer.dropEffect = 'copy'
  const dropWire = type === undefined ? undefined : wireAt({ x: event.clientX, y: event.clientY }, { type })
  if (useCanvas.getState().dropWire !== dropWire) setCanvas({ dropWire })
}

const onDrop = (event: DragEvent): void => {
  event.preventDefault()
  const at = { x: event.clientX, y: event.clientY }
  const place = canvas.flow?.screenToFlowPosition(at) ?? at
  const type = event.dataTransfer.getData('application/x-sightline-node')
  if (type) addNode({ type, place, centred: true, onWire: wireAt(at, { type }) })
  else void takeFiles(filesOf(event.dataTransfer), place)
  setCanvas({ dropWire: undefined })
}

/** In the overview, only the node under the pointer is an element. A drag keeps it that way. */
function hover(at: Point, over: EventTarget | null): void {
  if (!onlyDrawn()) return
  const hovered = over instanceof Element && over.closest('.react-flow') ? farNodeAt(at) : undefined
  if (hovered !== useCanvas.getState().hovered) setCanvas({ hovered })
}

/** The graph may move under a pointer that does not. */
const onMoveEnd = (): void => {
  const at = canvas.pointer
  if (at) hover(at, document.elementFromPoint(at.x, at.y))
}

/** Touch has no hover, so a tap on a drawn node lands on the bare canvas. */
const onPaneClick = ({ clientX, clientY }: MouseEvent): void => {
  const id = onlyDrawn() ? farNodeAt({ x: clientX, y: clientY }) : undefined
  if (id !== undefined) select({ nodes: [id] })
}

const onPointerMove = (event: PointerEvent): void => {
  canvas.pointer = { x: event.clientX, y: event.clientY }
  if (event.buttons === 0 || useCanvas.getState().wiring) hover(canvas.pointer, event.target)
  // Marks the drag as handled; otherwise the surrounding panels measure their edges, which costs a layout on every move.
  if (event.buttons !== 0) event.preventDefault()
}

/** Only on the empty canvas: a double click on a node belongs to the node. */
const onDoubleClick = (event: MouseEvent): void => {
  if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return
  const at = { x: event.clientX, y: event.clientY }
  setCanvas({ addMenu: { at, place: canvas.flow?.screenToFlowPosition(at) ?? at } })
}

/** Focusing a node with the keyboard selects it. */
const onFocus = (event: { target: EventTarget }): void => {
  const { target } = event
  if (!(target instanceof HTMLElement) || !target.matches('.react-flow__node:focus-visible')) return
  const { kind, id } = parseId(target.dataset.id ?? '')
  if (kind === 'node') select({ nodes: [id] })
  else if (kind === 'frame') select({ frames: [id] })
  else if (kind === 'note') select({ notes: [id] })
}

// Does not depend on drags or on the wire being drawn: created once, so React skips it.
const within = (
  <>
    <ViewportPortal>
      <OverviewLayer />
    </ViewportPortal>
    <FarBoxSelection />
    <WireHint />
  </>
)
const around = (
  <>
    <FarList />
    <Minimap />
    <Add />
  </>
)

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  )
}

function Flow() {
  const copying = useCanvas((s) => s.copying)
  const dragging = useCanvas((s) => s.dragging)
  const wiring = useCanvas((s) => s.wiring !== undefined)
  const element = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const box = element.current
    if (!box) return
    canvas.element = box
    // React listens passively; only our own listener can stop the page from scrolling.
    box.addEventListener('wheel', onWheel, { capture: true, passive: false })
    const stop = carryElements(box)
    // The panels have taken their new widths by the frame after the next.
    const later = (then: () => unknown): void => void whenLaidOut(() => whenLaidOut(() => void then()))
    const onResize = (): void => later(fitAgain)
    window.addEventListener('resize', onResize)
    const forget = useScale.subscribe((now, before) => later(() => fitScale(now.percent / before.percent)))
    return () => {
      stop()
      window.removeEventListener('resize', onResize)
      forget()
      box.removeEventListener('wheel', onWheel, { capture: true })
      canvas.flow = undefined
      canvas.element = undefined
    }
  }, [])
  useFitOnOpen()

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: every gesture here has a command with a key as well
    <div
      ref={element}
      className={styles.canvas}
      data-copying={copying || undefined}
      data-dragging={dragging || undefined}
      data-wiring={wiring || undefined}
      onPointerMove={onPointerMove}
      onDoubleClick={onDoubleClick}
      onDragOver={onDragOver}
      onDragLeave={() => setCanvas({ dropWire: undefined })}
      onDrop={onDrop}
      onFocus={onFocus}
    >
      <CanvasMenu>
        <Graph />
      </CanvasMenu>
      {around}
    </div>
  )
}

function Graph() {
  const nodes = useFlowNodes()
  const wires = useFlowWires()
  const far = useCanvas((s) => s.far)
  const builtIn = useEditor(isBuiltIn)
  return (
    <ReactFlow<FlowNode, FlowWire>
      nodes={nodes}
      edges={wires}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStart={onNodeDragStart}
      onNodeDrag={onNodeDrag}
      onNodeDragStop={onNodeDragStop}
      onSelectionStart={onBoxStart}
      onSelectionEnd={onBoxEnd}
      onSelectionDragStart={onDragStart}
      onSelectionDrag={onDrag}
      onSelectionDragStop={onSelectionDragStop}
      onNodeDoubleClick={onNodeDoubleClick}
      onConnectStart={onConnectStart}
      onConnect={onConnect}
      onConnectEnd={onConnectEnd}
      onReconnectStart={reconnect.start}
      onReconnect={onReconnect}
      onReconnectEnd={onReconnectEnd}
      isValidConnection={isValidConnection}
      nodesDraggable={!builtIn}
      nodesConnectable={!builtIn}
      edgesReconnectable={!builtIn}
      connectionLineComponent={ConnectionLine}
      connectionRadius={26}
      onInit={onInit}
      onPaneClick={onPaneClick}
      onMove={onMove}
      onMoveEnd={onMoveEnd}
      onlyRenderVisibleElements
      selectionOnDrag
      // It would start panning before the pointer has left the edge, where most box selections begin.
      autoPanOnSelection={false}
      selectionMode={SelectionMode.Partial}
      panOnDrag={panButtons}
      panActivationKeyCode="Space"
      multiSelectionKeyCode={severalKeys}
      deleteKeyCode={null}
      zoomOnDoubleClick={false}
      elevateNodesOnSelect={false}
      disableKeyboardA11y
      connectOnClick={false}
      nodeDragThreshold={3}
      minZoom={zoomRange.min}
      maxZoom={zoomRange.max}
      proOptions={noAttribution}
    >
      {!far && <Dots />}
      {within}
    </ReactFlow>
  )
}

const onReconnect = (wire: FlowWire, connection: Parameters<typeof onConnect>[0]): void => {
  reconnect.onto(wire.id, connection)
}
const onNodeDragStart: OnNodeDrag<FlowNode> = (event, _, nodes) => onDragStart(event, nodes)
const onNodeDrag: OnNodeDrag<FlowNode> = (event, _, nodes) => onDrag(event, nodes)
const onNodeDragStop: OnNodeDrag<FlowNode> = (_, __, nodes) => onDragStop(nodes)
const onBoxStart = (): void => setCanvas({ boxing: true })
const onBoxEnd = (): void => setCanvas({ boxing: false })
const onSelectionDragStop = (_: unknown, nodes: FlowNode[]): void => onDragStop(nodes)
const onReconnectEnd = (_: unknown, wire: FlowWire): void => reconnect.end(wire.id)

/** Fits the view to a document that was opened or a subgraph that was entered. */
function useFitOnOpen(): void {
  const opened = useEditor((s) => s.opened)
  const trail = useEditor((s) => s.trail)
  const known = useEditor((s) => s.catalogue.size > 0)
  const crowded = useCrowded()
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are when to fit, not what
  useEffect(() => whenLaidOut(fitWhole), [opened, trail, known])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of nodes may be far at the same zoom
  useEffect(() => zoomed(canvas.flow?.getZoom() ?? 1), [crowded])
}
