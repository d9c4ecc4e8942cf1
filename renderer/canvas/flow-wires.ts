/** The wires in React Flow's form: those of the graph and those of a subgraph's boundary. */
import { useMemo, useRef } from 'react'
import { type Graph, type PortRef, type Subgraph, splitPort } from '../../engine/graph/document.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import { say } from '../words/say.ts'
import { boundaryId, isBoundaryWire, sameList, useShownSubgraph } from './flow.ts'
import type { FlowWire } from './flow-types.ts'
import { useCanvas, useMovingIds } from './store.ts'

function toWire(id: string, from: PortRef, to: PortRef, selected: boolean): FlowWire {
  const [source, sourceHandle] = id.startsWith('in:') ? [boundaryId.in, from] : splitPort(from)
  const [target, targetHandle] = id.startsWith('out:') ? [boundaryId.out, to] : splitPort(to)
  const ends = { source, sourceHandle, target, targetHandle }
  // A wire can be unplugged only at its input end; at an output a new wire starts.
  const ariaLabel = say(`Wire from ${from} to ${to}`)
  return { id, type: 'wire', ...ends, ariaLabel, selected, reconnectable: 'target', data: { from, to } }
}

/** The ends of every wire: canvas id → [from, to]. A boundary's end is the name of its port. */
function wires(graph: Graph, subgraph: Subgraph | undefined): [id: string, from: string, to: string][] {
  const list: [string, string, string][] = Object.entries(graph.edges).map(([to, from]) => [to, from, to])
  for (const [name, { to }] of Object.entries(subgraph?.inputs ?? {}))
    for (const end of to) list.push([`in:${end}`, name, end])
  for (const [name, { from }] of Object.entries(subgraph?.outputs ?? {})) list.push([`out:${name}`, from, name])
  return list
}

export function useFlowWires(): FlowWire[] {
  const graph = useEditor(currentGraph)
  const subgraph = useShownSubgraph()
  const selected = useEditor((s) => s.selection.edges)
  const far = useCanvas((s) => s.far)
  const dragged = useMovingIds()
  const cache = useRef(new Map<string, FlowWire>())
  const last = useRef<FlowWire[]>([])
  return useMemo(() => {
    const next = new Map<string, FlowWire>()
    for (const [id, from, to] of wires(graph, subgraph)) {
      // The overview draws the others, except those with an end being dragged.
      if (far && !isBoundaryWire(id) && dragged.has(splitPort(from)[0]) === dragged.has(splitPort(to)[0])) continue
      const old = cache.current.get(id)
      const is = selected.has(id)
      next.set(id, old && old.data?.from === from && old.selected === is ? old : toWire(id, from, to, is))
    }
    cache.current = next
    const list = [...next.values()]
    if (!sameList(last.current, list)) last.current = list
    return last.current
  }, [graph, subgraph, selected, far, dragged])
}
