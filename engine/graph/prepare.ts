/** Preparing a picture for a network as it was trained: the edit behind "Insert what it needs". */
import type { ParamValue } from '../types/param.ts'
import type { ModelExpects } from '../values/expects.ts'
import type { ImageShape } from '../values/image.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'
import { Changes, idFrom, type Point, rounded } from './changes.ts'
import { graphAt, type KnownShapes, offerOf, wantedBy } from './connect.ts'
import { type Document, type Graph, type NodeRecord, type PortRef, splitPort } from './document.ts'
import type { Edit } from './edit.ts'
import { own, subgraphAt } from './info.ts'
import { sameJson } from './json.ts'

type Params = Readonly<Record<string, ParamValue>>
type Json = NonNullable<NodeRecord['params']>

/** A node that has to stand before the network. All of them have one picture input and one output. */
interface Step {
  readonly type: 'geometry/resize' | 'geometry/letterbox' | 'geometry/crop' | 'tensor/normalise'
  readonly params: Params
}

const sizing = new Set<string>(['geometry/resize', 'geometry/letterbox'])
/** What makes a tensor of a picture. */
const ending = new Set<string>(['tensor/normalise', 'tensor/view'])

/** The steps that give a picture the size that a network wants. */
function sizeSteps({ size, resize, method }: ModelExpects, picture: ImageShape | undefined): readonly Step[] {
  if (!size || (picture?.width === size.width && picture.height === size.height)) return []
  const how: Params = method ? { method } : {}
  if (resize === 'letterbox') return [{ type: 'geometry/letterbox', params: { ...size, ...how, stretch: false } }]
  if (resize === 'crop' && picture) {
    const scale = Math.max(size.width / picture.width, size.height / picture.height)
    const covering = {
      width: Math.max(size.width, Math.round(picture.width * scale)),
      height: Math.max(size.height, Math.round(picture.height * scale)),
    }
    const corner = { x: (covering.width - size.width) >> 1, y: (covering.height - size.height) >> 1 }
    return [
      { type: 'geometry/resize', params: { ...covering, keep: false, ...how } },
      { type: 'geometry/crop', params: { ...corner, ...size } },
    ]
  }
  return [{ type: 'geometry/resize', params: { ...size, keep: false, ...how } }]
}

const normalising = ({ order, scale, whole, mean, std, layout }: ModelExpects): Step => ({
  type: 'tensor/normalise',
  params: { order, scale: String(scale), whole, mean, std, layout, mistake: 'none' },
})

const newRecord = (type: string, info: NodeInfo | undefined, place: Point): NodeRecord => ({
  type,
  ...(info && info.version > 1 && { version: info.version }),
  position: rounded(place),
})

/** The end of the wires that start at a node, where that is a single one. */
function onlyUse(graph: Graph, id: string): PortRef | undefined {
  const ends = Object.entries(graph.edges).filter(([, from]) => splitPort(from)[0] === id)
  return ends.length === 1 ? ends[0]?.[0] : undefined
}

/** The node of one of these types at the start of the wire, what feeds it, and whether it feeds nothing else. */
function nodeBefore(graph: Graph, wire: PortRef, types: ReadonlySet<string>) {
  const from = own(graph.edges, wire)
  const id = from === undefined ? undefined : splitPort(from)[0]
  if (id === undefined || !types.has(own(graph.nodes, id)?.type ?? '')) return undefined
  return { id, input: `${id}.image`, alone: onlyUse(graph, id) === wire }
}

/**
 * The nodes before the wire that do some of it already and serve nothing else, and the picture before them. What gives a size is
 * looked for only if the network wants one.
 */
function upstream(graph: Graph, wire: PortRef, sized: boolean) {
  const tensor = nodeBefore(graph, wire, ending)
  const end = tensor?.input ?? wire
  const sizer = sized && (!tensor || tensor.alone) ? nodeBefore(graph, end, sizing) : undefined
  const from = own(graph.edges, sizer?.alone ? sizer.input : end)
  return { from, tensor: tensor?.alone ? tensor.id : undefined, sizer: sizer?.alone ? sizer.id : undefined }
}

/**
 * Prepares what reaches a model's input as the manifest says that the network was trained: nodes that do some of it get other
 * parameters, what is missing is inserted. Undefined where the input says nothing, or no picture is found before it.
 * @param path the open subgraph, as node ids; '' for the document itself
 * @param place where a new node goes, given where it would lie if nothing else were there
 */
export function prepareWire(
  document: Document,
  catalogue: Catalogue,
  shapes: KnownShapes,
  wire: PortRef,
  path = '',
  place: (near: Point) => Point = (near) => near,
): Edit | undefined {
  const expects = wantedBy(document, catalogue, wire, path)?.expects
  const around = graphAt(document, path)
  if (!expects || expects.order === 'gray' || !around) return undefined
  const { tensor, sizer, from } = upstream(around, wire, expects.size !== undefined)
  const offer = from === undefined ? undefined : offerOf(document, catalogue, shapes, from, path)
  if (from === undefined || offer?.socket.type !== 'image') return undefined
  const picture = offer.shape?.kind === 'image' ? offer.shape : undefined
  const steps = [...sizeSteps(expects, picture), normalising(expects)]

  const changes = new Changes(document, path ? subgraphAt(document, path) : undefined)
  const kept = new Set<string>()
  /** The node there is of this type, else a new one, with these parameters. */
  const put = ({ type, params }: Step, near: Point): string => {
    const info = catalogue.get(type)
    const there = [tensor, sizer].find((id) => id !== undefined && !kept.has(id) && changes.node(id).type === type)
    const id = there ?? changes.freshId('nodes', idFrom(type.split('/').at(-1) ?? '', 'node'))
    const record = there === undefined ? undefined : changes.node(there)
    const all = Object.entries({ ...record?.params, ...params })
    const told = all.filter(([name, value]) => !sameJson(value, own(info?.params, name)?.default))
    // In the place of one that goes.
    const gone = type === 'tensor/normalise' ? tensor : sizer
    const position = gone === undefined ? place(near) : changes.node(gone).position
    const { params: _, ...rest } = record ?? newRecord(type, info, position)
    changes.put('nodes', id, { ...rest, ...(told.length > 0 && { params: Object.fromEntries(told) as Json }) })
    kept.add(id)
    return id
  }
  const [start, end] = [changes.node(splitPort(from)[0]).position, changes.node(splitPort(wire)[0]).position]
  let before = from
  for (const [i, step] of steps.entries()) {
    const part = (i + 1) / (steps.length + 1)
    const near = { x: start.x + part * (end.x - start.x), y: start.y + part * (end.y - start.y) }
    const id = put(step, near)
    changes.put('edges', `${id}.image`, before)
    before = `${id}.${step.type === 'tensor/normalise' ? 'tensor' : 'image'}`
  }
  changes.put('edges', wire, before)
  for (const id of [tensor, sizer]) {
    if (id === undefined || kept.has(id)) continue
    changes.put('edges', `${id}.image`, undefined)
    changes.put('nodes', id, undefined)
  }
  return changes.edit
}
