/** Preparing what reaches a model's input as the network was trained: one click, one undo step. */
import { type Document, type PortRef, splitPort } from '../../engine/graph/document.ts'
import type { Edit } from '../../engine/graph/edit.ts'
import { prepareWire } from '../../engine/graph/prepare.ts'
import { type Box, overlap, type Point } from '../canvas/geometry.ts'
import { freePlace } from '../commands/free.ts'
import { type EditorState, edit, goTo, isBuiltIn, useEditor } from '../state/editor.ts'
import { knownShapes } from '../state/wiring.ts'

/** About as large as the nodes that are inserted. */
const size = { width: 240, height: 260 }

/** Gives each new node a place where nothing lies, and no other new node. */
function placing(s: EditorState): (near: Point) => Point {
  const taken: Box[] = []
  return (near) => {
    let place = freePlace(s, { ...near, ...size })
    while (taken.some((other) => overlap(other, { ...place, ...size })))
      place = freePlace(s, { ...size, x: place.x, y: place.y + size.height })
    taken.push({ ...place, ...size })
    return place
  }
}

/** The edit; undefined where there is none. `document`: the one that is open, or what an edit will make of it. */
export function preparation(s: EditorState, document: Document, wire: PortRef, trail = s.trail): Edit | undefined {
  return prepareWire(document, s.catalogue, knownShapes(), wire, trail.join('/'), placing(s))
}

/** The wire within its graph, and where that graph is. `end`: as reports name it (`outer/inner.port`). */
function located(end: string): { readonly wire: PortRef; readonly trail: readonly string[] } {
  const [node, port] = splitPort(end)
  const at = node.split('/')
  return { wire: `${at.at(-1)}.${port}`, trail: at.slice(0, -1) }
}

/** Whether one click can prepare it. */
export function canPrepare(s: EditorState, end: string): boolean {
  const { wire, trail } = located(end)
  return preparation(s, s.document, wire, trail) !== undefined
}

export function prepare(end: string): void {
  const { wire, trail } = located(end)
  goTo(trail)
  const s = useEditor.getState()
  if (isBuiltIn(s)) return
  edit((document) => preparation(s, document, wire) ?? [], { label: 'Prepare the picture' })
}
