/** Several nodes into one, and one back into several. Wires across the edge become the subgraph's inputs and outputs. */
import { type Graph, type NodeRecord, type PortRef, splitPort } from '../../engine/graph/document.ts'
import type { Edit, Patch } from '../../engine/graph/edit.ts'
import { subgraphName } from '../../engine/graph/info.ts'
import { boxOf } from '../canvas/flow.ts'
import { around, metrics, type Point } from '../canvas/geometry.ts'
import { inGraph, putNode } from '../state/actions.ts'
import { currentGraph, currentGraphName, type EditorState, edit, select, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { cutPatch, wirePatch } from './connect.ts'
import { freshId } from './ids.ts'

interface Boundary {
  /** Name → the inside ends it feeds, and what feeds it outside. */
  readonly inputs: Map<string, { from: PortRef; to: PortRef[] }>
  /** Name → the inside output, and the outside ends it feeds. */
  readonly outputs: Map<string, { from: PortRef; to: PortRef[] }>
}

/** One input for each thing that feeds the nodes, one output for each that something outside uses, or nothing uses at all. */
function boundaryOf(s: EditorState, graph: Graph, ids: ReadonlySet<string>): Boundary {
  const inside = (ref: PortRef): boolean => ids.has(splitPort(ref)[0])
  const inputs: Boundary['inputs'] = new Map()
  const outputs: Boundary['outputs'] = new Map()
  const add = (map: Boundary['inputs'], ref: PortRef, port: string, to: PortRef): void => {
    const known = [...map.values()].find(({ from }) => from === ref)
    if (known) known.to.push(to)
    else
      map.set(
        freshId(port, (taken) => map.has(taken)),
        { from: ref, to: [to] },
      )
  }
  const used = new Set<PortRef>()
  for (const [to, from] of Object.entries(graph.edges)) {
    if (inside(to) && inside(from)) used.add(from)
    if (inside(to) && !inside(from)) add(inputs, from, splitPort(to)[1], to)
    if (!inside(to) && inside(from)) add(outputs, from, splitPort(from)[1], to)
  }
  // Inside a subgraph, what leaves it is used as well.
  const name = currentGraphName(s)
  const leaves = name === undefined ? {} : (s.document.graphs[name]?.outputs ?? {})
  const free = Object.values(leaves).map(({ from }) => from)
  for (const id of ids) {
    const info = typeInfo(s, graph.nodes[id]?.type ?? '')
    const ports = Object.keys(info?.outputs ?? {}).map((port) => `${id}.${port}`)
    const taken = ports.some((ref) => used.has(ref) || [...outputs.values()].some(({ from }) => from === ref))
    const shown = info?.preview ?? Object.keys(info?.outputs ?? {})[0]
    if (!taken && shown !== undefined) free.push(`${id}.${shown}`)
  }
  for (const ref of free)
    if (inside(ref) && ![...outputs.values()].some(({ from }) => from === ref)) {
      const [, port] = splitPort(ref)
      outputs.set(
        freshId(port, (taken) => outputs.has(taken)),
        { from: ref, to: [] },
      )
    }
  return { inputs, outputs }
}

/** Inside a subgraph whose own boundary touches the nodes: it now goes to the new node. */
function outerPatches(s: EditorState, ids: ReadonlySet<string>, node: string, { inputs, outputs }: Boundary): Patch[] {
  const name = currentGraphName(s)
  const outer = name === undefined ? undefined : s.document.graphs[name]
  if (!outer || name === undefined) return []
  const patches: Patch[] = []
  for (const [id, { to }] of Object.entries(outer.inputs)) {
    const moved = to.filter((end) => ids.has(splitPort(end)[0]))
    if (moved.length === 0) continue
    const port = freshId(id, (taken) => inputs.has(taken))
    inputs.set(port, { from: '', to: moved })
    const left = [...to.filter((end) => !moved.includes(end)), `${node}.${port}`]
    patches.push({ graph: name, table: 'inputs', id, value: { to: left } })
  }
  for (const [id, { from }] of Object.entries(outer.outputs)) {
    const found = [...outputs].find(([, output]) => output.from === from)
    if (found) patches.push({ graph: name, table: 'outputs', id, value: { from: `${node}.${found[0]}` } })
  }
  return patches
}

const shifted = <T extends { position: Point }>(record: T, by: Point): T => ({
  ...record,
  position: { x: record.position.x + by.x, y: record.position.y + by.y },
})

/** @returns the edit and the id of the node that stands for them. */
export function groupPatches(s: EditorState, ids: ReadonlySet<string>): { edit: Edit; node: string } | undefined {
  const graph = currentGraph(s)
  const nodes = [...ids].flatMap((id): [string, NodeRecord][] => (graph.nodes[id] ? [[id, graph.nodes[id]]] : []))
  const box = around(nodes.map(([id, node]) => boxOf(s, id, node)))
  if (!box) return undefined
  const name = freshId('group', (taken) => taken in s.document.graphs)
  const node = freshId(name, (taken) => taken in graph.nodes && !ids.has(taken))
  const boundary = boundaryOf(s, graph, ids)
  const outer = outerPatches(s, ids, node, boundary)
  const inner = Object.entries(graph.edges).filter(
    ([to, from]) => ids.has(splitPort(to)[0]) && ids.has(splitPort(from)[0]),
  )
  const touching = Object.keys(graph.edges).filter(
    (to) => ids.has(splitPort(to)[0]) || ids.has(splitPort(graph.edges[to] ?? '')[0]),
  )
  const here = { x: -box.x, y: -box.y }
  const patches: Patch[] = [
    { table: 'graphs', id: name, value: true },
    ...nodes.map(([id, record]) => ({ graph: name, table: 'nodes', id, value: shifted(record, here) }) as Patch),
    ...inner.map(([to, from]): Patch => ({ graph: name, table: 'edges', id: to, value: from })),
    ...[...boundary.inputs].map(([id, { to }]): Patch => ({ graph: name, table: 'inputs', id, value: { to } })),
    ...[...boundary.outputs].map(([id, { from }]): Patch => ({ graph: name, table: 'outputs', id, value: { from } })),
    ...touching.map(cutPatch),
    ...outer,
    ...nodes.map(([id]) => ({ ...inGraph(), table: 'nodes', id, value: null }) as Patch),
    putNode(node, {
      type: `graph/${name}`,
      position: { x: Math.round(box.x + box.width / 2 - metrics.width / 2), y: Math.round(box.y) },
    }),
    ...[...boundary.inputs].flatMap(([port, { from }]) => (from ? [wirePatch(from, `${node}.${port}`)] : [])),
    ...[...boundary.outputs].flatMap(([port, { to }]) => to.map((end) => wirePatch(`${node}.${port}`, end))),
  ]
  return { edit: patches, node }
}

/** Whether any node, anywhere, uses this definition, apart from one. */
function usedElsewhere(s: EditorState, name: string, except: string): boolean {
  const here = currentGraph(s)
  return [s.document, ...Object.values(s.document.graphs)].some((graph) =>
    Object.entries(graph.nodes).some(
      ([id, { type }]) => subgraphName(type) === name && !(graph.nodes === here.nodes && id === except),
    ),
  )
}

/** What is inside takes the node's place. A definition that nobody else uses goes with it. */
export function ungroupPatches(s: EditorState, id: string): { edit: Edit; nodes: string[] } | undefined {
  const graph = currentGraph(s)
  const record = graph.nodes[id]
  const name = subgraphName(record?.type ?? '')
  const inner = name === undefined ? undefined : s.document.graphs[name]
  if (!record || !inner || name === undefined) return undefined
  const taken = new Set(Object.keys(graph.nodes).filter((other) => other !== id))
  const names = new Map<string, string>()
  for (const old of Object.keys(inner.nodes)) {
    const fresh = freshId(old, (candidate) => taken.has(candidate))
    taken.add(fresh)
    names.set(old, fresh)
  }
  const rename = (ref: PortRef): PortRef => {
    const [node, port] = splitPort(ref)
    return `${names.get(node) ?? node}.${port}`
  }
  const box = around(Object.entries(inner.nodes).map(([nodeId, node]) => boxOf(s, nodeId, node)))
  // The node stood in the middle of what it was made of, and at its top.
  const middle = box ? box.x + box.width / 2 - metrics.width / 2 : 0
  const by = { x: Math.round(record.position.x - middle), y: Math.round(record.position.y - (box?.y ?? 0)) }
  const wires = Object.entries(graph.edges)
  const into = wires.filter(([to]) => splitPort(to)[0] === id)
  const outOf = wires.filter(([, from]) => splitPort(from)[0] === id)
  const patches: Patch[] = [
    ...[...into, ...outOf].map(([to]) => cutPatch(to)),
    { ...inGraph(), table: 'nodes', id, value: null } as Patch,
    ...Object.entries(inner.nodes).map(([old, node]) => putNode(names.get(old) ?? old, shifted(node, by))),
    ...Object.entries(inner.edges).map(([to, from]) => wirePatch(rename(from), rename(to))),
    ...into.flatMap(([to, from]) =>
      (inner.inputs[splitPort(to)[1]]?.to ?? []).map((end) => wirePatch(from, rename(end))),
    ),
    ...outOf.flatMap(([to, from]) => {
      const source = inner.outputs[splitPort(from)[1]]?.from
      return source === undefined ? [] : [wirePatch(rename(source), to)]
    }),
  ]
  const outer = currentGraphName(s)
  const shown = outer === undefined ? undefined : s.document.graphs[outer]
  if (shown && outer !== undefined) {
    for (const [port, { to }] of Object.entries(shown.inputs)) {
      const next = to.flatMap((end) =>
        splitPort(end)[0] === id ? (inner.inputs[splitPort(end)[1]]?.to ?? []).map(rename) : [end],
      )
      if (next.join() !== to.join())
        patches.push({ graph: outer, table: 'inputs', id: port, value: next.length ? { to: next } : null })
    }
    for (const [port, { from }] of Object.entries(shown.outputs)) {
      if (splitPort(from)[0] !== id) continue
      const source = inner.outputs[splitPort(from)[1]]?.from
      patches.push({
        graph: outer,
        table: 'outputs',
        id: port,
        value: source === undefined ? null : { from: rename(source) },
      })
    }
  }
  if (!usedElsewhere(s, name, id)) {
    for (const table of ['outputs', 'inputs', 'edges', 'nodes', 'frames', 'notes'] as const)
      for (const key of Object.keys(inner[table])) patches.push({ graph: name, table, id: key, value: null } as Patch)
    patches.push({ table: 'graphs', id: name, value: null })
  }
  return { edit: patches, nodes: [...names.values()] }
}

export function groupSelection(): void {
  const s = useEditor.getState()
  const made = groupPatches(s, s.selection.nodes)
  if (!made) return
  edit(made.edit, { label: 'Make subgraph' })
  select({ nodes: [made.node] })
}

export function ungroup(id: string): void {
  const made = ungroupPatches(useEditor.getState(), id)
  if (!made) return
  edit(made.edit, { label: 'Take subgraph apart' })
  select({ nodes: made.nodes })
}
