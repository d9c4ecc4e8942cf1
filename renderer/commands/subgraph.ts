/** Several nodes into one subgraph, and back. */
import { group, ungroup as takeApart } from '../../engine/graph/group.ts'
import { edit, select, useEditor } from '../state/editor.ts'

export function groupSelection(): void {
  const { selection, catalogue } = useEditor.getState()
  if (selection.nodes.size === 0) return
  const made = edit((document, graph) => group(document, selection, { catalogue }, graph), { label: 'Make subgraph' })
  if (made) select({ nodes: [made.id] })
}

export function ungroup(id: string): void {
  const made = edit((document, graph) => takeApart(document, id, graph), { label: 'Take subgraph apart' })
  if (made) select(made.selection)
}
