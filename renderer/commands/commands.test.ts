/** Random user edits to a document: undo reverts all of them, redo repeats them, and the engine's mirror stays in step. */
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument, splitPort } from '../../engine/graph/document.ts'
import { applyEdit } from '../../engine/graph/edit.ts'
import { formatFile, parseFile } from '../../engine/graph/file.ts'
import { entriesOf } from '../../engine/graph/history.ts'
import { catalogue as definitions } from '../../nodes/catalogue.ts'
import { boxOf } from '../canvas/flow.ts'
import { overlap } from '../canvas/geometry.ts'
import { setParam, setTitle, toggleBypass } from '../state/actions.ts'
import {
  currentGraph,
  currentGraphName,
  goTo,
  isBuiltIn,
  onChange,
  openDocument,
  redo,
  select,
  setCatalogue,
  settle,
  undo,
  useEditor,
} from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { allConnections } from '../state/wiring.ts'
import { useToasts } from '../ui/toasts.ts'
import { align, distribute } from './arrange.ts'
import { clipText, duplicate, excerpt, pasteText } from './clip.ts'
import { between, connect, disconnect } from './connect.ts'
import { addFrame, addNode, addNote } from './insert.ts'
import { removeSelection } from './remove.ts'
import { copyBuiltIn, groupSelection, ungroup } from './subgraph.ts'

const get = useEditor.getState
const types = definitions.map(({ type }) => type)

let mirror: Document = emptyDocument
let stop: () => void
beforeEach(() => {
  setCatalogue(new Map(definitions.map((definition) => [definition.type, nodeInfo(definition)])))
  stop = onChange((change) => {
    if (change.kind === 'open') mirror = get().document
    if (change.kind === 'edit') mirror = applyEdit(mirror, change.edit).document
  })
  openDocument(emptyDocument)
})
afterEach(() => stop())

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]
const nodeIds = (): string[] => Object.keys(currentGraph(get()).nodes)

/** Wires the n-th output to the m-th socket that accepts it. */
function connectSome(n: number, m: number): void {
  const s = get()
  const outputs = nodeIds().flatMap((id) =>
    Object.keys(typeInfo(s, currentGraph(s).nodes[id])?.outputs ?? {}).map((port) => ({ id, port })),
  )
  const from = pick(outputs, n)
  if (!from) return
  const start = { node: from.id, port: from.port, side: 'out' } as const
  const takes = [...allConnections(s, start)].filter(([, judged]) => judged.ok).map(([ref]) => ref)
  const to = pick(takes, m)
  if (to) connect(between(start, { node: splitPort(to)[0], port: splitPort(to)[1], side: 'in' }))
}

/** Every socket of the open graph, on one side. */
const ends = (side: 'inputs' | 'outputs'): string[] =>
  nodeIds().flatMap((id) =>
    Object.keys(typeInfo(get(), currentGraph(get()).nodes[id])?.[side] ?? {}).map((port) => `${id}.${port}`),
  )

const gestures: Readonly<Record<string, (n: number, m: number) => unknown>> = {
  add: (n, m) => addNode({ type: pick(types, n) ?? '', place: { x: n % 997, y: m % 991 } }),
  wire: connectSome,
  rewire: (n, m) => connectSome(m, n),
  cut: (n) => {
    const wire = pick(Object.keys(currentGraph(get()).edges), n)
    if (wire) disconnect(wire)
  },
  select: (n, m) => {
    const ids = nodeIds()
    const { frames, notes } = currentGraph(get())
    select({
      nodes: [pick(ids, n), pick(ids, m), pick(ids, n + m)].filter((id) => id !== undefined),
      frames: Object.keys(frames).filter((_, i) => (n + i) % 3 === 0),
      notes: Object.keys(notes).filter((_, i) => (m + i) % 3 === 0),
    })
  },
  fromOutside: (n, m) => {
    const shown = get().document.graphs[currentGraphName(get()) ?? '']
    const to = shown && pick(ends('inputs'), n)
    if (to) connect({ input: m % 3 ? pick(Object.keys(shown.inputs), m) : undefined, to })
  },
  toOutside: (n, m) => {
    const shown = get().document.graphs[currentGraphName(get()) ?? '']
    const from = shown && pick(ends('outputs'), n)
    if (from) connect({ from, output: m % 3 ? pick(Object.keys(shown.outputs), m) : undefined })
  },
  cutOutside: (n) => {
    const { inputs = {}, outputs = {} } = get().document.graphs[currentGraphName(get()) ?? ''] ?? {}
    const wires = Object.values(inputs).flatMap(({ to }) => to.map((end) => `in:${end}`))
    const wire = pick([...wires, ...Object.keys(outputs).map((port) => `out:${port}`)], n)
    if (wire) disconnect(wire)
  },
  remove: () => removeSelection(),
  duplicate: () => nodeIds().length < 60 && duplicate(),
  copy: async () => {
    const text = nodeIds().length < 60 ? clipText() : undefined
    if (text) await pasteText(text)
  },
  slide: (n, m) => {
    const id = pick(nodeIds(), n)
    const info = id && typeInfo(get(), currentGraph(get()).nodes[id])
    const [name, spec] = info ? (Object.entries(info.params).find(([, { type }]) => type === 'number') ?? []) : []
    if (!id || !name || spec?.type !== 'number') return
    const { min = 0, max = 2000 } = spec
    for (let i = 0; i < 4; i++) setParam(id, name, Math.min(max, Math.max(min, (m + i) / 8)), { draft: true })
    settle()
  },
  bypass: () => toggleBypass(get().selection.nodes),
  title: (n, m) => {
    const id = pick(nodeIds(), n)
    if (id) setTitle(id, m % 3 ? `Title ${m}` : '')
  },
  group: groupSelection,
  ungroup: (n) => {
    const id = pick(
      nodeIds().filter((node) => currentGraph(get()).nodes[node]?.type.startsWith('graph/')),
      n,
    )
    if (id) ungroup(id)
  },
  enter: (n) => {
    const id = pick(nodeIds(), n)
    if (id) goTo([...get().trail, id])
    // Nothing is edited inside a built-in node.
    if (isBuiltIn(get())) copyBuiltIn(get().trail)
  },
  leave: () => goTo(get().trail.slice(0, -1)),
  align: (n) => align(n % 2 ? 'left' : 'middle', 'Align'),
  distribute: (n) => {
    select({ nodes: nodeIds(), frames: Object.keys(currentGraph(get()).frames) })
    distribute(n % 2 ? 'horizontal' : 'vertical')
  },
  frame: (n, m) => addFrame({ x: n, y: m, width: 100 + (n % 50), height: 100 }),
  note: (n, m) => addNote({ x: n, y: m }, 'text'),
  undo: () => undo(),
  redo: () => redo(),
}

/** Mostly adds, so that there is something to remove. */
const names = [...Object.keys(gestures), 'add', 'add', 'add', 'wire', 'wire', 'wire', 'wire', 'wire', 'select', 'enter']
const walk = fc.array(fc.tuple(fc.constantFrom(...names), fc.nat({ max: 9999 }), fc.nat({ max: 9999 })), {
  minLength: 60,
  maxLength: 120,
})

/** Some hundred walks of about ninety gestures: more than ten thousand edits, undone and redone. */
it('takes back and brings again whatever was done', { timeout: 120_000 }, async () => {
  let edits = 0
  const count = onChange(({ kind }) => {
    if (kind === 'edit') edits++
  })
  await fc.assert(
    fc.asyncProperty(walk, async (steps) => {
      openDocument(emptyDocument)
      const start = get().document
      for (const [name, n, m] of steps) await gestures[name]?.(n, m)
      const end = get().document
      expect(mirror).toEqual(end)
      let back = 0
      while (undo() !== undefined) back++
      expect(get().document).toEqual(start)
      expect(mirror).toEqual(start)
      for (let i = 0; i < back; i++) redo()
      expect(get().document).toEqual(end)
      expect(mirror).toEqual(end)
      expect(useToasts.getState().messages).toEqual([])
      // Every document that a user can make must fit in a file.
      expect(parseFile(formatFile(end))).toEqual(end)
    }),
    { numRuns: 120, seed: 20261123 },
  )
  count()
  expect(edits).toBeGreaterThan(10_000)
})

const chain = `{ "format": "sightline", "version": 1,
  "nodes": [
    { "id": "photo", "type": "io/sample-image", "position": { "x": 0, "y": 0 } },
    { "id": "blur", "type": "filter/gaussian-blur", "params": { "sigma": 3 }, "position": { "x": 300, "y": 10 } },
    { "id": "median", "type": "filter/median", "position": { "x": 600, "y": 20 } },
    { "id": "sobel", "type": "edge/sobel", "position": { "x": 900, "y": 30 } } ],
  "edges": [
    { "from": "photo.image", "to": "blur.image" },
    { "from": "blur.image", "to": "median.image" },
    { "from": "median.image", "to": "sobel.image" } ] }`

it('makes a subgraph of the selection with the wires that cross its edge, and takes it apart again', () => {
  openDocument(parseFile(chain))
  const before = get().document
  select({ nodes: ['blur', 'median'] })
  groupSelection()
  const { document } = get()
  expect(Object.keys(document.nodes)).toEqual(['photo', 'sobel', 'group'])
  expect(document.edges).toEqual({ 'group.image': 'photo.image', 'sobel.image': 'group.image' })
  expect(document.graphs.group).toMatchObject({
    inputs: { image: { to: ['blur.image'] } },
    outputs: { image: { from: 'median.image' } },
    edges: { 'median.image': 'blur.image' },
  })
  ungroup('group')
  expect(get().document).toEqual(before)
})

it('pastes with new names, keeps the wires inside, and duplicates with the wires that come in', async () => {
  openDocument(parseFile(chain))
  select({ nodes: ['blur', 'median'] })
  expect(excerpt().edges).toEqual({ 'median.image': 'blur.image' })
  duplicate()
  const { edges, nodes } = get().document
  expect(nodes['blur-2']).toMatchObject({ type: 'filter/gaussian-blur', params: { sigma: 3 } })
  expect(edges['blur-2.image']).toBe('photo.image')
  expect(edges['median-2.image']).toBe('blur-2.image')
  expect([...get().selection.nodes]).toEqual(['blur-2', 'median-2'])
  await pasteText(clipText() ?? '')
  expect(get().document.edges['blur-3.image']).toBeUndefined()
  expect(get().document.edges['median-3.image']).toBe('blur-3.image')
})

it('makes a subgraph of frames and notes too, and brings them back', () => {
  openDocument(parseFile(chain))
  addFrame({ x: 280, y: 0, width: 600, height: 300 }, 'Smooth')
  addNote({ x: 300, y: 400 }, 'Why')
  const before = get().document
  const things = { nodes: ['blur', 'median'], frames: ['smooth'], notes: ['note'] }
  select(things)
  groupSelection()
  expect(get().document).toMatchObject({ frames: {}, notes: {} })
  expect(get().document.graphs.group).toMatchObject({ frames: { smooth: {} }, notes: { note: { text: 'Why' } } })
  ungroup('group')
  expect(get().document).toEqual(before)
  expect(get().selection).toMatchObject({ nodes: new Set(things.nodes), frames: new Set(things.frames) })
})

/** The chain with its middle as a subgraph, and inside it. */
function insideGroup(): void {
  openDocument(parseFile(chain))
  select({ nodes: ['blur', 'median'] })
  groupSelection()
  goTo(['group'])
}

it('takes a port with the wires outside when what it was there for goes', () => {
  insideGroup()
  disconnect('median.image')
  select({ nodes: ['median'] })
  removeSelection()
  expect(get().document.graphs.group?.outputs).toEqual({})
  expect(get().document.edges).toEqual({ 'group.image': 'photo.image' })
  undo()
  undo()
  disconnect('in:blur.image')
  expect(get().document.edges).toEqual({ 'sobel.image': 'group.image' })
})

it('keeps the wires outside while the end of a wire inside is put elsewhere, as one step', () => {
  insideGroup()
  disconnect('median.image')
  connect({ input: 'image', to: 'median.image' }, 'in:blur.image')
  expect(get().document.graphs.group?.inputs).toEqual({ image: { to: ['median.image'] } })
  expect(get().document.edges['group.image']).toBe('photo.image')
  undo()
  expect(get().document.graphs.group?.inputs).toEqual({ image: { to: ['blur.image'] } })
  const before = get().document
  connect({ input: 'image', to: 'blur.image' }, 'in:blur.image')
  expect(get().document).toBe(before)
})

it('undoes and redoes where it was done', () => {
  insideGroup()
  setParam('blur', 'sigma', 7)
  goTo([])
  undo()
  expect(get().trail).toEqual(['group'])
  expect(get().document.graphs.group?.nodes.blur?.params).toEqual({ sigma: 3 })
  undo()
  expect([get().trail, Object.keys(get().document.graphs)]).toEqual([[], []])
  redo()
  redo()
  expect(get().trail).toEqual(['group'])
  expect(get().document.graphs.group?.nodes.blur?.params).toEqual({ sigma: 7 })
})

it('puts no subgraph into itself, and says so', async () => {
  insideGroup()
  goTo([])
  select({ nodes: ['group'] })
  const text = clipText() ?? ''
  goTo(['group'])
  const before = get().document
  await pasteText(text)
  expect(addNode({ type: 'graph/group', place: { x: 0, y: 0 } })).toBeUndefined()
  expect(get().document).toBe(before)
  const { messages } = useToasts.getState()
  expect(messages.map((message) => message.text)).toEqual([expect.stringContaining('would contain itself')])
  useToasts.setState({ messages: [] })
})

it('refuses a text that is no pipeline, and changes nothing', async () => {
  openDocument(parseFile(chain))
  const before = get().document
  await expect(pasteText('{"nodes": []}')).rejects.toThrow(/not a Sightline pipeline/)
  expect(get().document).toBe(before)
})

it('puts a new node on a wire', () => {
  openDocument(parseFile(chain))
  const id = addNode({ type: 'filter/sharpen', place: { x: 450, y: 0 }, onWire: 'median.image' })
  expect(get().document.edges).toMatchObject({
    [`${id}.image`]: 'blur.image',
    'median.image': `${id}.image`,
  })
})

it('puts things in a row with equal gaps', () => {
  openDocument(parseFile(chain))
  select({ nodes: ['photo', 'blur', 'sobel'] })
  distribute('horizontal')
  align('top', 'Align')
  const { photo, blur, sobel, median } = get().document.nodes
  expect([photo, blur, sobel].map((node) => node?.position.y)).toEqual([0, 0, 0])
  expect(blur?.position.x).toBe(450)
  expect(median?.position).toEqual({ x: 600, y: 20 })
})

it('makes one step of a slider that moves, and none of one that comes back', () => {
  openDocument(parseFile(chain))
  for (const sigma of [3.5, 4, 4.5]) setParam('blur', 'sigma', sigma, { draft: true })
  settle()
  setParam('blur', 'sigma', 5)
  expect([...entriesOf(get().history.past)]).toHaveLength(2)
  for (const sigma of [6, 7, 5]) setParam('blur', 'sigma', sigma, { draft: true })
  settle()
  expect([...entriesOf(get().history.past)]).toHaveLength(2)
  undo()
  expect(get().document.nodes.blur?.params).toEqual({ sigma: 4.5 })
  undo()
  expect(get().document.nodes.blur?.params).toEqual({ sigma: 3 })
})

/** Pairs of nodes and notes that lie over each other. */
function covered(): string[] {
  const s = get()
  const { nodes, notes } = currentGraph(s)
  const boxes = [
    ...Object.entries(nodes).map(([id, node]) => ({ id, box: boxOf(s, id, node) })),
    ...Object.entries(notes).map(([id, { position, size }]) => ({ id, box: { ...position, ...size } })),
  ]
  return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [`${a.id} ${b.id}`] : [])))
}

it('places what is added, pasted or written where nothing lies', async () => {
  const place = { x: 300, y: 200 }
  for (let i = 0; i < 6; i++) addNode({ type: 'filter/gaussian-blur', place, centred: true })
  const blur = nodeIds()[0] ?? ''
  addNode({ type: 'edge/sobel', place, wire: { node: blur, port: 'image', side: 'out' } })
  addNote(place, 'Here')
  select({ nodes: nodeIds() })
  await pasteText(clipText() ?? '')
  expect(nodeIds()).toHaveLength(14)
  expect(covered()).toEqual([])
  select({ nodes: nodeIds().slice(0, 3) })
  duplicate()
  duplicate()
  expect(nodeIds()).toHaveLength(20)
  expect(covered()).toEqual([])
})

it('makes room for a node on a wire: what follows moves, what comes before stays', () => {
  const type = 'filter/gaussian-blur'
  // A row as close as nodes stand, with another branch below and a stranger at its end.
  const row = ['a', 'b', 'c', 'd'].map((id, i) => ({ id, type, position: { x: 230 * i, y: 0 } }))
  const others = [
    { id: 'e', type, position: { x: 460, y: 400 } },
    { id: 'stranger', type, position: { x: 920, y: 0 } },
  ]
  const edges = [
    { from: 'a.image', to: 'b.image' },
    { from: 'b.image', to: 'c.image' },
    { from: 'c.image', to: 'd.image' },
    { from: 'b.image', to: 'e.image' },
  ]
  const file = { format: 'sightline', version: 1, nodes: [...row, ...others], edges }
  openDocument(parseFile(JSON.stringify(file)))
  const before = get().document
  const place = { x: 460, y: 120 }
  const id = addNode({ type, place, centred: true, onWire: 'c.image' }) ?? ''
  const { nodes, edges: wires } = get().document
  expect([wires['c.image'], wires[`${id}.image`]]).toEqual([`${id}.image`, 'b.image'])
  expect(covered()).toEqual([])
  for (const still of ['a', 'b', 'e']) expect(nodes[still]).toEqual(before.nodes[still])
  const by = (nodes.c?.position.x ?? 0) - 460
  expect(by).toBeGreaterThan(0)
  for (const moved of ['d', 'stranger'])
    expect(nodes[moved]?.position).toEqual({ x: (before.nodes[moved]?.position.x ?? 0) + by, y: 0 })
  undo()
  expect(get().document).toEqual(before)

  // Where there is room, nothing moves.
  const wide = { ...file, nodes: file.nodes.map((n) => ({ ...n, position: { x: 3 * n.position.x, y: n.position.y } })) }
  openDocument(parseFile(JSON.stringify(wide)))
  addNode({ type, place: { x: 1140, y: 120 }, centred: true, onWire: 'c.image' })
  for (const { id, position } of wide.nodes) expect(get().document.nodes[id]?.position).toEqual(position)
})

it('heals the wire of a deleted node, and comes back with undo', () => {
  openDocument(parseFile(chain))
  const before = get().document
  const [, next] = Object.entries(before.edges).find(([, from]) => from === 'blur.image') ?? []
  expect(next).toBe('blur.image')
  select({ nodes: ['blur'] })
  removeSelection()
  const fed = Object.entries(before.edges).filter(([, from]) => from === 'blur.image')
  for (const [to] of fed) expect(get().document.edges[to]).toBe(before.edges['blur.image'])
  undo()
  expect(get().document).toEqual(before)
})
