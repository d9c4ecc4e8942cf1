/** The canvas: React Flow with our nodes, wires and manners, and what lies over it. */
import '@xyflow/react/dist/base.css'
import {
  Background,
  BackgroundVariant,
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
import { type DragEvent, type MouseEvent, type PointerEvent, useCallback, useEffect, useRef } from 'react'
import { perform } from '../commands/command.ts'
import { addNode } from '../commands/insert.ts'
import { lookInside } from '../commands/organise.ts'
import { Add } from '../palette/AddMenu.tsx'
import { draggedType } from '../palette/drag.ts'
import { filesOf } from '../start/dropped.ts'
import { select, useEditor } from '../state/editor.ts'
import { BoundaryNode } from './BoundaryNode.tsx'
import styles from './Canvas.module.css'
import { CanvasMenu } from './CanvasMenu.tsx'
import { ConnectionLine, WireHint } from './ConnectionLine.tsx'
import { isValidConnection, onConnect, onConnectEnd, onConnectStart, reconnect } from './connecting.ts'
import { onDrag, onDragStart, onDragStop, onEdgesChange, onNodesChange, wireAt } from './dragging.ts'
import { FrameNode } from './FrameNode.tsx'
import { takeFiles } from './files.ts'
import { fitWhole, whenLaidOut, zoomRange } from './fit.ts'
import { type FlowNode, type FlowWire, parseId, useFlowNodes } from './flow.ts'
import { useFlowWires } from './flow-wires.ts'
import { Minimap } from './Minimap.tsx'
import { NodeView } from './Node.tsx'
import { NoteNode } from './NoteNode.tsx'
import { OverviewLayer } from './Overview.tsx'
import { canvas, setCanvas, useCanvas, zoomed } from './store.ts'
import { Wire } from './Wire.tsx'
import { onWheel } from './wheel.ts'

// React Flow compares these by identity: they are made once.
const nodeTypes = { node: NodeView, frame: FrameNode, note: NoteNode, boundary: BoundaryNode } satisfies NodeTypes
const edgeTypes = { wire: Wire } satisfies EdgeTypes
const panButtons = [1, 2]
const severalKeys = ['Meta', 'Control', 'Shift']
const noAttribution = { hideAttribution: true }

const onInit = (flow: ReactFlowInstance<FlowNode, FlowWire>): void => {
  canvas.flow = flow
  fitWhole()
}

/** Nodes change their clothes when the zoom crosses the line; pictures get their size when it rests. */
const onMove = (_: unknown, { zoom }: Viewport): void => zoomed(zoom)

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
  const dropWire = type === undefined ? undefined : wireAt({ x: event.clientX, y: event.clientY }, type)
  if (useCanvas.getState().dropWire !== dropWire) setCanvas({ dropWire })
}

const onDrop = (event: DragEvent): void => {
  event.preventDefault()
  const at = { x: event.clientX, y: event.clientY }
  const place = canvas.flow?.screenToFlowPosition(at) ?? at
  const type = event.dataTransfer.getData('application/x-sightline-node')
  if (type) addNode({ type, place, centred: true, onWire: wireAt(at, type) })
  else void takeFiles(filesOf(event.dataTransfer), place)
  setCanvas({ dropWire: undefined })
}

const onPointerMove = (event: PointerEvent): void => {
  canvas.pointer = { x: event.clientX, y: event.clientY }
  // A drag is taken: otherwise the panels around measure their edges, which costs a layout with every move.
  if (event.buttons !== 0) event.preventDefault()
}

/** On the empty canvas only: a double click on a node is the node's. */
const onDoubleClick = (event: MouseEvent): void => {
  if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return
  const at = { x: event.clientX, y: event.clientY }
  setCanvas({ addMenu: { at, place: canvas.flow?.screenToFlowPosition(at) ?? at } })
}

/** Going to a node with the keyboard selects it. */
const onFocus = (event: { target: EventTarget }): void => {
  const { target } = event
  if (!(target instanceof HTMLElement) || !target.matches('.react-flow__node:focus-visible')) return
  const { kind, id } = parseId(target.dataset.id ?? '')
  if (kind === 'node') select({ nodes: [id] })
  else if (kind === 'frame') select({ frames: [id] })
  else if (kind === 'note') select({ notes: [id] })
}

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  )
}

function Flow() {
  const nodes = useFlowNodes()
  const wires = useFlowWires()
  const copying = useCanvas((s) => s.copying)
  const far = useCanvas((s) => s.far)
  const wiring = useCanvas((s) => s.wiring !== undefined)
  const element = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const box = element.current
    if (!box) return
    canvas.element = box
    // React listens passively; only a listener of our own may keep the page from scrolling.
    box.addEventListener('wheel', onWheel, { capture: true, passive: false })
    return () => {
      box.removeEventListener('wheel', onWheel, { capture: true })
      canvas.flow = undefined
      canvas.element = undefined
    }
  }, [])
  useFitOnOpen()

  const onReconnect = useCallback((wire: FlowWire, connection: Parameters<typeof onConnect>[0]) => {
    reconnect.onto(wire.id, connection)
  }, [])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: every gesture here has a command with a key as well
    <div
      ref={element}
      className={styles.canvas}
      data-copying={copying || undefined}
      data-wiring={wiring || undefined}
      onPointerMove={onPointerMove}
      onDoubleClick={onDoubleClick}
      onDragOver={onDragOver}
      onDragLeave={() => setCanvas({ dropWire: undefined })}
      onDrop={onDrop}
      onFocus={onFocus}
    >
      <CanvasMenu>
        <div className={styles.flow}>
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
            connectionLineComponent={ConnectionLine}
            connectionRadius={26}
            onInit={onInit}
            onMove={onMove}
            onlyRenderVisibleElements
            selectionOnDrag
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
            {!far && <Background variant={BackgroundVariant.Dots} gap={24} size={1.25} className={styles.dots ?? ''} />}
            <ViewportPortal>
              <OverviewLayer />
            </ViewportPortal>
            <WireHint />
          </ReactFlow>
        </div>
      </CanvasMenu>
      <Minimap />
      <Add />
    </div>
  )
}

const onNodeDragStart: OnNodeDrag<FlowNode> = (event, _, nodes) => onDragStart(event, nodes)
const onNodeDrag: OnNodeDrag<FlowNode> = (event, _, nodes) => onDrag(event, nodes)
const onNodeDragStop: OnNodeDrag<FlowNode> = (_, __, nodes) => onDragStop(nodes)
const onSelectionDragStop = (_: unknown, nodes: FlowNode[]): void => onDragStop(nodes)
const onReconnectEnd = (_: unknown, wire: FlowWire): void => reconnect.end(wire.id)

/** A document that was opened, or a subgraph that was entered, is shown whole. */
function useFitOnOpen(): void {
  const opened = useEditor((s) => s.opened)
  const trail = useEditor((s) => s.trail)
  const known = useEditor((s) => s.catalogue.size > 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are when to fit, not what
  useEffect(() => whenLaidOut(fitWhole), [opened, trail, known])
}
