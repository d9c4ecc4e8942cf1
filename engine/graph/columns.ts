/**
 * Positions for nodes that have none: columns by depth, so that wires run from left to right, and each node beside what feeds
 * it. Sizes are estimates, because a file does not know how nodes are drawn.
 */
import { type PortRef, type Position, splitPort } from './document.ts'

/** From one column to the next, in canvas units. A node is 184 wide. */
const COLUMN = 240
/** Height of a node with a preview and one socket, with the gap below it. */
const ROW = 290
/** Height of another socket. */
const SOCKET = 22

type Wires = ReadonlyMap<string, { readonly from: ReadonlySet<string>; readonly sockets: number }>

function wiresOf(ids: ReadonlySet<string>, edges: Readonly<Record<PortRef, PortRef>>): Wires {
  const sources = new Map<string, Set<string>>()
  const inputs = new Map<string, number>()
  const outputs = new Map<string, Set<string>>()
  for (const [to, from] of Object.entries(edges)) {
    const [target] = splitPort(to)
    const [source, port] = splitPort(from)
    inputs.set(target, (inputs.get(target) ?? 0) + 1)
    outputs.set(source, (outputs.get(source) ?? new Set()).add(port))
    if (ids.has(source) && source !== target) sources.set(target, (sources.get(target) ?? new Set()).add(source))
  }
  const sockets = (id: string): number => Math.max(1, inputs.get(id) ?? 0, outputs.get(id)?.size ?? 0)
  return new Map([...ids].map((id) => [id, { from: sources.get(id) ?? new Set(), sockets: sockets(id) }]))
}

/** A node on a circle, where every node waits for another: found by going against the wires until a node comes again. */
function onCircle(waiting: ReadonlyMap<string, ReadonlySet<string>>): string {
  const seen = new Set<string>()
  let [id = ''] = waiting.keys()
  while (!seen.has(id)) {
    seen.add(id)
    ;[id = ''] = waiting.get(id) ?? []
  }
  return id
}

/** Nodes by depth: 0 without sources, otherwise one more than the deepest source. Wires that close a circle do not count. */
function columnsOf(wires: Wires): string[][] {
  const depths = new Map<string, number>()
  const waiting = new Map([...wires].map(([id, { from }]) => [id, new Set(from)]))
  const uses = new Map<string, string[]>()
  for (const [id, { from }] of wires) for (const source of from) uses.set(source, [...(uses.get(source) ?? []), id])
  const ready = [...waiting].filter(([, from]) => from.size === 0).map(([id]) => id)
  while (waiting.size > 0) {
    const id = ready.shift() ?? onCircle(waiting)
    if (!waiting.delete(id)) continue
    const before = [...(wires.get(id)?.from ?? [])].map((source) => depths.get(source) ?? -1)
    depths.set(id, Math.max(-1, ...before) + 1)
    for (const use of uses.get(id) ?? []) {
      const from = waiting.get(use)
      if (from?.delete(id) && from.size === 0) ready.push(use)
    }
  }
  const columns: string[][] = []
  for (const id of wires.keys()) {
    const depth = depths.get(id) ?? 0
    columns[depth] = [...(columns[depth] ?? []), id]
  }
  return columns
}

/**
 * @param ids the nodes to place, in the order in which they stand in the file
 * @param top where the first row starts
 */
export function inColumns(
  ids: readonly string[],
  edges: Readonly<Record<PortRef, PortRef>>,
  top = 0,
): ReadonlyMap<string, Position> {
  const wires = wiresOf(new Set(ids), edges)
  const places = new Map<string, Position>()
  const wish = (id: string): number => {
    const ys = [...(wires.get(id)?.from ?? [])].flatMap((source) => places.get(source)?.y ?? [])
    return ys.length > 0 ? ys.reduce((sum, y) => sum + y, 0) / ys.length : top
  }
  columnsOf(wires).forEach((column, depth) => {
    let free = top
    const wished = column.map((id) => ({ id, y: wish(id) })).sort((a, b) => a.y - b.y)
    for (const { id, y } of wished) {
      const place = { x: depth * COLUMN, y: Math.round(Math.max(free, y)) }
      places.set(id, place)
      free = place.y + ROW + ((wires.get(id)?.sockets ?? 1) - 1) * SOCKET
    }
  })
  return places
}

/** Where nodes go that stand below these. */
export const below = (positions: readonly Position[]): number =>
  positions.length > 0 ? Math.max(...positions.map(({ y }) => y)) + 2 * ROW : 0
