/**
 * A socket states the type of a port and what it needs of it. Plain JSON, so that the window has the same rules as the engine.
 * `fits` says whether a wire can be drawn and, where not, why in plain words.
 */
import type { ColourSpace, Shape, ValueKind } from './value.ts'

export interface SocketSpec {
  readonly type: ValueKind | 'any'
  /** Image: the channel counts that are taken (input) or given (output). Absent: any. */
  readonly channels?: readonly number[]
  /** Image: the colour spaces that are taken or given. Absent: any. */
  readonly spaces?: readonly ColourSpace[]
  /** Image output: the nominal range, where the node fixes one. `null`: none. */
  readonly range?: readonly [number, number] | null
  /** Tensor: the axes that are taken or given, as "NCHW". */
  readonly axes?: readonly string[]
  /** Output: has the shape of this input, unless said otherwise beside it. */
  readonly like?: string
  /** Input: the node runs without it. */
  readonly optional?: boolean
  /** Input: takes the whole sequence at once; other inputs run once for each element. */
  readonly collect?: boolean
  /** Output of type `sequence`: what each element is. */
  readonly element?: SocketSpec
  readonly help?: string
}

/** A socket and the TypeScript type of what goes through it. */
export interface Socket<V = unknown> extends SocketSpec {
  readonly __value?: V
}

/** What the wire's start gives: the declared socket, sharpened by the inferred shape where there is one. */
export interface Offer {
  readonly socket: SocketSpec
  readonly shape?: Shape
}

export type Fit =
  | { readonly ok: true; readonly each?: boolean }
  | { readonly ok: false; readonly given: string; readonly wanted: string }

const kindWords: Record<SocketSpec['type'], string> = {
  any: 'anything',
  image: 'a picture',
  tensor: 'a tensor',
  number: 'a number',
  text: 'a text',
  table: 'a table',
  plot: 'a plot',
  sequence: 'a sequence',
}

const spaceWords: Record<ColourSpace, string> = {
  gray: 'gray',
  rgb: 'RGB',
  bgr: 'BGR',
  hsv: 'HSV',
  lab: 'Lab',
  linear: 'linear RGB',
  ycrcb: 'YCrCb',
  data: 'plain data',
}

const list = (words: readonly string[]): string => words.join(' or ')

/** "a 3-channel RGB picture" */
export function describeSocket(spec: SocketSpec): string {
  if (spec.type !== 'image') {
    if (spec.type === 'tensor' && spec.axes) return `a tensor (${spec.axes.join('')})`
    if (spec.type === 'sequence' && spec.element) return `a sequence, each ${describeSocket(spec.element)}`
    return kindWords[spec.type]
  }
  const words = [
    spec.channels ? `${list(spec.channels.map(String))}-channel` : '',
    spec.spaces ? list(spec.spaces.map((s) => spaceWords[s])) : '',
  ].filter(Boolean)
  return words.length ? `a ${words.join(' ')} picture` : 'a picture'
}

const describeOffer = (socket: SocketSpec, shape: Shape | undefined): string =>
  shape?.kind === 'image' ? `a ${shape.channels}-channel ${spaceWords[shape.space]} picture` : describeSocket(socket)

const overlap = <T>(wanted: readonly T[] | undefined, given: readonly T[] | undefined): boolean =>
  !wanted || !given || given.some((g) => wanted.includes(g))

/**
 * Whether a wire from `offer` to `wanted` can be drawn. What is not known yet (an unloaded picture's channels) is no
 * reason to refuse. `each: true` where a sequence meets an input that takes one value: the node runs for each.
 */
export function fits(offer: Offer, wanted: SocketSpec): Fit {
  const { socket, shape } = offer
  if (socket.type === 'sequence' && wanted.type !== 'sequence' && !wanted.collect) {
    if (wanted.type === 'any') return { ok: true, each: true }
    const element = { socket: socket.element ?? { type: 'any' as const } }
    const fit = fits(shape?.kind === 'sequence' ? { ...element, shape: shape.element } : element, wanted)
    return fit.ok ? { ok: true, each: true } : fit
  }
  const no: Fit = { ok: false, given: describeOffer(socket, shape), wanted: describeSocket(wanted) }
  if (wanted.collect && socket.type === 'sequence') {
    const element = socket.element ?? { type: 'any' as const }
    return fits({ socket: element }, { ...wanted, collect: false }).ok ? { ok: true } : no
  }
  if (wanted.type === 'any' || socket.type === 'any') return { ok: true }
  if (socket.type !== wanted.type) return no
  if (wanted.type === 'image') {
    const channels = shape?.kind === 'image' ? [shape.channels] : socket.channels
    const spaces = shape?.kind === 'image' ? [shape.space] : socket.spaces
    return overlap(wanted.channels, channels) && overlap(wanted.spaces, spaces) ? { ok: true } : no
  }
  if (wanted.type === 'tensor') {
    const axes = shape?.kind === 'tensor' ? [shape.axes.join('')] : socket.axes
    return overlap(wanted.axes, axes) ? { ok: true } : no
  }
  return { ok: true }
}
