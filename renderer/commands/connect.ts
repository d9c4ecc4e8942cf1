/** Drawing and cutting wires. An input takes one wire; a new one replaces it. */
import { exposeInput, exposeOutput, removePort } from '../../engine/graph/boundary.ts'
import { canConnect } from '../../engine/graph/connect.ts'
import type { Document, PortRef } from '../../engine/graph/document.ts'
import type { Edit } from '../../engine/graph/edit.ts'
import { disconnect as cut, connect as draw, inSequence } from '../../engine/graph/edits.ts'
import { preparation } from '../models/prepare.ts'
import { edit, useEditor } from '../state/editor.ts'
import { type End, knownShapes, portRef } from '../state/wiring.ts'

/** A wire; inside a subgraph one end may be a port of the subgraph, `undefined` for a new one. */
export type NewWire =
  | { readonly from: PortRef; readonly to: PortRef }
  | { readonly input: string | undefined; readonly to: PortRef }
  | { readonly from: PortRef; readonly output: string | undefined }

/** The two ends in either order. */
export const between = (a: End, b: End): { readonly from: PortRef; readonly to: PortRef } =>
  a.side === 'out' ? { from: portRef(a), to: portRef(b) } : { from: portRef(b), to: portRef(a) }

/** The wire's id on the canvas: `blur.image`, `in:blur.image`, `out:image`. */
function wireId(wire: NewWire): string {
  if ('output' in wire) return `out:${wire.output ?? ''}`
  return 'input' in wire ? `in:${wire.to}` : wire.to
}

function connected(document: Document, wire: NewWire, graph: string | undefined): Edit {
  if ('input' in wire) return exposeInput(document, graph ?? '', wire.to, wire.input).edit
  if ('output' in wire) return exposeOutput(document, graph ?? '', wire.from, wire.output).edit
  return draw(document, wire.from, wire.to, graph)
}

/** Cuts wires by their canvas ids. */
export function cutWires(document: Document, ids: Iterable<string>, graph: string | undefined): Edit {
  const all = [...ids]
  const outputs = all.filter((id) => id.startsWith('out:')).map((id) => id.slice('out:'.length))
  const ends = all.filter((id) => !id.startsWith('out:')).map((id) => id.replace(/^in:/, ''))
  return inSequence(
    document,
    (now) => cut(now, ends, graph),
    ...outputs.map((port) => (now: Document) => removePort(now, graph ?? '', 'outputs', port)),
  )
}

/** A picture that was wired to a network is prepared for it. */
function prepared(document: Document, wire: NewWire): Edit {
  const s = useEditor.getState()
  if (!('from' in wire && 'to' in wire)) return []
  const check = canConnect(document, s.catalogue, knownShapes(), wire.from, wire.to, s.trail.join('/'))
  return (check.ok && check.prepares && preparation(s, document, wire.to)) || []
}

/** @param instead the wire on the canvas whose unplugged end was connected here */
export function connect(wire: NewWire, instead: string = wireId(wire)): void {
  const moved = instead !== wireId(wire)
  edit(
    (document, graph) =>
      inSequence(
        document,
        // Add the new wire first: a subgraph port that feeds nothing for a moment would be removed with its outer wires.
        (now) => connected(now, wire, graph),
        (now) => prepared(now, wire),
        (now) => (moved ? cutWires(now, [instead], graph) : []),
      ),
    { label: 'Connect' },
  )
}

export function disconnect(id: string): void {
  edit((document, graph) => cutWires(document, [id], graph), { label: 'Disconnect' })
}
