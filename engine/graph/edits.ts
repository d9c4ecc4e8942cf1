/**
 * User edits, as pure functions from a document to an edit. `graph` names the subgraph being edited; absent, the document
 * itself. All throw `edit.impossible` for nodes and graphs that do not exist.
 */
import { isParamValue, type ParamValue } from '../types/param.ts'
import type { NodeInfo } from './catalogue.ts'
import { Changes, idFrom, type Placed, type Point, placedTables, rounded, roundedSize, type Size } from './changes.ts'
import {
  type Document,
  type FrameRecord,
  type NodeRecord,
  type NoteRecord,
  type PortRef,
  splitPort,
} from './document.ts'
import { applyEdit, type Edit, impossible, noteApplied } from './edit.ts'
import { own, subgraphName } from './info.ts'
import { sameJson } from './json.ts'
import type { KeptScene } from './scene.ts'

type Json = NonNullable<NodeRecord['params']>[string]

/** Several edits as one, each made from the result of those before. */
export function inSequence(document: Document, ...made: readonly ((document: Document) => Edit)[]): Edit {
  const edits: Edit[] = []
  const inverses: Edit[] = []
  let current = document
  for (const make of made) {
    const edit = make(current)
    const applied = applyEdit(current, edit)
    current = applied.document
    edits.push(edit)
    inverses.unshift(applied.inverse)
  }
  const edit = edits.flat()
  if (edit.length > 0) noteApplied(document, edit, { document: current, inverse: inverses.flat() })
  return edit
}

/** The record without undefined keys: in the file an absent key means the default. */
function withKeys<T extends object>(record: T, keys: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const next = { ...record, ...keys } as Record<string, unknown>
  for (const key of Object.keys(keys)) if (next[key] === undefined) delete next[key]
  return next as T
}

export interface NewNode {
  readonly type: string
  readonly position: Point
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly title?: string
  /** What is known of the type: its version is written, and for a subgraph its title makes the id. */
  readonly info?: NodeInfo | undefined
}

/** A new node with a readable, unused id: `blur`, `blur-2`. */
export function addNode(
  document: Document,
  node: NewNode,
  graph?: string,
): { readonly edit: Edit; readonly id: string } {
  const changes = new Changes(document, graph)
  const { type, position, params, title, info } = node
  const inner = subgraphName(type)
  if (inner !== undefined && changes.wouldContainItself(inner))
    throw impossible(`the subgraph "${inner}" would contain itself`)
  const id = changes.freshId('nodes', idFrom(type.split('/').at(-1) ?? '', 'node'))
  changes.put('nodes', id, {
    type,
    ...(info && info.version > 1 && { version: info.version }),
    ...(params && Object.keys(params).length > 0 && { params: params as Record<string, Json> }),
    position: rounded(position),
    ...(title && { title }),
  })
  return { edit: changes.edit, id }
}

/** A wire; an existing one to the same input, from a node or from outside the subgraph, is replaced. */
export function connect(document: Document, from: PortRef, to: PortRef, graph?: string): Edit {
  const changes = new Changes(document, graph)
  for (const ref of [from, to]) changes.node(splitPort(ref)[0])
  changes.detach(new Set([to]))
  changes.put('edges', to, from)
  return changes.edit
}

/** Cuts the wires that end here, also those from outside the subgraph. */
export function disconnect(document: Document, ends: Iterable<PortRef>, graph?: string): Edit {
  const changes = new Changes(document, graph)
  changes.cut(ends)
  return changes.edit
}

/** Sets a parameter. The default, or `undefined`, removes the entry from the file. */
export function setParam(
  document: Document,
  id: string,
  param: string,
  value: ParamValue | undefined,
  info?: NodeInfo,
  graph?: string,
): Edit {
  const changes = new Changes(document, graph)
  const record = changes.node(id)
  const spec = own(info?.params, param)
  if (spec && value !== undefined && !isParamValue(spec, value)) throw impossible(`"${param}" does not take that value`)
  const { [param]: was, ...others } = record.params ?? {}
  const reset = value === undefined || (spec !== undefined && sameJson(value, spec.default))
  if (reset ? was === undefined : sameJson(value, was)) return []
  const params = reset ? others : { ...record.params, [param]: value as Json }
  changes.put('nodes', id, withKeys(record, { params: Object.keys(params).length > 0 ? params : undefined }))
  return changes.edit
}

/** The new position of an item and, if it has one, its size. */
export type Place = Point & Partial<Size>

/** Moves items, to whole pixels. */
export function move(document: Document, places: Placed<Place>, graph?: string): Edit {
  const changes = new Changes(document, graph)
  for (const table of placedTables)
    for (const [id, place] of Object.entries(places[table] ?? {})) {
      const record = own<NodeRecord | FrameRecord | NoteRecord>(changes.graph[table], id)
      if (!record) throw impossible(`there is nothing called "${id}" to move`)
      const { width, height } = place
      const sized = 'size' in record && width !== undefined && height !== undefined
      const next = {
        ...record,
        position: { ...record.position, ...rounded(place) },
        ...(sized && { size: { ...(record as FrameRecord).size, ...roundedSize({ width, height }) } }),
      }
      if (!sameJson(record, next)) changes.put(table, id, next as never)
    }
  return changes.edit
}

/** Changes keys of a node other than parameters and position; `undefined` removes a key. */
function changeNodes(
  document: Document,
  ids: Iterable<string>,
  keys: Partial<{ readonly [K in 'title' | 'bypass' | 'collapsed' | 'scenes']: NodeRecord[K] | undefined }>,
  graph: string | undefined,
): Edit {
  const changes = new Changes(document, graph)
  for (const id of ids) {
    const record = changes.node(id)
    const next = withKeys(record, keys)
    if (!sameJson(record, next)) changes.put('nodes', id, next)
  }
  return changes.edit
}

/** Bypasses all of these nodes, or none if all are bypassed already. */
export function toggleBypass(document: Document, ids: readonly string[], graph?: string): Edit {
  const { nodes } = new Changes(document, graph).graph
  const on = !ids.every((id) => own(nodes, id)?.bypass)
  return changeNodes(document, ids, { bypass: on || undefined }, graph)
}

/** Hides the pictures of all of these nodes, or shows them if all are hidden already. */
export function toggleCollapsed(document: Document, ids: readonly string[], graph?: string): Edit {
  const { nodes } = new Changes(document, graph).graph
  const on = !ids.every((id) => own(nodes, id)?.collapsed)
  return changeNodes(document, ids, { collapsed: on || undefined }, graph)
}

/** The title of the node; empty: the name of its type again. */
export const setTitle = (document: Document, id: string, title: string, graph?: string): Edit =>
  changeNodes(document, [id], { title: title.trim() || undefined }, graph)

/** What is kept of the scene that an output gives; what is as usual is not written. */
export function keepScene(document: Document, id: string, port: string, kept: KeptScene, graph?: string): Edit {
  const { scenes } = new Changes(document, graph).node(id)
  const { views, ruler, scale, unit, notes } = kept
  const own = {
    ...(views.length > 0 && { views }),
    ...(ruler.length > 0 && { ruler }),
    ...(scale !== 1 && { scale }),
    ...(unit !== '' && { unit }),
    ...(notes.length > 0 && { notes }),
  }
  const { [port]: _, ...others } = scenes ?? {}
  const next = Object.keys(own).length > 0 ? { ...others, [port]: own } : others
  return changeNodes(document, [id], { scenes: Object.keys(next).length > 0 ? next : undefined }, graph)
}

/** The title of the whole pipeline; empty: none. */
export function setDocumentTitle(document: Document, title: string): Edit {
  const value = title.trim() || null
  return value === (document.title ?? null) ? [] : [{ table: 'title', id: '', value }]
}

export interface Added {
  readonly edit: Edit
  readonly id: string
}

export function addFrame(document: Document, frame: FrameRecord, graph?: string): Added {
  const changes = new Changes(document, graph)
  const id = changes.freshId('frames', idFrom(frame.title, 'frame'))
  changes.put('frames', id, { ...frame, position: rounded(frame.position), size: roundedSize(frame.size) })
  return { edit: changes.edit, id }
}

export function addNote(document: Document, note: NoteRecord, graph?: string): Added {
  const changes = new Changes(document, graph)
  const id = changes.freshId('notes', 'note')
  changes.put('notes', id, { ...note, position: rounded(note.position), size: roundedSize(note.size) })
  return { edit: changes.edit, id }
}

/** Changes the title, colour, position or size of a frame; `undefined` removes a key. */
export function changeFrame(
  document: Document,
  id: string,
  keys: { readonly [K in 'title' | 'colour' | 'position' | 'size']?: FrameRecord[K] | undefined },
  graph?: string,
): Edit {
  const changes = new Changes(document, graph)
  const record = own(changes.graph.frames, id)
  if (!record) throw impossible(`there is no frame "${id}"`)
  const next = withKeys<FrameRecord>(record, keys)
  if (!sameJson(record, next)) changes.put('frames', id, next)
  return changes.edit
}

/** Changes the text, position or size of a note. */
export function changeNote(
  document: Document,
  id: string,
  keys: { readonly [K in 'text' | 'position' | 'size']?: NoteRecord[K] },
  graph?: string,
): Edit {
  const changes = new Changes(document, graph)
  const record = own(changes.graph.notes, id)
  if (!record) throw impossible(`there is no note "${id}"`)
  const next = withKeys<NoteRecord>(record, keys)
  if (!sameJson(record, next)) changes.put('notes', id, next)
  return changes.edit
}
