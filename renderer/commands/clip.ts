/**
 * Copy, paste and duplicate. What is copied is a small pipeline file, so it can be sent as text, and any pipeline's text can
 * be pasted; both come in through the same checks as a file.
 */
import { type Document, emptyDocument, type Graph, splitPort } from '../../engine/graph/document.ts'
import type { Patch } from '../../engine/graph/edit.ts'
import { formatFile, parseFile } from '../../engine/graph/file.ts'
import { subgraphName } from '../../engine/graph/info.ts'
import { boxOf } from '../canvas/flow.ts'
import { around, type Point } from '../canvas/geometry.ts'
import { placeOnCanvas } from '../canvas/store.ts'
import { inGraph } from '../state/actions.ts'
import { currentGraph, type EditorState, edit, type Selection, select, useEditor } from '../state/editor.ts'
import { freshId } from './ids.ts'
import { removePatches } from './remove.ts'

const only = <T>(table: Readonly<Record<string, T>>, ids: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(table).filter(([id]) => ids.has(id)))

/** The subgraphs that these nodes use, and those that they use. */
function graphsUsed(document: Document, graph: Graph): Document['graphs'] {
  const used: Record<string, Document['graphs'][string]> = {}
  const visit = (g: Graph): void => {
    for (const { type } of Object.values(g.nodes)) {
      const name = subgraphName(type)
      const inner = name === undefined ? undefined : document.graphs[name]
      if (name === undefined || !inner || name in used) continue
      used[name] = inner
      visit(inner)
    }
  }
  visit(graph)
  return used
}

/** The selected part as a document of its own: nodes, the wires between them, frames and notes. */
export function excerpt(s: EditorState, selection: Selection = s.selection): Document {
  const graph = currentGraph(s)
  const nodes = only(graph.nodes, selection.nodes)
  const inside = (ref: string): boolean => splitPort(ref)[0] in nodes
  const edges = Object.fromEntries(Object.entries(graph.edges).filter(([to, from]) => inside(to) && inside(from)))
  const part = { nodes, edges, frames: only(graph.frames, selection.frames), notes: only(graph.notes, selection.notes) }
  return { ...emptyDocument, ...part, graphs: graphsUsed(s.document, part) }
}

const isEmpty = ({ nodes, frames, notes }: Graph): boolean =>
  [nodes, frames, notes].every((table) => Object.keys(table).length === 0)

/** New names for everything in `table`, apart from each other and from what is there. */
function renamed(
  table: Readonly<Record<string, unknown>>,
  there: Readonly<Record<string, unknown>>,
): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set(Object.keys(there))
  for (const id of Object.keys(table)) {
    const name = freshId(id, (candidate) => taken.has(candidate))
    taken.add(name)
    names.set(id, name)
  }
  return names
}

/** A definition that is here already, and says the same, is used again; another of the same name gets a new one. */
function graphPatches(s: EditorState, part: Document): { patches: Patch[]; names: ReadonlyMap<string, string> } {
  const names = new Map<string, string>()
  const taken = new Set(Object.keys(s.document.graphs))
  const fresh: string[] = []
  for (const [name, graph] of Object.entries(part.graphs)) {
    if (JSON.stringify(s.document.graphs[name]) === JSON.stringify(graph)) {
      names.set(name, name)
      continue
    }
    const id = freshId(name, (candidate) => taken.has(candidate))
    taken.add(id)
    names.set(name, id)
    fresh.push(name)
  }
  const patches: Patch[] = fresh.map((name) => ({ table: 'graphs', id: names.get(name) ?? name, value: true }))
  for (const name of fresh) {
    const inner = part.graphs[name]
    const graph = names.get(name) ?? name
    if (!inner) continue
    for (const table of ['nodes', 'edges', 'frames', 'notes', 'inputs', 'outputs'] as const)
      for (const [id, value] of Object.entries(inner[table]))
        patches.push({ graph, table, id, value: table === 'nodes' ? retyped(value, names) : value } as Patch)
  }
  return { patches, names }
}

function retyped<T extends { type: string }>(node: T, graphs: ReadonlyMap<string, string>): T {
  const name = graphs.get(subgraphName(node.type) ?? '')
  return name === undefined ? node : { ...node, type: `graph/${name}` }
}

export interface Paste {
  readonly patches: readonly Patch[]
  readonly selection: Partial<Record<keyof Selection, readonly string[]>>
}

/** @param keepInputs copies go on being fed by what feeds the originals. */
export function pastePatches(s: EditorState, part: Document, by: Point, keepInputs = false): Paste {
  const graph = currentGraph(s)
  const nodes = renamed(part.nodes, graph.nodes)
  const frames = renamed(part.frames, graph.frames)
  const notes = renamed(part.notes, graph.notes)
  const definitions = graphPatches(s, part)
  const moved = <T extends { position: Point }>(record: T): T => ({
    ...record,
    position: { x: Math.round(record.position.x + by.x), y: Math.round(record.position.y + by.y) },
  })
  const patches: Patch[] = [...definitions.patches]
  const put = (table: 'nodes' | 'frames' | 'notes' | 'edges', id: string, value: unknown): void => {
    patches.push({ ...inGraph(), table, id, value } as Patch)
  }
  const rename = (ref: string): string => {
    const [node, port] = splitPort(ref)
    return `${nodes.get(node) ?? node}.${port}`
  }
  for (const [id, node] of Object.entries(part.nodes))
    put('nodes', nodes.get(id) ?? id, moved(retyped(node, definitions.names)))
  for (const [to, from] of Object.entries(part.edges)) put('edges', rename(to), rename(from))
  if (keepInputs)
    for (const [to, from] of Object.entries(graph.edges))
      if (splitPort(to)[0] in part.nodes && !(to in part.edges)) put('edges', rename(to), rename(from))
  for (const [id, frame] of Object.entries(part.frames)) put('frames', frames.get(id) ?? id, moved(frame))
  for (const [id, note] of Object.entries(part.notes)) put('notes', notes.get(id) ?? id, moved(note))
  return {
    patches,
    selection: { nodes: [...nodes.values()], frames: [...frames.values()], notes: [...notes.values()] },
  }
}

/** What was copied last in this window: for menus, where the system's clipboard may not be read. */
let lastClip: string | undefined

/** The selection as text; undefined where nothing is selected. */
export function clipText(): string | undefined {
  const part = excerpt(useEditor.getState())
  if (isEmpty(part)) return undefined
  lastClip = formatFile(part)
  return lastClip
}

export function cutText(): string | undefined {
  const text = clipText()
  const s = useEditor.getState()
  if (text !== undefined) edit(removePatches(s, s.selection), { label: 'Cut' })
  return text
}

/** Puts a document's content under the pointer. */
export function insertDocument(part: Document, label: string): void {
  const s = useEditor.getState()
  const box = around([
    ...Object.entries(part.nodes).map(([id, node]) => boxOf(s, id, node)),
    ...[...Object.values(part.frames), ...Object.values(part.notes)].map((r) => ({ ...r.position, ...r.size })),
  ])
  if (!box) return
  const { place } = placeOnCanvas()
  const by = { x: place.x - box.x - box.width / 2, y: place.y - box.y - box.height / 2 }
  const { patches, selection } = pastePatches(s, part, by)
  edit(patches, { label })
  select(selection)
}

/** Throws the problem of a text that is no pipeline. */
export const pasteText = (text: string): void => insertDocument(parseFile(text), 'Paste')

export async function copyToClipboard(text: string | undefined): Promise<void> {
  if (text !== undefined) await navigator.clipboard.writeText(text)
}

/** From the system's clipboard where that is allowed, else what was copied here. */
export async function pasteFromClipboard(): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => lastClip)
  if (text) pasteText(text)
}

/** Copies beside the originals (or `by` from them), fed by the same. */
export function duplicate(by: Point = { x: 32, y: 32 }, label = 'Duplicate'): void {
  const s = useEditor.getState()
  const part = excerpt(s)
  if (isEmpty(part)) return
  const { patches, selection } = pastePatches(s, part, by, true)
  edit(patches, { label })
  select(selection)
}
