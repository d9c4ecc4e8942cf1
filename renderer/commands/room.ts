/** Room for a node that is put on a wire: what follows it moves out of the way. */
import { type PortRef, splitPort } from '../../engine/graph/document.ts'
import { boxOf } from '../canvas/flow.ts'
import { type Box, overlap, type Point } from '../canvas/geometry.ts'
import { currentGraph, type EditorState } from '../state/editor.ts'

/** Between the inserted node and what follows: a wire is to be seen. */
const gap = 48
/** Between what moves and what moves with it. */
const beside = 16

export interface Room {
  /** Where the node goes. */
  readonly at: Point
  /** The new places of others. */
  readonly nodes: Readonly<Record<string, Point>>
}

const grown = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
})

/** Everything that depends on a node, and the node itself. */
function following(edges: Readonly<Record<PortRef, PortRef>>, first: string): Set<string> {
  const after = Map.groupBy(Object.entries(edges), ([, from]) => splitPort(from)[0])
  const found = new Set([first])
  for (const id of found) for (const [to] of after.get(id) ?? []) found.add(splitPort(to)[0])
  return found
}

/**
 * The node stands right of what feeds the wire. Where it then covers something, everything after the wire moves to the right, and
 * with it what that would cover.
 * @param box where the node is wanted
 * @param id the node, if it is in the graph already
 */
export function roomOnWire(s: EditorState, box: Box, wire: PortRef, id?: string): Room {
  const graph = currentGraph(s)
  const boxes = new Map(
    Object.entries(graph.nodes).flatMap(([other, node]) => (other === id ? [] : [[other, boxOf(s, other, node)]])),
  )
  const source = boxes.get(splitPort(graph.edges[wire] ?? '')[0])
  const covers = source && overlap(grown(box, beside), source)
  const place = covers ? { ...box, x: source.x + source.width + gap } : box
  const moving = following(graph.edges, splitPort(wire)[0])
  if (id !== undefined) moving.delete(id)
  const inTheWay = [...moving].flatMap((other) => {
    const there = boxes.get(other)
    return there && overlap(grown(place, beside), there) ? [there] : []
  })
  if (inTheWay.length === 0) return { at: place, nodes: {} }
  const by = place.x + place.width + gap - Math.min(...inTheWay.map(({ x }) => x))
  // What lies further right, and would be covered, moves as far.
  for (const other of moving) {
    const from = boxes.get(other)
    if (!from) continue
    const to = grown({ ...from, x: from.x + by }, beside)
    for (const [next, there] of boxes) if (there.x >= from.x && overlap(to, there)) moving.add(next)
  }
  const nodes = [...moving].flatMap((other) => {
    const there = boxes.get(other)
    return there ? [[other, { x: there.x + by, y: there.y }] as const] : []
  })
  return { at: place, nodes: Object.fromEntries(nodes) }
}
