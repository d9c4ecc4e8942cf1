/** Collects the patches of one edit, each applied to the result of those before. */
import {
  type BoundaryInput,
  type Document,
  type Graph,
  type NodeRecord,
  type PortRef,
  type Subgraph,
  splitPort,
} from './document.ts'
import { type Edit, impossible, noteApplied, type Patch, WorkingCopy } from './edit.ts'
import { containsSubgraph, own, subgraphName } from './info.ts'

export type Point = { readonly x: number; readonly y: number }
export type Size = { readonly width: number; readonly height: number }

/** Items on the canvas; wires by where they end. */
export interface Selection {
  readonly nodes?: Iterable<string>
  readonly edges?: Iterable<PortRef>
  readonly frames?: Iterable<string>
  readonly notes?: Iterable<string>
}

/** Items that have a position. */
export const placedTables = ['nodes', 'frames', 'notes'] as const
export type PlacedTable = (typeof placedTables)[number]
/** A value for each of these items, by table and id. */
export type Placed<T> = { readonly [K in PlacedTable]?: Readonly<Record<string, T>> }
type Tables = Required<Omit<Subgraph, 'extra' | 'wireExtra'>>
export type Table = keyof Tables
export const subgraphTables = ['params', 'outputs', 'inputs', 'edges', 'nodes', 'frames', 'notes'] as const

/** An unused id: `blur`, `blur-2`, `blur-3`. */
export function freshId(base: string, taken: (id: string) => boolean): string {
  if (!taken(base)) return base
  for (let n = 2; ; n++) {
    const id = `${base.slice(0, 58)}-${n}`
    if (!taken(id)) return id
  }
}

/** A name as an id: `Gaussian blur` → `gaussian-blur`. */
export function idFrom(name: string, otherwise: string): string {
  const id = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  return id === '' || id === 'constructor' || id === 'prototype' || id === '__proto__' ? otherwise : id
}

/** The base of a copy's id: `blur-3` → `blur`, so that copies of copies continue the count. */
export const baseOf = (id: string): string => id.replace(/-\d{1,4}$/, '') || id

export class Changes {
  readonly #from: Document
  readonly #copy: WorkingCopy
  readonly #edit: Patch[] = []
  /** The subgraph being edited; undefined: the document itself. */
  readonly name: string | undefined

  /** Throws `edit.impossible` if there is no such subgraph. */
  constructor(document: Document, name: string | undefined) {
    if (name !== undefined && !own(document.graphs, name)) throw impossible(`there is no subgraph "${name}"`)
    this.#from = document
    this.#copy = new WorkingCopy(document)
    this.name = name
  }

  get document(): Document {
    return this.#copy.document
  }

  /** The graph being edited, as it is now. */
  get graph(): Graph {
    return this.#graph(this.name) ?? this.document
  }

  /** The same, if it has a boundary. */
  get subgraph(): Subgraph | undefined {
    return this.name === undefined ? undefined : own(this.document.graphs, this.name)
  }

  /** What was changed so far. `applyEdit` has its result at hand. */
  get edit(): Edit {
    const edit = [...this.#edit]
    if (edit.length > 0) noteApplied(this.#from, edit, this.#copy.seal())
    return edit
  }

  #graph(name: string | undefined): Graph | undefined {
    return name === undefined ? this.document : own(this.document.graphs, name)
  }

  apply(patch: Patch): void {
    this.#copy.apply(patch)
    this.#edit.push(patch)
  }

  /** Replaces an entry; `undefined` removes it. Does nothing if it is equal already. */
  put<T extends Table>(table: T, id: string, value: Tables[T][string] | undefined): void {
    this.putIn(this.name, table, id, value)
  }

  /** The same in another graph; undefined is the document itself. */
  putIn<T extends Table>(graph: string | undefined, table: T, id: string, value: Tables[T][string] | undefined): void {
    const entries = (this.#graph(graph) as Partial<Tables> | undefined)?.[table] as Record<string, unknown> | undefined
    const there = own(entries, id)
    if (Object.is(there, value)) return
    this.apply({ ...(graph !== undefined && { graph }), table, id, value: value ?? null } as Patch)
  }

  /** Throws `edit.impossible` if there is none. */
  node(id: string): NodeRecord {
    const record = own(this.graph.nodes, id)
    if (!record) throw impossible(`there is no node "${id}"`)
    return record
  }

  freshId(table: 'nodes' | 'frames' | 'notes' | 'inputs' | 'outputs', base: string): string {
    const there = (this.graph as Partial<Tables>)[table] ?? {}
    return freshId(base, (id) => Object.hasOwn(there, id))
  }

  /** Every graph of the document, with its name. */
  graphs(): readonly (readonly [name: string | undefined, graph: Graph])[] {
    return [[undefined, this.document], ...Object.entries(this.document.graphs)]
  }

  /** These inputs are no longer fed from outside the subgraph. An input of it that then feeds nothing is removed. */
  detach(ends: ReadonlySet<PortRef>): void {
    this.#detachIn(this.name, ends)
  }

  #detachIn(graph: string | undefined, ends: ReadonlySet<PortRef>): void {
    const subgraph = graph === undefined ? undefined : own(this.document.graphs, graph)
    if (!subgraph || graph === undefined) return
    for (const [port, input] of Object.entries(subgraph.inputs)) {
      const to = input.to.filter((end) => !ends.has(end))
      if (to.length < input.to.length) this.feed(port, input, to, graph)
    }
  }

  /** Sets what an input of a subgraph feeds. */
  feed(port: string, input: BoundaryInput, to: PortRef[], graph: string): void {
    if (to.length > 0) this.putIn(graph, 'inputs', port, { ...input, to })
    else {
      this.putIn(graph, 'inputs', port, undefined)
      this.#portGone(graph, port, 'inputs')
    }
  }

  /** Removes an output of a subgraph, and the wires that start there. */
  dropOutput(port: string, graph: string): void {
    this.putIn(graph, 'outputs', port, undefined)
    this.#portGone(graph, port, 'outputs')
  }

  /** Removes the wires at a deleted port, wherever the subgraph is used. */
  #portGone(name: string, port: string, side: 'inputs' | 'outputs'): void {
    for (const [graph, { nodes, edges }] of this.graphs()) {
      const refs = new Set(
        Object.entries(nodes).flatMap(([id, { type }]) => (subgraphName(type) === name ? [`${id}.${port}`] : [])),
      )
      if (refs.size === 0) continue
      if (side === 'inputs') {
        for (const ref of refs) this.putIn(graph, 'edges', ref, undefined)
        this.#detachIn(graph, refs)
        continue
      }
      for (const [to, from] of Object.entries(edges)) if (refs.has(from)) this.putIn(graph, 'edges', to, undefined)
      if (graph === undefined) continue
      for (const [outer, { from }] of Object.entries(own(this.document.graphs, graph)?.outputs ?? {}))
        if (refs.has(from)) this.dropOutput(outer, graph)
    }
  }

  /** Parameters inside are no longer set from outside. A parameter of the subgraph that then sets nothing is removed. */
  conceal(isMeant: (ref: PortRef) => boolean): void {
    if (this.name !== undefined) this.#concealIn(this.name, isMeant)
  }

  #concealIn(graph: string, isMeant: (ref: PortRef) => boolean): void {
    for (const [name, exposed] of Object.entries(own(this.document.graphs, graph)?.params ?? {})) {
      const to = exposed.to.filter((ref) => !isMeant(ref))
      if (to.length === exposed.to.length) continue
      this.putIn(graph, 'params', name, to.length > 0 ? { ...exposed, to } : undefined)
      if (to.length === 0) this.#paramGone(graph, name)
    }
  }

  /** Drops what was set for a deleted parameter, wherever the subgraph is used. */
  #paramGone(name: string, param: string): void {
    for (const [graph, { nodes }] of this.graphs())
      for (const [id, record] of Object.entries(nodes)) {
        if (subgraphName(record.type) !== name) continue
        if (own(record.params, param) !== undefined) {
          const { [param]: _, ...params } = record.params ?? {}
          const { params: __, ...rest } = record
          this.putIn(graph, 'nodes', id, Object.keys(params).length > 0 ? { ...rest, params } : rest)
        }
        if (graph !== undefined) this.#concealIn(graph, (ref) => ref === `${id}.${param}`)
      }
  }

  /** Cuts the wires at these inputs, from inside and from outside. */
  cut(ends: Iterable<PortRef>): void {
    const all = new Set(ends)
    for (const end of all) this.put('edges', end, undefined)
    this.detach(all)
  }

  /** Whether a subgraph is, or contains, the one being edited: it must not be inserted there. */
  wouldContainItself(name: string): boolean {
    return this.name !== undefined && containsSubgraph(this.document, name, this.name)
  }

  /** Removes a definition with everything in it. */
  dropGraph(name: string): void {
    const graph = own(this.document.graphs, name)
    if (!graph) return
    for (const table of subgraphTables)
      for (const id of Object.keys(graph[table] ?? {})) this.putIn(name, table, id, undefined)
    this.apply({ table: 'graphs', id: name, value: null })
  }

  isUsed(name: string): boolean {
    return this.graphs().some(([, { nodes }]) => Object.values(nodes).some(({ type }) => subgraphName(type) === name))
  }
}

/** The wires that end or start at these nodes. */
export const wiresAt = (graph: Graph, nodes: ReadonlySet<string>): [to: PortRef, from: PortRef][] =>
  Object.entries(graph.edges).filter(([to, from]) => nodes.has(splitPort(to)[0]) || nodes.has(splitPort(from)[0]))

/** A position in whole pixels. */
/** Without −0, which JSON cannot represent. */
export const rounded = ({ x, y }: Point): { x: number; y: number } => ({ x: Math.round(x) + 0, y: Math.round(y) + 0 })

export const roundedSize = ({ width, height }: Size): { width: number; height: number } => ({
  width: Math.round(width),
  height: Math.round(height),
})
