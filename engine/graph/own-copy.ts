/** A composite as a subgraph of the document, which can be changed. */
import type { Catalogue } from './catalogue.ts'
import { Changes, freshId, idFrom, subgraphTables } from './changes.ts'
import type { Document } from './document.ts'
import { type Edit, impossible } from './edit.ts'
import { insideOf } from './info.ts'

export interface OwnCopy {
  readonly edit: Edit
  /** Of the new definition. */
  readonly name: string
}

/**
 * Replaces what is inside a composite by a definition of the document: the same nodes with the same ids, wires and parameters, so
 * the same results. The node stays, with its wires. Throws `edit.impossible` where the node is no composite, or is in error.
 */
export function ownCopy(document: Document, catalogue: Catalogue, id: string, graph?: string): OwnCopy {
  const changes = new Changes(document, graph)
  const record = changes.node(id)
  const inside = insideOf(document, catalogue, record)
  if (!inside?.builtIn) throw impossible(`"${id}" is no built-in node with nodes inside`)
  const title = catalogue.get(record.type)?.title ?? id
  const name = freshId(idFrom(title, 'group'), (taken) => Object.hasOwn(document.graphs, taken))
  changes.apply({ table: 'graphs', id: name, value: true })
  for (const table of [...subgraphTables].reverse())
    for (const [key, value] of Object.entries(inside.graph[table] ?? {}))
      changes.putIn(name, table, key, value as never)
  // A choice among presets has set its parameters inside.
  for (const [param, to] of Object.entries(catalogue.get(record.type)?.composite?.params ?? {}))
    changes.putIn(name, 'params', param, { to: [...to] })
  const { params: _, version: __, ...kept } = record
  changes.put('nodes', id, { ...kept, type: `graph/${name}` })
  return { edit: changes.edit, name }
}
