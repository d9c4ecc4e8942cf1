/**
 * The size of a node and the positions of its sockets, computed without measuring, so that the canvas can place wires,
 * thumbnails and layouts of nodes that were never rendered. Node.module.css takes these numbers from `nodeStyle`.
 */
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import type { Graph, NodeRecord } from '../../engine/graph/document.ts'
import { shownSockets } from '../../engine/graph/sockets.ts'
import type { SocketSpec } from '../../engine/values/socket.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Size {
  readonly width: number
  readonly height: number
}
export type Box = Point & Size

export const metrics = {
  width: 184,
  header: 30,
  /** The line with the name that people know. */
  alias: 16,
  row: 22,
  rowsPadding: 4,
  preview: 112,
  margin: 8,
  slider: 30,
  footer: 24,
  socket: 12,
} as const

/** The picture's box in a node, from edge to edge. */
export const previewSize: Size = { width: metrics.width, height: metrics.preview }

export interface PortLayout {
  readonly port: string
  readonly socket: SocketSpec
  /** The centre of the socket, from the top of the node. */
  readonly y: number
  /** It is optional, and there is room to say so. */
  readonly optional: boolean
}

export interface NodeLayout extends Size {
  readonly inputs: readonly PortLayout[]
  readonly outputs: readonly PortLayout[]
  /** The output whose picture is shown, and where its box starts. */
  readonly preview: { readonly port: string; readonly y: number } | undefined
  /** The parameter that has a slider in the node. */
  readonly slider: string | undefined
}

/** The first number a user would want to change; how files are read and written does not count. */
function sliderOf(info: NodeInfo): string | undefined {
  if (info.kind === 'source' || info.kind === 'effect') return undefined
  return Object.entries(info.params).find(
    ([, spec]) =>
      (spec.type === 'number' || spec.type === 'integer') &&
      !spec.when &&
      (spec.soft !== undefined || (spec.min !== undefined && spec.max !== undefined)),
  )?.[0]
}

/** Letters that fit in a row of sockets. */
const lettersOfRow = 21

function make(
  sockets: { inputs: Readonly<Record<string, SocketSpec>>; outputs: Readonly<Record<string, SocketSpec>> },
  { alias, collapsed, shows, slider }: { alias: boolean; collapsed: boolean; shows?: string; slider?: string },
): NodeLayout {
  const top = metrics.header + (alias ? metrics.alias : 0) + metrics.rowsPadding
  const across = Object.keys(sockets.outputs)
  const ports = (table: Readonly<Record<string, SocketSpec>>): PortLayout[] =>
    Object.entries(table).map(([port, socket], i) => ({
      ...{ port, socket, y: top + (i + 0.5) * metrics.row },
      optional: socket.optional === true && `${port} optional${across[i] ?? ''}`.length <= lettersOfRow,
    }))
  const inputs = ports(sockets.inputs)
  const outputs = ports(sockets.outputs)
  let y = top + Math.max(inputs.length, outputs.length) * metrics.row + metrics.rowsPadding
  const preview = shows !== undefined && !collapsed ? { port: shows, y } : undefined
  if (preview) y += metrics.preview + metrics.margin
  if (slider) y += metrics.slider
  return { width: metrics.width, height: y + metrics.footer, inputs, outputs, preview, slider }
}

const known = new WeakMap<NodeInfo, Map<boolean, NodeLayout>>()

/** `graph` matters only for a node whose sockets are not all known: those that its wires name are shown too. */
export function layoutOf(id: string, record: NodeRecord, info: NodeInfo | undefined, graph: Graph): NodeLayout {
  const sockets = shownSockets(graph, id, info)
  if (!info) return make(sockets, { alias: true, collapsed: false, shows: '' })
  const collapsed = record.collapsed === true
  const layouts = sockets === info ? (known.get(info) ?? new Map<boolean, NodeLayout>()) : undefined
  if (layouts) known.set(info, layouts)
  const found = layouts?.get(collapsed)
  if (found) return found
  const shows = info.preview ?? Object.keys(sockets.outputs)[0]
  const slider = sliderOf(info)
  const layout = make(sockets, {
    alias: info.alias !== undefined,
    collapsed,
    ...(shows !== undefined && { shows }),
    ...(slider !== undefined && { slider }),
  })
  layouts?.set(collapsed, layout)
  return layout
}

/** The smallest box around all of them; undefined for none. */
export function around(boxes: Iterable<Box>): Box | undefined {
  let x0 = Number.POSITIVE_INFINITY
  let y0 = Number.POSITIVE_INFINITY
  let x1 = Number.NEGATIVE_INFINITY
  let y1 = Number.NEGATIVE_INFINITY
  for (const { x, y, width, height } of boxes) {
    x0 = Math.min(x0, x)
    y0 = Math.min(y0, y)
    x1 = Math.max(x1, x + width)
    y1 = Math.max(y1, y + height)
  }
  return x0 <= x1 ? { x: x0, y: y0, width: x1 - x0, height: y1 - y0 } : undefined
}

export const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

export const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The intersection; of zero size where they do not overlap. */
export function common(a: Box, b: Box): Box {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x)
  return { x, y, width, height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y) }
}
