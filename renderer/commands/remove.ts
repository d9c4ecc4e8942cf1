/** Deleting. What stood between two nodes leaves a gap, not a guess; bypass is there for trying without. */
import { type Graph, splitPort } from '../../engine/graph/document.ts'
import type { Patch } from '../../engine/graph/edit.ts'
import { inGraph } from '../state/actions.ts'
import { currentGraph, currentGraphName, type EditorState, edit, type Selection, useEditor } from '../state/editor.ts'
import { cutPatches, detachBoundary } from './connect.ts'

/** The wires that touch these nodes. */
export const wiresOf = (graph: Graph, nodes: ReadonlySet<string>): [to: string, from: string][] =>
  Object.entries(graph.edges).filter(([to, from]) => nodes.has(splitPort(to)[0]) || nodes.has(splitPort(from)[0]))

/** The outputs of the subgraph that came from these nodes. */
function outputPatches(s: EditorState, nodes: ReadonlySet<string>): Patch[] {
  const name = currentGraphName(s)
  const outputs = name === undefined ? {} : (s.document.graphs[name]?.outputs ?? {})
  return Object.entries(outputs)
    .filter(([, { from }]) => nodes.has(splitPort(from)[0]))
    .map(([id]): Patch => ({ graph: name ?? '', table: 'outputs', id, value: null }))
}

/** Wires first, so that no wire ever ends at nothing. */
export function removePatches(s: EditorState, { nodes, edges, frames, notes }: Selection): Patch[] {
  const graph = currentGraph(s)
  const wires = new Set([...edges, ...wiresOf(graph, nodes).map(([to]) => to)])
  const fed = Object.values(s.document.graphs[currentGraphName(s) ?? '']?.inputs ?? {})
    .flatMap(({ to }) => to)
    .filter((end) => nodes.has(splitPort(end)[0]))
  const gone = (table: 'nodes' | 'frames' | 'notes', ids: ReadonlySet<string>): Patch[] =>
    [...ids].map((id) => ({ ...inGraph(), table, id, value: null }) as Patch)
  return [
    ...cutPatches(s, wires),
    ...detachBoundary(s, new Set(fed)),
    ...outputPatches(s, nodes),
    ...gone('nodes', nodes),
    ...gone('frames', frames),
    ...gone('notes', notes),
  ]
}

const count = (n: number, one: string): string => (n === 1 ? one : `${n} ${one}s`)

export function removeSelection(): void {
  const s = useEditor.getState()
  const { nodes, edges, frames, notes } = s.selection
  const things = [
    nodes.size && count(nodes.size, 'node'),
    !nodes.size && edges.size && count(edges.size, 'wire'),
    frames.size && count(frames.size, 'frame'),
    notes.size && count(notes.size, 'note'),
  ].filter(Boolean)
  edit(removePatches(s, s.selection), { label: `Delete ${things.join(' and ')}` })
}
