/** Removing items, and healing: what fed a removed node then feeds what it fed, as if it had been bypassed. */
import type { Catalogue } from './catalogue.ts'
import { Changes, placedTables, type Selection, wiresAt } from './changes.ts'
import { type BoundaryInput, type Document, type PortRef, splitPort } from './document.ts'
import type { Edit } from './edit.ts'
import { bypassOf, infoOf, own } from './info.ts'

/** What fed the ends of removed nodes, through what these passed on: an output, or an input of the enclosing subgraph. */
type Origin = { readonly from: PortRef } | { readonly input: string }

function originsOf(document: Document, catalogue: Catalogue, changes: Changes, gone: ReadonlySet<string>) {
  const { graph, subgraph } = changes
  const outside = new Map(
    Object.entries(subgraph?.inputs ?? {}).flatMap(([input, { to }]) => to.map((end) => [end, input])),
  )
  return (output: PortRef): Origin | undefined => {
    const seen = new Set<PortRef>()
    let from = output
    while (!seen.has(from)) {
      seen.add(from)
      const [id, port] = splitPort(from)
      if (!gone.has(id)) return { from }
      const record = own(graph.nodes, id)
      const info = record && infoOf(document, catalogue, record)
      const passed = info && own(bypassOf(info), port)
      if (passed === undefined) return undefined
      const end = `${id}.${passed}`
      const input = outside.get(end)
      if (input !== undefined) return { input }
      const next = own(graph.edges, end)
      if (next === undefined) return undefined
      from = next
    }
    return undefined
  }
}

/**
 * Removes nodes, wires, frames and notes. Ports of the subgraph that lose all their wires are removed too, with those outside.
 * @param heal a catalogue: what fed a removed node then feeds what it fed, as if it had been bypassed
 */
export function remove(document: Document, selection: Selection, graph?: string, heal?: Catalogue): Edit {
  const changes = new Changes(document, graph)
  const gone = new Set(selection.nodes)
  for (const id of gone) changes.node(id)
  const cut = new Set(selection.edges)
  const originOf = heal ? originsOf(document, heal, changes, gone) : () => undefined
  const isGone = (ref: PortRef): boolean => gone.has(splitPort(ref)[0])

  const wires = wiresAt(changes.graph, gone)
  const healed = wires.flatMap(([to, from]) => {
    const origin = isGone(from) && !isGone(to) && !cut.has(to) ? originOf(from) : undefined
    return origin ? [{ to, origin }] : []
  })
  const outputs = Object.entries(changes.subgraph?.outputs ?? {}).filter(([, { from }]) => isGone(from))
  const origins = outputs.map(([, { from }]) => originOf(from))
  for (const { to, origin } of healed)
    if ('input' in origin && changes.name !== undefined) {
      const input = own(changes.subgraph?.inputs, origin.input) as BoundaryInput
      changes.put('edges', to, undefined)
      changes.feed(origin.input, input, [...input.to, to], changes.name)
    }
  changes.cut([...cut, ...wires.map(([to]) => to).filter((to) => !healed.some((wire) => wire.to === to))])
  const fed = Object.values(changes.subgraph?.inputs ?? {}).flatMap(({ to }) => to)
  changes.detach(new Set(fed.filter(isGone)))
  for (const { to, origin } of healed) if ('from' in origin) changes.put('edges', to, origin.from)
  for (const [index, [port, output]] of outputs.entries()) {
    const origin = origins[index]
    if (changes.name === undefined) continue
    if (origin && 'from' in origin) changes.put('outputs', port, { ...output, from: origin.from })
    else changes.dropOutput(port, changes.name)
  }
  changes.conceal(isGone)
  for (const table of placedTables) for (const id of selection[table] ?? []) changes.put(table, id, undefined)
  return changes.edit
}
