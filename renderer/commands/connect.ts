/** Drawing and cutting wires. An input takes one wire, so a new one takes the old one's place. */
import type { Subgraph } from '../../engine/graph/document.ts'
import type { Patch } from '../../engine/graph/edit.ts'
import { inGraph } from '../state/actions.ts'
import { currentGraphName, type EditorState, edit, useEditor } from '../state/editor.ts'
import { type End, portRef } from '../state/wiring.ts'
import { freshId } from './ids.ts'

export const wirePatch = (from: string, to: string): Patch => ({ ...inGraph(), table: 'edges', id: to, value: from })
export const cutPatch = (to: string): Patch => ({ ...inGraph(), table: 'edges', id: to, value: null })

/** An input that gets a wire, or loses it, is no longer fed from outside the subgraph. */
export function detachBoundary(s: EditorState, ends: ReadonlySet<string>): Patch[] {
  const name = currentGraphName(s)
  const graph: Subgraph | undefined = name === undefined ? undefined : s.document.graphs[name]
  if (!graph || name === undefined) return []
  return Object.entries(graph.inputs).flatMap(([id, { to }]): Patch[] => {
    const left = to.filter((end) => !ends.has(end))
    if (left.length === to.length) return []
    return [{ graph: name, table: 'inputs', id, value: left.length ? { to: left } : null }]
  })
}

export const connectPatches = (s: EditorState, from: string, to: string): Patch[] => [
  ...detachBoundary(s, new Set([to])),
  wirePatch(from, to),
]

/** The two ends in any order. */
export function connect(a: End, b: End): void {
  const [out, into] = a.side === 'out' ? [a, b] : [b, a]
  edit(connectPatches(useEditor.getState(), portRef(out), portRef(into)), { label: 'Connect' })
}

/** Lets a wire from outside the subgraph go to this input; without a `name` the subgraph gets a new input. */
export function connectInput(end: string, name: string | undefined): void {
  const s = useEditor.getState()
  const graphName = currentGraphName(s)
  const graph = graphName === undefined ? undefined : s.document.graphs[graphName]
  if (!graph || graphName === undefined) return
  const id = name ?? freshId(end.slice(end.indexOf('.') + 1), (taken) => taken in graph.inputs)
  const others = detachBoundary(s, new Set([end])).filter((patch) => patch.id !== id)
  const to = [...(graph.inputs[id]?.to ?? []).filter((known) => known !== end), end]
  edit([...others, cutPatch(end), { graph: graphName, table: 'inputs', id, value: { to } }], { label: 'Connect' })
}

/** Lets this output out of the subgraph; without a `name` the subgraph gets a new output. */
export function connectOutput(from: string, name: string | undefined): void {
  const s = useEditor.getState()
  const graphName = currentGraphName(s)
  const graph = graphName === undefined ? undefined : s.document.graphs[graphName]
  if (!graph || graphName === undefined) return
  const id = name ?? freshId(from.slice(from.indexOf('.') + 1), (taken) => taken in graph.outputs)
  edit([{ graph: graphName, table: 'outputs', id, value: { from } }], { label: 'Connect' })
}

/** The patches that cut wires, by their ids on the canvas (`blur.image`, `in:blur.image`, `out:image`). */
export function cutPatches(s: EditorState, ids: Iterable<string>): Patch[] {
  const all = [...ids]
  const graph = currentGraphName(s)
  const boundary = new Set(all.filter((id) => id.startsWith('in:')).map((id) => id.slice(3)))
  return [
    ...all.filter((id) => !id.includes(':')).map(cutPatch),
    ...detachBoundary(s, boundary),
    ...all
      .filter((id) => id.startsWith('out:') && graph !== undefined)
      .map((id): Patch => ({ graph: graph ?? '', table: 'outputs', id: id.slice(4), value: null })),
  ]
}

export function disconnect(id: string): void {
  edit(cutPatches(useEditor.getState(), [id]), { label: 'Disconnect' })
}
