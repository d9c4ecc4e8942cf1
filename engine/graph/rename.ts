/** Renaming what wires and definitions refer to: all references follow. */
import { Changes } from './changes.ts'
import { type Document, idSchema, type PortRef, splitPort } from './document.ts'
import { type Edit, impossible } from './edit.ts'
import { own, subgraphName } from './info.ts'

function checkId(id: string): void {
  if (!idSchema.safeParse(id).success) throw impossible(`"${id}" is no id (a-z, 0-9, _ and -)`)
}

/** A new id for a node, as the command line and events name it. */
export function renameNode(document: Document, id: string, to: string, graph?: string): Edit {
  const changes = new Changes(document, graph)
  const record = changes.node(id)
  if (id === to) return []
  checkId(to)
  if (own(changes.graph.nodes, to)) throw impossible(`there is a node "${to}" already`)
  const renamed = (ref: PortRef): PortRef => {
    const [node, port] = splitPort(ref)
    return node === id ? `${to}.${port}` : ref
  }
  const { edges } = changes.graph
  const { inputs = {}, outputs = {}, params = {} } = changes.subgraph ?? {}
  const wires = Object.entries(edges).filter(([end, from]) => renamed(end) !== end || renamed(from) !== from)
  for (const [end] of wires) changes.put('edges', end, undefined)
  changes.put('nodes', id, undefined)
  changes.put('nodes', to, record)
  for (const [end, from] of wires) changes.put('edges', renamed(end), renamed(from))
  for (const [table, entries] of [
    ['inputs', inputs],
    ['params', params],
  ] as const)
    for (const [name, entry] of Object.entries(entries)) {
      const ends = entry.to.map(renamed)
      if (ends.some((end, i) => end !== entry.to[i])) changes.put(table, name, { ...entry, to: ends })
    }
  for (const [port, output] of Object.entries(outputs))
    if (renamed(output.from) !== output.from) changes.put('outputs', port, { ...output, from: renamed(output.from) })
  return changes.edit
}

/** A new name for a subgraph; its nodes follow. */
export function renameSubgraph(document: Document, name: string, to: string): Edit {
  const changes = new Changes(document, name)
  const graph = own(document.graphs, name)
  if (!graph || name === to) return []
  checkId(to)
  if (own(document.graphs, to)) throw impossible(`there is a subgraph "${to}" already`)
  const { extra, wireExtra, ...tables } = graph
  const unknown = { ...(extra && { extra }), ...(wireExtra && { wireExtra }) }
  changes.apply({ table: 'graphs', id: to, value: extra || wireExtra ? unknown : true })
  for (const [table, entries] of Object.entries(tables))
    for (const [id, value] of Object.entries(entries))
      changes.putIn(to, table as keyof typeof tables, id, value as never)
  changes.dropGraph(name)
  for (const [at, { nodes }] of changes.graphs())
    for (const [id, record] of Object.entries(nodes))
      if (subgraphName(record.type) === name) changes.putIn(at, 'nodes', id, { ...record, type: `graph/${to}` })
  return changes.edit
}

/** A new name for an input or output of a subgraph; wires at its nodes follow. */
export function renamePort(
  document: Document,
  name: string,
  side: 'inputs' | 'outputs',
  port: string,
  to: string,
): Edit {
  const changes = new Changes(document, name)
  const table = changes.subgraph?.[side] ?? {}
  const entry = own<object>(table, port)
  if (!entry) throw impossible(`the subgraph "${name}" has no port "${port}"`)
  if (port === to) return []
  checkId(to)
  if (own<object>(table, to)) throw impossible(`the subgraph "${name}" has a port "${to}" already`)
  changes.put(side, port, undefined)
  changes.put(side, to, entry as never)
  for (const [at, graph] of changes.graphs()) {
    const users = new Set(
      Object.entries(graph.nodes).flatMap(([id, { type }]) => (subgraphName(type) === name ? [id] : [])),
    )
    const renamed = (ref: PortRef): PortRef => {
      const [node, old] = splitPort(ref)
      return old === port && users.has(node) ? `${node}.${to}` : ref
    }
    for (const [end, from] of Object.entries(graph.edges)) {
      if (side === 'outputs' && renamed(from) !== from) changes.putIn(at, 'edges', end, renamed(from))
      if (side === 'outputs' || renamed(end) === end) continue
      changes.putIn(at, 'edges', end, undefined)
      changes.putIn(at, 'edges', renamed(end), from)
    }
    const around = at === undefined ? undefined : own(changes.document.graphs, at)
    if (side === 'inputs')
      for (const [outer, input] of Object.entries(around?.inputs ?? {})) {
        const ends = input.to.map(renamed)
        if (ends.some((end, i) => end !== input.to[i])) changes.putIn(at, 'inputs', outer, { ...input, to: ends })
      }
    else
      for (const [outer, output] of Object.entries(around?.outputs ?? {}))
        if (renamed(output.from) !== output.from)
          changes.putIn(at, 'outputs', outer, { ...output, from: renamed(output.from) })
  }
  return changes.edit
}
