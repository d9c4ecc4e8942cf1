/** Parameters of nodes inside a subgraph that are set on its node, from outside. */
import { Changes, freshId } from './changes.ts'
import { type Document, type NodeRecord, type PortRef, type Subgraph, splitPort } from './document.ts'
import type { Edit } from './edit.ts'
import { own } from './info.ts'

type Json = NonNullable<NodeRecord['params']>[string]

/** The name under which a subgraph exposes a parameter inside (`blur.sigma`), if it does. */
export const exposedAs = (graph: Pick<Subgraph, 'params'> | undefined, ref: PortRef): string | undefined =>
  Object.entries(graph?.params ?? {}).find(([, { to }]) => to.includes(ref))?.[0]

/** The name follows the parameter; where that is taken, its node as well. */
export function exposeParam(
  document: Document,
  graph: string,
  ref: PortRef,
): { readonly edit: Edit; readonly name: string } {
  const changes = new Changes(document, graph)
  const [id, param] = splitPort(ref)
  changes.node(id)
  const params = changes.subgraph?.params ?? {}
  const there = exposedAs({ params }, ref)
  if (there !== undefined) return { edit: [], name: there }
  const taken = (name: string): boolean => Object.hasOwn(params, name)
  const name = taken(param) ? freshId(`${id}-${param}`.slice(0, 60), taken) : param
  changes.put('params', name, { to: [ref] })
  return { edit: changes.edit, name }
}

/**
 * The parameter is set inside again. What was set at the nodes of the subgraph is dropped.
 * @param value what it has from now on; absent: what it had inside
 */
export function concealParam(document: Document, graph: string, ref: PortRef, value?: Json): Edit {
  const changes = new Changes(document, graph)
  const [id, param] = splitPort(ref)
  const record = changes.node(id)
  changes.conceal((other) => other === ref)
  if (value !== undefined) changes.put('nodes', id, { ...record, params: { ...record.params, [param]: value } })
  return changes.edit
}

/** Where a parameter inside is set: at the outermost node that exposes it. `path`: node ids, the last one has the parameter. */
export function placeOfParam(
  document: Document,
  path: readonly string[],
  param: string,
  nameOf: (path: readonly string[]) => string | undefined,
): { readonly path: readonly string[]; readonly param: string } {
  const outside = path.slice(0, -1)
  const name = outside.length > 0 ? nameOf(outside) : undefined
  const exposed =
    name === undefined ? undefined : exposedAs(own(document.graphs, name), `${path.at(-1) ?? ''}.${param}`)
  return exposed === undefined ? { path, param } : placeOfParam(document, outside, exposed, nameOf)
}
