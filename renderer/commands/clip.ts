/** Copy, paste and duplicate. The clipboard holds a small pipeline file, so it can be sent as text, and any pipeline can be pasted. */
import type { Document, Graph } from '../../engine/graph/document.ts'
import { formatFile } from '../../engine/graph/file.ts'
import { copy, duplicate as copyBeside, paste } from '../../engine/graph/fragment.ts'
import { boxOf } from '../canvas/flow.ts'
import { around, type Box, type Point } from '../canvas/geometry.ts'
import { placeOnCanvas } from '../canvas/store.ts'
import { currentGraphName, type EditorState, edit, select, useEditor } from '../state/editor.ts'
import { readDocument } from '../state/incoming.ts'
import { freePlace } from './free.ts'
import { removeSelection } from './remove.ts'

/** The selection as a document of its own. */
export function excerpt(): Document {
  const s = useEditor.getState()
  return copy(s.document, s.selection, currentGraphName(s))
}

const isEmpty = ({ nodes, frames, notes }: Graph): boolean =>
  [nodes, frames, notes].every((table) => Object.keys(table).length === 0)

/** The last copy made in this window, for menus that may not read the system's clipboard. */
let lastClip: string | undefined

/** The selection as text; undefined where nothing is selected. */
export function clipText(): string | undefined {
  const part = excerpt()
  if (isEmpty(part)) return undefined
  lastClip = formatFile(part)
  return lastClip
}

export function cutText(): string | undefined {
  const text = clipText()
  if (text !== undefined) removeSelection('Cut')
  return text
}

/** The box around a document's content. */
const boxAround = (s: EditorState, { nodes, frames, notes }: Graph): Box | undefined =>
  around([
    ...Object.entries(nodes).map(([id, node]) => boxOf(s, id, node)),
    ...[...Object.values(frames), ...Object.values(notes)].map((r) => ({ ...r.position, ...r.size })),
  ])

/** How far the box moves to the nearest place to this corner where it covers nothing. */
function awayTo(s: EditorState, box: Box, corner: Point): Point {
  const free = freePlace(s, { ...box, ...corner })
  return { x: Math.round(free.x - box.x), y: Math.round(free.y - box.y) }
}

/** Inserts a document's content around a point of the canvas. */
function insertDocument(part: Document, place: Point, label: string): void {
  const s = useEditor.getState()
  const box = boxAround(s, part)
  if (!box) return
  const by = awayTo(s, box, { x: place.x - box.width / 2, y: place.y - box.height / 2 })
  const made = edit((document, graph) => paste(document, part, by, graph), { label })
  if (made) select(made.selection)
}

/** Throws the problem of a text that is not a pipeline. */
export async function pasteText(text: string): Promise<void> {
  const { place } = placeOnCanvas()
  insertDocument(await readDocument(text), place, 'Paste')
}

export async function copyToClipboard(text: string | undefined): Promise<void> {
  if (text !== undefined) await navigator.clipboard.writeText(text)
}

/** From the system's clipboard if allowed, otherwise the last copy made here. */
export async function pasteFromClipboard(): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => lastClip)
  if (text) await pasteText(text)
}

/** Copies offset by `by`, with the same inputs; without it, beside the originals where nothing lies. */
export function duplicate(by?: Point, label = 'Duplicate'): void {
  const s = useEditor.getState()
  const { selection } = s
  const box = boxAround(s, excerpt())
  if (!box) return
  const whole = by ? { x: Math.round(by.x), y: Math.round(by.y) } : awayTo(s, box, { x: box.x + 32, y: box.y + 32 })
  const made = edit((document, graph) => copyBeside(document, selection, whole, graph, true), { label })
  if (made) select(made.selection)
}
