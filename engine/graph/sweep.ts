/**
 * Sweeps: a part of the graph, run once for each value of one or two parameters. While the graph is flattened, everything between
 * the node whose parameter varies and the sweep is copied for each cell of the grid, so keys, caching and reports know nothing of
 * it: a cell is computed again only where its values are new.
 */
import { isParamValue, type ParamSpec, type ParamValue } from '../types/param.ts'
import type { Problem } from '../types/problem.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { cellPort, recordWithCells } from './cells.ts'
import type { Document, NodeRecord } from './document.ts'
import type { FlatInput, FlatNode, Unfolded } from './expand.ts'
import { infoOf, insideOf, own } from './info.ts'
import { typeOf } from './sockets.ts'

export const sweepType = 'measure/sweep'
/** Cells of a grid. */
export const mostCells = 100
/** Of both axes: a parameter as `NODE.PARAMETER`, and its values with commas between. */
export interface SweepParams {
  readonly first: string
  readonly values: string
  readonly second: string
  readonly others: string
}

export interface Axis {
  /** `blur.sigma` */
  readonly of: string
  readonly values: readonly string[]
}

const axisOf = (of: string, values: string): Axis | undefined =>
  of.trim() === ''
    ? undefined
    : {
        of: of.trim(),
        values: values
          .split(',')
          .map((value) => value.trim())
          .filter(Boolean),
      }

/** The columns and rows of a sweep; undefined: it has but one. */
export function axesOf({ first, values, second, others }: SweepParams): {
  readonly columns: Axis | undefined
  readonly rows: Axis | undefined
} {
  return { columns: axisOf(first, values), rows: axisOf(second, others) }
}

const textOf = (record: NodeRecord, info: NodeInfo | undefined, name: string): string => {
  const value = own(record.params, name) ?? info?.params[name]?.default
  return typeof value === 'string' ? value : ''
}

/** A value as the parameter takes it; undefined where it takes no such value. */
function parsed(spec: ParamSpec, text: string): ParamValue | undefined {
  const value: unknown =
    spec.type === 'number' || spec.type === 'integer'
      ? Number(text)
      : spec.type === 'boolean'
        ? { true: true, false: false }[text]
        : text
  return isParamValue(spec, value) ? value : undefined
}

const sweepable: ReadonlySet<ParamSpec['type']> = new Set(['number', 'integer', 'boolean', 'choice', 'text'])

/** The parameters of a node that a sweep can vary. */
export const sweepableParams = (info: NodeInfo): readonly string[] =>
  Object.entries(info.params).flatMap(([name, { type }]) =>
    sweepable.has(type) && !info.socketsBy?.includes(name) ? [name] : [],
  )

type Params = NonNullable<NodeRecord['params']>
/** One value of an axis: the parameters that it changes, by nested id. */
type Changed = ReadonlyMap<string, Params>

class Sweep {
  readonly unfolded: Unfolded
  readonly document: Document
  readonly catalogue: Catalogue
  /** Copy → what it is a copy of. */
  readonly origins: Map<string, string>

  constructor(unfolded: Unfolded, document: Document, catalogue: Catalogue, origins: Map<string, string>) {
    this.unfolded = unfolded
    this.document = document
    this.catalogue = catalogue
    this.origins = origins
  }

  /** The nodes that one value of a parameter changes; a problem where there is no such parameter or value. */
  changes(prefix: string, { of, values }: Axis): readonly Changed[] | Problem {
    const dot = of.indexOf('.')
    const [local, param] = dot < 0 ? [of, ''] : [of.slice(0, dot), of.slice(dot + 1)]
    const id = prefix + local
    const record = this.unfolded.groups.get(id)?.record ?? this.unfolded.nodes.get(id)?.record
    if (!record || this.origins.has(id))
      return { code: 'sweep.no-node', params: { given: of, known: this.known(prefix) } }
    const info = infoOf(this.document, this.catalogue, record)
    const spec = info && own(info.params, param)
    if (!info || !spec || !sweepableParams(info).includes(param)) {
      const known = info ? sweepableParams(info).map((name) => `${local}.${name}`) : []
      return { code: 'sweep.no-param', params: { given: of, known: known.join(', ') || 'none' } }
    }
    if (values.length === 0) return { code: 'sweep.no-values', params: { of } }
    const made: Changed[] = []
    for (const text of values) {
      const value = parsed(spec, text)
      if (value === undefined) return { code: 'sweep.value', params: { of, given: text } }
      const changed = new Map<string, Params>()
      this.#records(id, { ...record, params: { ...record.params, [param]: value as never } }, changed)
      made.push(changed)
    }
    return made
  }

  /** What could be meant, a few of them. */
  known(prefix: string): string {
    const near = [...this.unfolded.nodes.values(), ...this.unfolded.groups.values()].filter(
      ({ id }) => id.startsWith(prefix) && !id.slice(prefix.length).includes('/') && !this.origins.has(id),
    )
    const params = near.flatMap(({ id, record }) => {
      const info = record.type === sweepType ? undefined : infoOf(this.document, this.catalogue, record)
      return info ? sweepableParams(info).map((name) => `${id.slice(prefix.length)}.${name}`) : []
    })
    return params.slice(0, 12).join(', ') || 'none'
  }

  /** What differs in this node; of a subgraph or composite, in the nodes inside. */
  #records(id: string, record: NodeRecord, into: Map<string, Params>): void {
    const group = this.unfolded.groups.get(id)
    const inside = group && insideOf(this.document, this.catalogue, record)
    if (!inside) {
      const before = this.unfolded.nodes.get(id)?.record.params
      const differs = Object.entries(record.params ?? {}).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(own(before, name)),
      )
      into.set(id, Object.fromEntries(differs))
      return
    }
    for (const [local, inner] of Object.entries(inside.graph.nodes)) {
      const before = own(group.graph.nodes, local)
      if (JSON.stringify(before?.params) !== JSON.stringify(inner.params)) this.#records(`${id}/${local}`, inner, into)
    }
  }

  /** Everything that feeds these inputs and depends on a changed node, copied. Where nothing does, the inputs stay. */
  copied(base: string, inputs: FlatNode['inputs'], changed: Changed): Record<string, FlatInput> | Problem {
    const { nodes } = this.unfolded
    const depends = new Map<string, boolean>()
    const before = Object.values(inputs).map(({ node }) => node)
    for (const id of feedersFirst(before, nodes)) {
      const fed = Object.values(nodes.get(id)?.inputs ?? {}).some(({ node }) => depends.get(node))
      depends.set(id, fed || changed.has(this.origins.get(id) ?? id))
    }
    const copies = [...depends].filter(([, it]) => it).map(([id]) => id)
    const name = (id: string): string => `${base}/${id}`
    for (const id of copies) {
      const node = nodes.get(id)
      if (!node) continue
      const info = typeOf(this.catalogue, node.record)
      if (info?.kind === 'effect' || info?.feed) return { code: 'sweep.effect', params: { title: info.title } }
      const origin = this.origins.get(id) ?? id
      const next = Object.entries(node.inputs).map(([port, input]) => [
        port,
        depends.get(input.node) ? { ...input, node: name(input.node) } : input,
      ])
      const differs = changed.get(origin)
      nodes.set(name(id), {
        ...node,
        id: name(id),
        record: differs ? { ...node.record, params: { ...node.record.params, ...differs } } : node.record,
        inputs: Object.fromEntries(next),
      })
      this.origins.set(name(id), origin)
    }
    return Object.fromEntries(
      Object.entries(inputs).map(([port, input]) => [
        port,
        depends.get(input.node) ? { ...input, node: name(input.node) } : input,
      ]),
    )
  }
}

const isProblem = (found: object): found is Problem => 'code' in found && 'params' in found

/** These nodes and all that feed them, feeders first. Without recursion, because chains can be long. */
function feedersFirst(ids: readonly string[], nodes: ReadonlyMap<string, FlatNode>): readonly string[] {
  const seen = new Set<string>()
  const found: string[] = []
  const open = ids.map((id) => ({ id, done: false }))
  for (let next = open.pop(); next; next = open.pop()) {
    const { id, done } = next
    if (done) found.push(id)
    else if (!seen.has(id)) {
      seen.add(id)
      open.push({ id, done: true })
      for (const { node } of Object.values(nodes.get(id)?.inputs ?? {})) open.push({ id: node, done: false })
    }
  }
  return found
}

const isSweep = ({ type, record }: FlatNode): boolean => type === sweepType && !record.bypass

/** Copies, for each sweep, what it runs. What is wrong with one is its problem. @param limit of nodes in all */
export function unfoldSweeps(unfolded: Unfolded, document: Document, catalogue: Catalogue, limit: number): void {
  const { nodes, problems } = unfolded
  const all = [...nodes.values()].filter(isSweep).map(({ id }) => id)
  if (all.length === 0) return
  const sweep = new Sweep(unfolded, document, catalogue, new Map())
  const info = catalogue.get(sweepType)
  for (const id of feedersFirst(all, nodes)) {
    const node = nodes.get(id)
    if (!node || !isSweep(node)) continue
    const problem = unfoldOne(sweep, node, info, limit)
    if (problem) problems.set(node.id, problem)
  }
}

function unfoldOne(sweep: Sweep, node: FlatNode, info: NodeInfo | undefined, limit: number): Problem | undefined {
  const { nodes } = sweep.unfolded
  const text = (name: string): string => textOf(node.record, info, name)
  const { columns, rows } = axesOf({
    first: text('first'),
    values: text('values'),
    second: text('second'),
    others: text('others'),
  })
  const prefix = node.id.slice(0, node.id.length - node.local.length)
  const cells = (columns?.values.length ?? 1) * (rows?.values.length ?? 1)
  if (cells > mostCells) return { code: 'sweep.cells', params: { given: cells, most: mostCells } }
  const across = columns ? sweep.changes(prefix, columns) : [new Map<string, Params>()]
  if (isProblem(across)) return across
  const down = rows ? sweep.changes(prefix, rows) : [new Map<string, Params>()]
  if (isProblem(down)) return down
  if (columns && columns.of === rows?.of) return { code: 'sweep.twice', params: { of: columns.of } }
  const inputs: Record<string, FlatInput> = { ...node.inputs }
  let cell = 0
  for (const row of down)
    for (const column of across) {
      const before = nodes.size
      const fed = sweep.copied(`${node.id}/${cell}`, node.inputs, together(column, row))
      if (isProblem(fed)) return fed
      if (nodes.size === before && (columns || rows) && Object.keys(node.inputs).length > 0)
        return { code: 'sweep.not-before', params: { of: columns?.of ?? rows?.of ?? '' } }
      if (nodes.size > limit) return { code: 'sweep.too-large', params: { limit } }
      for (const [port, input] of Object.entries(fed)) inputs[cellPort(port, cell)] = input
      cell++
    }
  nodes.set(node.id, { ...node, record: recordWithCells(node.record, cells), inputs })
  return undefined
}

/** Both changes; where both are of one node, all of its parameters. */
function together(first: Changed, second: Changed): Changed {
  const both = new Map(first)
  for (const [id, params] of second) both.set(id, { ...both.get(id), ...params })
  return both
}
