/** Drawing wires by hand: the verdict of each socket while a wire is drawn, and what a drop does. */
import type { FinalConnectionState, OnConnectStart } from '@xyflow/react'
import { between, connect, disconnect, type NewWire } from '../commands/connect.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { allConnections, bestPort, type End, portRef, type Side } from '../state/wiring.ts'
import { boundaryId, newPort, parseId } from './flow.ts'
import type { FlowWire } from './flow-types.ts'
import { canvas, setCanvas, useCanvas, type Wiring } from './store.ts'

type LooseConnection = Pick<FlowWire, 'source' | 'sourceHandle' | 'target' | 'targetHandle'>

const isBoundary = (canvasId: string): boolean => parseId(canvasId).kind === 'boundary'

function begin(start: End): void {
  const sockets = isBoundary(start.node) ? allSockets(start.side) : allConnections(useEditor.getState(), start)
  setCanvas({ wiring: { start, sockets } })
}

/** A subgraph's input may go anywhere: only the subgraph's user knows its type. */
function allSockets(side: Side): Wiring['sockets'] {
  const s = useEditor.getState()
  const entries = Object.entries(currentGraph(s).nodes).flatMap(([id, node]) =>
    Object.keys(typeInfo(s, node)?.[side === 'out' ? 'inputs' : 'outputs'] ?? {}).map(
      (port) => [`${id}.${port}`, { ok: true }] as const,
    ),
  )
  return new Map(entries)
}

export const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
  if (nodeId && handleId) begin({ node: nodeId, port: handleId, side: handleType === 'target' ? 'in' : 'out' })
}

export function isValidConnection({ source, sourceHandle, target, targetHandle }: LooseConnection): boolean {
  if (isBoundary(source) || isBoundary(target)) {
    const bothNew = sourceHandle === newPort && targetHandle === newPort
    return !(isBoundary(source) && isBoundary(target)) && !bothNew
  }
  const { wiring } = useCanvas.getState()
  if (!wiring) return false
  const other = wiring.start.side === 'out' ? `${target}.${targetHandle}` : `${source}.${sourceHandle}`
  return wiring.sockets.get(other)?.ok ?? false
}

function connectionOf({ source, sourceHandle, target, targetHandle }: LooseConnection): NewWire | undefined {
  if (!sourceHandle || !targetHandle) return undefined
  const named = (port: string): string | undefined => (port === newPort ? undefined : port)
  const [from, to] = [`${source}.${sourceHandle}`, `${target}.${targetHandle}`]
  if (source === boundaryId.in) return { input: named(sourceHandle), to }
  return target === boundaryId.out ? { from, output: named(targetHandle) } : { from, to }
}

export function onConnect(loose: LooseConnection): void {
  const connection = connectionOf(loose)
  if (connection) connect(connection)
}

const pointOf = (event: MouseEvent | TouchEvent): { x: number; y: number } => {
  const at = 'changedTouches' in event ? event.changedTouches[0] : event
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 }
}

/** Dropped on a node's body: its best socket takes the wire. */
function dropOnNode(start: End, id: string): void {
  const s = useEditor.getState()
  const node = currentGraph(s).nodes[id]
  const info = node && typeInfo(s, node)
  if (!info || id === start.node) return
  const port = bestPort(s, start, info)
  if (port === undefined || !useCanvas.getState().wiring?.sockets.get(portRef({ node: id, port }))?.ok) return
  connect(between(start, { node: id, port, side: start.side === 'out' ? 'in' : 'out' }))
}

export function onConnectEnd(event: MouseEvent | TouchEvent, { isValid, toHandle }: FinalConnectionState): void {
  const { wiring } = useCanvas.getState()
  const target = event.target instanceof Element ? event.target : null
  if (wiring && !isValid && !toHandle && !isBoundary(wiring.start.node)) {
    const over = document.elementFromPoint(pointOf(event).x, pointOf(event).y) ?? target
    const node = over?.closest<HTMLElement>('[data-node]')?.dataset.node
    if (node) dropOnNode(wiring.start, node)
    else if (over?.closest('.react-flow__pane')) {
      const at = pointOf(event)
      const place = canvas.flow?.screenToFlowPosition(at) ?? at
      setCanvas({ addMenu: { at, place, wire: wiring.start } })
    }
  }
  setCanvas({ wiring: undefined })
}

/** A wire was unplugged at one end: dropped on nothing, it is removed. */
export const reconnect = {
  dropped: true,
  start(): void {
    reconnect.dropped = true
  },
  onto(wire: string, loose: LooseConnection): void {
    reconnect.dropped = false
    const connection = connectionOf(loose)
    if (connection) connect(connection, wire)
  },
  end(wire: string): void {
    if (reconnect.dropped) disconnect(wire)
    setCanvas({ wiring: undefined })
  },
}
