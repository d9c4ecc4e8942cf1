/** Which nodes of the pipeline use which installed models. */
import type { Catalogue } from '../../engine/graph/catalogue.ts'
import type { Document } from '../../engine/graph/document.ts'
import { own } from '../../engine/graph/info.ts'
import { installedModel } from '../../engine/graph/models.ts'
import { type FlatGraph, flatten } from '../../engine/graph/topology.ts'

/** The node as the pipeline names it: a built-in composite, not what is inside. */
function outermost(flat: FlatGraph, id: string): string {
  for (let at = id.indexOf('/'); at > 0; at = id.indexOf('/', at + 1))
    if (flat.groups.get(id.slice(0, at))?.builtIn) return id.slice(0, at)
  return id
}

/** Model → nodes (`outer/inner`), each once, in the order of the document. */
export function usersOf(document: Document, catalogue: Catalogue): ReadonlyMap<string, readonly string[]> {
  const flat = flatten(document, catalogue)
  const users = new Map<string, Set<string>>()
  for (const [id, { record }] of flat.nodes)
    for (const [param, spec] of Object.entries(catalogue.get(record.type)?.params ?? {})) {
      const path = spec.type === 'file' ? (own(record.params, param) ?? spec.default) : undefined
      const name = typeof path === 'string' ? installedModel(path) : undefined
      if (name !== undefined) users.set(name, (users.get(name) ?? new Set()).add(outermost(flat, id)))
    }
  return new Map([...users].map(([name, nodes]) => [name, [...nodes]]))
}
