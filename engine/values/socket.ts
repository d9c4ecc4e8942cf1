/**
 * A socket states the type of a port and what it needs of it. Plain JSON, so that the window has the same rules as the engine.
 * `fits` says whether a wire can be drawn and, where not, why in plain words.
 */
import type { AllNeeds, Shape, ValueKind } from './index.ts'
import { kindNamed } from './registry.ts'
import './index.ts'

export interface SocketSpec extends AllNeeds {
  readonly type: ValueKind | 'any'
  /** Output: has the shape of this input, unless said otherwise beside it. */
  readonly like?: string
  /**
   * Output: its coordinates are pixels of the picture at this input, over which it is shown. Where that input has coordinates
   * itself, the picture is the one they belong to.
   */
  readonly over?: string
  /** Input: the node runs without it. */
  readonly optional?: boolean
  /** Input: takes the whole sequence at once; other inputs run once for each element. */
  readonly collect?: boolean
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

/** "a 3-channel RGB picture" */
export function describeSocket(spec: SocketSpec): string {
  if (spec.type === 'sequence' && spec.element) return `a sequence, each ${describeSocket(spec.element)}`
  const words = kindNamed(spec.type)?.words
  return words?.wanted?.(spec) ?? words?.one ?? 'anything'
}

/** The offered socket with what its shape tells. */
const sharpened = ({ socket, shape }: Offer): SocketSpec => {
  const told = shape?.kind === socket.type ? kindNamed(shape.kind)?.told?.(shape) : undefined
  return told ? { ...socket, ...told } : socket
}

type Lists = Readonly<Record<string, readonly unknown[] | undefined>>

/** What a socket may ask for, as lists: those that are wanted, and those that are given. */
function lists({ type }: SocketSpec, wanted: SocketSpec, given: SocketSpec) {
  const [ours, theirs] = [wanted as unknown as Lists, given as unknown as Lists]
  return (kindNamed(type)?.needs ?? []).map((need) => ({ wanted: ours[need], given: theirs[need] }))
}

/** Whether nothing that is known of the offer speaks against it. Of sockets of the same type. */
const mayFit = (offer: Offer, wanted: SocketSpec): boolean =>
  lists(wanted, wanted, sharpened(offer)).every(
    ({ wanted, given }) => !wanted || !given || given.some((one) => wanted.includes(one)),
  )

/** Whether everything that may be offered is taken, not only some of it. */
export function surelyFits(offer: Offer, wanted: SocketSpec): boolean {
  if (wanted.type === 'any') return true
  if (offer.socket.type !== wanted.type) return false
  return lists(wanted, wanted, sharpened(offer)).every(
    ({ wanted, given }) => !wanted || (given?.every((one) => wanted.includes(one)) ?? false),
  )
}

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
  const no: Fit = { ok: false, given: describeSocket(sharpened(offer)), wanted: describeSocket(wanted) }
  if (wanted.collect && socket.type === 'sequence') {
    const element = socket.element ?? { type: 'any' as const }
    return fits({ socket: element }, { ...wanted, collect: false }).ok ? { ok: true } : no
  }
  if (wanted.type === 'any' || socket.type === 'any') return { ok: true }
  return socket.type === wanted.type && mayFit(offer, wanted) ? { ok: true } : no
}
