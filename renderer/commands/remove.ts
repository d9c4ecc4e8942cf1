/** Deleting. What fed a deleted node then feeds what it fed, as if it had been bypassed. */
import { inSequence } from '../../engine/graph/edits.ts'
import { remove } from '../../engine/graph/remove.ts'
import { edit, useEditor } from '../state/editor.ts'
import { cutWires } from './connect.ts'

const count = (n: number, one: string): string => (n === 1 ? one : `${n} ${one}s`)

function deleteLabel(): string {
  const { nodes, edges, frames, notes } = useEditor.getState().selection
  const things = [
    nodes.size && count(nodes.size, 'node'),
    !nodes.size && edges.size && count(edges.size, 'wire'),
    frames.size && count(frames.size, 'frame'),
    notes.size && count(notes.size, 'note'),
  ].filter(Boolean)
  return `Delete ${things.join(' and ')}`
}

export function removeSelection(label = deleteLabel()): void {
  const { edges, ...things } = useEditor.getState().selection
  edit(
    (document, graph) =>
      inSequence(
        document,
        (now) => cutWires(now, edges, graph),
        (now) => remove(now, things, graph, useEditor.getState().catalogue),
      ),
    { label },
  )
}
