/** The inputs and outputs of a subgraph, edited from inside. */
import { Changes, freshId, idFrom } from './changes.ts'
import { type Document, type PortRef, type Subgraph, splitPort } from './document.ts'
import { type Edit, impossible } from './edit.ts'
import { own } from './info.ts'

/** The input of the subgraph that feeds this end inside, if one does. */
export const feedOf = (graph: Subgraph | undefined, end: PortRef): string | undefined =>
  Object.entries(graph?.inputs ?? {}).find(([, { to }]) => to.includes(end))?.[0]

/** How many wires go to and from the edge of the subgraph. */
export const boundaryWires = ({ inputs, outputs }: Subgraph): number =>
  Object.values(inputs).reduce((sum, { to }) => sum + to.length, 0) + Object.keys(outputs).length

/** A new port is named as the socket it stands for; where that name is taken, as its node as well. */
export function portName(ref: PortRef, taken: (id: string) => boolean): string {
  const [node, port] = splitPort(ref)
  const name = idFrom(port, 'value')
  return freshId(taken(name) ? idFrom(`${node}-${name}`, name) : name, taken)
}

export interface Exposed {
  readonly edit: Edit
  /** The port's name outside. */
  readonly port: string
}

/** Feeds an input inside from outside: through the named port, or a new one. An existing wire there is replaced. */
export function exposeInput(document: Document, graph: string, end: PortRef, port?: string): Exposed {
  const changes = new Changes(document, graph)
  const [node] = splitPort(end)
  changes.node(node)
  const there = port === undefined ? undefined : own(changes.subgraph?.inputs, port)
  if (port !== undefined && !there) throw impossible(`the subgraph "${graph}" has no input "${port}"`)
  const name = port ?? portName(end, (id) => own(changes.subgraph?.inputs, id) !== undefined)
  if (there?.to.includes(end)) return { edit: [], port: name }
  changes.put('edges', end, undefined)
  // Add the new port first, so that one used only there can be removed.
  changes.put('inputs', name, { ...there, to: [...(there?.to ?? []), end] })
  for (const [other, fed] of Object.entries(changes.subgraph?.inputs ?? {}))
    if (other !== name && fed.to.includes(end))
      changes.feed(
        other,
        fed,
        fed.to.filter((to) => to !== end),
        graph,
      )
  return { edit: changes.edit, port: name }
}

/** Exposes an output: at the named port, or a new one. */
export function exposeOutput(document: Document, graph: string, from: PortRef, port?: string): Exposed {
  const changes = new Changes(document, graph)
  const [node] = splitPort(from)
  changes.node(node)
  const there = port === undefined ? undefined : own(changes.subgraph?.outputs, port)
  if (port !== undefined && !there) throw impossible(`the subgraph "${graph}" has no output "${port}"`)
  const name = port ?? portName(from, (id) => own(changes.subgraph?.outputs, id) !== undefined)
  if (there?.from !== from) changes.put('outputs', name, { ...there, from })
  return { edit: changes.edit, port: name }
}

/** Removes a port of the subgraph, and the wires at it, wherever the subgraph is used. */
export function removePort(document: Document, graph: string, side: 'inputs' | 'outputs', port: string): Edit {
  const changes = new Changes(document, graph)
  const input = own(changes.subgraph?.inputs, port)
  if (side === 'inputs' && input) changes.feed(port, input, [], graph)
  else if (side === 'outputs' && own(changes.subgraph?.outputs, port)) changes.dropOutput(port, graph)
  else throw impossible(`the subgraph "${graph}" has no port "${port}"`)
  return changes.edit
}

/** Removes definitions that no node uses, with everything that only they use. */
export function removeUnusedSubgraphs(document: Document): Edit {
  const changes = new Changes(document, undefined)
  for (let found = true; found; ) {
    found = false
    for (const name of Object.keys(changes.document.graphs))
      if (!changes.isUsed(name)) {
        changes.dropGraph(name)
        found = true
      }
  }
  return changes.edit
}
