/**
 * What a node gives, before anything runs: by the `shape` of its definition, or as its sockets say. A node fed by sequences gives
 * sequences of what it gives for one element.
 */
import type { ParamValue } from '../types/param.ts'
import { SightlineError } from '../types/problem.ts'
import { kindOf, type Shape } from '../values/index.ts'
import { kindNamed } from '../values/registry.ts'
import type { Offer, SocketSpec } from '../values/socket.ts'
import type { NodeInfo } from './catalogue.ts'
import { elementOf, sequenceOf } from './convert.ts'

export type Shapes = Readonly<Partial<Record<string, Shape>>>
/** `shape` of a definition: inputs' shapes (undefined while unknown) and parameters in, outputs' shapes out. Throws as `run` would. */
export type ShapeFunction = (given: Readonly<Record<string, unknown>>) => Shapes | Promise<Shapes>
export type Offers = Readonly<Record<string, Offer>>

/** What arrives at an input, already converted; the node runs for each element of `levels` levels of sequences. */
export interface Arrival {
  readonly offer: Offer
  readonly levels: number
}
export type Arrivals = Readonly<Record<string, Arrival>>

/** The shape of an output that is like an input of this shape; undefined if unknown. */
function likeShape(spec: SocketSpec, shape: Shape | undefined): Shape | undefined {
  if (!shape || shape.kind === 'unknown') return undefined
  if (spec.type !== 'any' && spec.type !== shape.kind) return undefined
  const { like } = kindOf(shape)
  return like ? (like(spec, shape) as Shape | undefined) : shape
}

/** What an output gives as far as sockets tell. */
function bySocket(spec: SocketSpec, arrivals: Arrivals, inputs: NodeInfo['inputs']): Offer {
  const { like, over: _over, optional: _, collect: __, help: ___, ...own } = spec
  const only = kindNamed(spec.type)?.only as Shape | undefined
  if (only) return { socket: own, shape: only }
  const from = like === undefined ? undefined : arrivals[like]?.offer
  if (!from) return { socket: own }
  const model = like !== undefined && inputs[like]?.collect && from.socket.type === 'sequence' ? elementOf(from) : from
  const { like: _like, optional: _optional, collect: _collect, help: _help, ...base } = model.socket
  const fitting = spec.type === 'any' || base.type === spec.type
  const shape = likeShape(spec, model.shape)
  return {
    socket: fitting ? { ...base, ...own, type: base.type } : own,
    ...(shape && { shape }),
  }
}

/** An offer with the shape that the definition gave. */
function told(offer: Offer, shape: Shape | undefined): Offer {
  return shape && shape.kind !== 'unknown' ? { socket: offer.socket, shape } : offer
}

function forOne(
  info: NodeInfo,
  params: Readonly<Record<string, ParamValue>>,
  arrivals: Arrivals,
  shape: ShapeFunction | undefined,
): Offers | Promise<Offers> {
  const outputs = Object.entries(info.outputs).map(
    ([port, spec]) => [port, bySocket(spec, arrivals, info.inputs)] as const,
  )
  if (!shape) return Object.fromEntries(outputs)
  const given: Record<string, unknown> = { ...params }
  // A socket that follows from parameters may be called like one of them.
  for (const port of Object.keys(info.inputs))
    if (!Object.hasOwn(params, port)) given[port] = arrivals[port]?.offer.shape
  const finish = (shapes: Shapes): Offers =>
    Object.fromEntries(outputs.map(([port, offer]) => [port, told(offer, shapes[port])]))
  const shapes = shape(given)
  return shapes instanceof Promise ? shapes.then(finish) : finish(shapes)
}

/** How many elements the sequences have that this node iterates over; undefined if unknown. */
function commonLength(each: readonly (readonly [string, Arrival])[]): number | undefined {
  let known: { port: string; length: number } | undefined
  for (const [port, { offer }] of each) {
    const length = offer.shape?.kind === 'sequence' ? offer.shape.length : undefined
    if (length === undefined) continue
    if (known && known.length !== length)
      throw new SightlineError('sequence.lengths', { a: known.port, b: port, na: known.length, nb: length })
    known ??= { port, length }
  }
  return known?.length
}

/**
 * What a node with these parameters gives for what arrives. Throws (or rejects with) what `shape` throws, and
 * `sequence.lengths`.
 */
export function inferOutputs(
  info: NodeInfo,
  params: Readonly<Record<string, ParamValue>>,
  arrivals: Arrivals,
  shape?: ShapeFunction,
): Offers | Promise<Offers> {
  const each = Object.entries(arrivals).filter(([, { levels }]) => levels > 0)
  if (each.length === 0) return forOne(info, params, wholes(info, arrivals), shape)
  const length = commonLength(each)
  const inner: Record<string, Arrival> = { ...arrivals }
  for (const [port, { offer, levels }] of each) inner[port] = { offer: elementOf(offer), levels: levels - 1 }
  const wrap = (offers: Offers): Offers =>
    Object.fromEntries(Object.entries(offers).map(([port, offer]) => [port, sequenceOf(offer, length)]))
  const offers = inferOutputs(info, params, inner, shape)
  return offers instanceof Promise ? offers.then(wrap) : wrap(offers)
}

/** A single value at an input that collects is a sequence of one. */
function wholes(info: NodeInfo, arrivals: Arrivals): Arrivals {
  let changed: Record<string, Arrival> | undefined
  for (const [port, arrival] of Object.entries(arrivals)) {
    const { offer } = arrival
    if (!info.inputs[port]?.collect || offer.socket.type === 'sequence' || offer.shape?.kind === 'sequence') continue
    changed ??= { ...arrivals }
    changed[port] = { ...arrival, offer: sequenceOf(offer, 1) }
  }
  return changed ?? arrivals
}
