/** For property tests: random edits as a user makes them, on a document and in its subgraphs. */
import { randomFrom } from '../types/random.ts'
import { exposeInput, exposeOutput, removePort, removeUnusedSubgraphs } from './boundary.ts'
import type { Document, Graph, Subgraph } from './document.ts'
import { type Edit, impossible } from './edit.ts'
import {
  addFrame,
  addNode,
  addNote,
  changeFrame,
  changeNote,
  connect,
  disconnect,
  move,
  setDocumentTitle,
  setParam,
  setTitle,
  toggleBypass,
} from './edits.ts'
import { copyText, duplicate, paste } from './fragment.ts'
import { group, ungroup } from './group.ts'
import { infoOf, subgraphName } from './info.ts'
import { insertOnWire } from './insert.ts'
import { remove } from './remove.ts'
import { renameNode, renamePort, renameSubgraph } from './rename.ts'
import { catalogue } from './test-graphs.ts'

/** Whole numbers from 0 to n − 1, from one seed. */
export function dice(seed: number): (n: number) => number {
  const random = randomFrom(seed)
  return (n) => Math.floor(random() * n)
}

type Roll = (n: number) => number

interface Scene {
  readonly document: Document
  readonly name: string | undefined
  readonly graph: Graph
  readonly roll: Roll
  one<T>(list: readonly T[]): T
  some(table: object): string[]
}

const types = [...catalogue.keys(), 'who/knows']

function portOf({ document, graph, one }: Scene, id: string, side: 'inputs' | 'outputs'): string {
  const info = infoOf(document, catalogue, graph.nodes[id] ?? { type: '' })
  // A placeholder may have any port; a type without ports cannot be wired.
  const ports = info ? Object.keys(info[side]) : ['x', 'y']
  if (ports.length === 0) throw impossible(`"${id}" has no ${side}`)
  return `${id}.${one(ports)}`
}

const place = ({ roll }: Scene) => ({ x: roll(2000) - 1000, y: roll(2000) - 1000 })
const size = ({ roll }: Scene) => ({ width: 1 + roll(400), height: 1 + roll(400) })

function addSome(s: Scene): Edit {
  const graphs = Object.keys(s.document.graphs)
  const type = graphs.length > 0 && s.roll(4) === 0 ? `graph/${s.one(graphs)}` : s.one(types)
  return addNode(s.document, { type, position: place(s), info: catalogue.get(type) }, s.name).edit
}

function connectSome(s: Scene): Edit {
  const nodes = Object.keys(s.graph.nodes)
  return connect(s.document, portOf(s, s.one(nodes), 'outputs'), portOf(s, s.one(nodes), 'inputs'), s.name)
}

const selection = (s: Scene) => ({
  nodes: s.some(s.graph.nodes),
  edges: s.some(s.graph.edges),
  frames: s.some(s.graph.frames),
  notes: s.some(s.graph.notes),
})

function subgraphNode(s: Scene): string {
  const nodes = Object.entries(s.graph.nodes).filter(([, { type }]) => subgraphName(type) !== undefined)
  return s.one(nodes.map(([id]) => id))
}

function portName(s: Scene, side: 'inputs' | 'outputs'): string {
  return s.one(Object.keys((s.graph as Subgraph)[side] ?? {}))
}

const actions: readonly ((s: Scene) => Edit)[] = [
  addSome,
  addSome,
  connectSome,
  connectSome,
  connectSome,
  connectSome,
  (s) => disconnect(s.document, s.some(s.graph.edges), s.name),
  (s) => remove(s.document, selection(s), s.name, s.roll(2) ? catalogue : undefined),
  (s) =>
    setParam(
      s.document,
      s.one(Object.keys(s.graph.nodes)),
      s.one(['sigma', 'amount', '__proto', 'toString']),
      s.roll(8) / 8,
      undefined,
      s.name,
    ),
  (s) => move(s.document, { nodes: Object.fromEntries(s.some(s.graph.nodes).map((id) => [id, place(s)])) }, s.name),
  (s) => toggleBypass(s.document, s.some(s.graph.nodes), s.name),
  (s) => setTitle(s.document, s.one(Object.keys(s.graph.nodes)), s.one(['', 'Titel', 'ü "x"\n']), s.name),
  (s) => setDocumentTitle(s.document, s.one(['', 'Edges', '{}'])),
  (s) => addFrame(s.document, { title: s.one(['', 'Frame', '縁']), position: place(s), size: size(s) }, s.name).edit,
  (s) => addNote(s.document, { text: '$x^2$', position: place(s), size: size(s) }, s.name).edit,
  (s) => changeFrame(s.document, s.one(Object.keys(s.graph.frames)), { size: size(s), colour: 'red' }, s.name),
  (s) => changeNote(s.document, s.one(Object.keys(s.graph.notes)), { text: `${s.roll(9)}` }, s.name),
  (s) => duplicate(s.document, selection(s), { x: 32, y: 32 }, s.name, s.roll(2) === 1).edit,
  (s) => paste(s.document, copyText(s.document, selection(s), s.name), { x: s.roll(99), y: s.roll(99) }, s.name).edit,
  (s) => group(s.document, selection(s), s.roll(2) ? { catalogue } : { title: 'Some nodes' }, s.name).edit,
  (s) => ungroup(s.document, subgraphNode(s), s.name).edit,
  (s) =>
    insertOnWire(s.document, catalogue, {}, s.one(Object.keys(s.document.nodes)), s.one(Object.keys(s.document.edges))),
  (s) => renameNode(s.document, s.one(Object.keys(s.graph.nodes)), `n${s.roll(50)}`, s.name),
  (s) => renameSubgraph(s.document, s.one(Object.keys(s.document.graphs)), `g${s.roll(50)}`),
  (s) => renamePort(s.document, s.name ?? '', 'inputs', portName(s, 'inputs'), `p${s.roll(9)}`),
  (s) => renamePort(s.document, s.name ?? '', 'outputs', portName(s, 'outputs'), `p${s.roll(9)}`),
  (s) => exposeInput(s.document, s.name ?? '', portOf(s, s.one(Object.keys(s.graph.nodes)), 'inputs')).edit,
  (s) => exposeOutput(s.document, s.name ?? '', portOf(s, s.one(Object.keys(s.graph.nodes)), 'outputs')).edit,
  (s) => removePort(s.document, s.name ?? '', s.one(['inputs', 'outputs']), portName(s, s.one(['inputs', 'outputs']))),
  (s) => (s.roll(4) ? [] : removeUnusedSubgraphs(s.document)),
]

/** An edit that may be empty, or throw `edit.impossible`. */
export function randomEdit(document: Document, roll: Roll): Edit {
  const names = Object.keys(document.graphs)
  const name = names.length > 0 && roll(2) ? names[roll(names.length)] : undefined
  const graph = name === undefined ? document : document.graphs[name]
  if (!graph) return []
  const large = Object.keys(graph.nodes).length > 25
  const scene: Scene = {
    document,
    name,
    graph,
    roll,
    one: (list) => list[roll(list.length)] as (typeof list)[number],
    some: (table) => Object.keys(table).filter(() => roll(large ? 2 : 4) === 0),
  }
  if (large && roll(2)) return remove(document, selection(scene), name)
  return (actions[roll(actions.length)] as (s: Scene) => Edit)(scene)
}
