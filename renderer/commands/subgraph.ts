/** Several nodes into one subgraph, and back; a built-in node into a subgraph. */
import { applyEdit } from '../../engine/graph/edit.ts'
import { group, ungroup as takeApart } from '../../engine/graph/group.ts'
import { insideOf } from '../../engine/graph/info.ts'
import { ownCopy } from '../../engine/graph/own-copy.ts'
import { currentGraph, edit, goTo, select, type Trail, useEditor } from '../state/editor.ts'

export function groupSelection(): void {
  const { selection, catalogue } = useEditor.getState()
  if (selection.nodes.size === 0) return
  const made = edit((document, graph) => group(document, selection, { catalogue }, graph), { label: 'Make subgraph' })
  if (made) select({ nodes: [made.id] })
}

/** Takes a subgraph apart, or a built-in node, of which a copy is made first. */
export function ungroup(id: string): void {
  const s = useEditor.getState()
  const record = currentGraph(s).nodes[id]
  const builtIn = record && insideOf(s.document, s.catalogue, record)?.builtIn
  const made = edit(
    (document, graph) => {
      if (!builtIn) return takeApart(document, id, graph)
      const copy = ownCopy(document, s.catalogue, id, graph).edit
      const apart = takeApart(applyEdit(document, copy).document, id, graph)
      return { ...apart, edit: [...copy, ...apart.edit] }
    },
    { label: 'Take subgraph apart' },
  )
  if (made) select(made.selection)
}

/** Makes the built-in node at the end of `trail` a subgraph of this pipeline, and stays where the person is. */
export function copyBuiltIn(trail: Trail): void {
  const { trail: here, catalogue } = useEditor.getState()
  const id = trail.at(-1)
  if (id === undefined) return
  goTo(trail.slice(0, -1))
  edit((document, graph) => ownCopy(document, catalogue, id, graph), { label: 'Make my own copy' })
  if (here.length < trail.length) select({ nodes: [id] })
  else goTo(here)
}
