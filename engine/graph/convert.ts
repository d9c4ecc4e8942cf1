/** Whether a wire can be drawn, which converter makes it possible if types alone do not, and where a node runs for each element. */

import type { ParamValue } from '../types/param.ts'
import type { Problem } from '../types/problem.ts'
import { shapeDepth } from '../values/index.ts'
import { fits, type Offer, type SocketSpec, surelyFits } from '../values/socket.ts'
import type { Catalogue, NodeInfo } from './catalogue.ts'

/** A node inserted on a wire automatically. */
export interface Converter {
  readonly type: string
  readonly params: Readonly<Record<string, ParamValue>>
  /** "RGB → gray" */
  readonly label: string
  readonly input: string
  readonly output: string
}

export type Verdict =
  | {
      readonly ok: true
      readonly converter?: Converter
      /** How many levels of sequences the node iterates over: 0 if it takes the value as it is. */
      readonly levels: number
    }
  | { readonly ok: false; readonly problem: Problem }

/**
 * How many levels of sequences an input takes whole; for deeper ones its node runs for each element. A `collect` input takes one
 * level whole, and all of them if it takes anything.
 */
export function takenDepth({ type, element, collect }: SocketSpec): number {
  if (type === 'sequence')
    return 1 + (element && element.type !== 'any' ? takenDepth(element) : Number.POSITIVE_INFINITY)
  if (!collect) return 0
  return type === 'any' ? Number.POSITIVE_INFINITY : 1
}

const socketDepth = ({ type, element }: SocketSpec): number =>
  type === 'sequence' ? 1 + (element ? socketDepth(element) : 0) : 0

/** How deeply sequences are nested in an offer. A shape with unknown elements may say less than the socket. */
export const offerDepth = ({ socket, shape }: Offer): number =>
  Math.max(socketDepth(socket), shape ? shapeDepth(shape) : 0)

/** One element of an offered sequence. */
export function elementOf({ socket, shape }: Offer): Offer {
  const element = shape?.kind === 'sequence' ? shape.element : undefined
  return {
    socket: socket.type === 'sequence' ? (socket.element ?? { type: 'any' }) : socket,
    ...(element && element.kind !== 'unknown' && { shape: element }),
  }
}

export function peel(offer: Offer, levels: number): Offer {
  let element = offer
  for (let i = 0; i < levels; i++) element = elementOf(element)
  return element
}

/** A sequence of offers. */
export const sequenceOf = ({ socket, shape }: Offer, length?: number): Offer => ({
  socket: { type: 'sequence', element: socket },
  shape: { kind: 'sequence', element: shape ?? { kind: 'unknown' }, ...(length !== undefined && { length }) },
})

type Candidate = Converter & { readonly from: SocketSpec; readonly to: SocketSpec }
const candidates = new WeakMap<Catalogue, readonly Candidate[]>()

function candidatesOf(catalogue: Catalogue): readonly Candidate[] {
  const known = candidates.get(catalogue)
  if (known) return known
  const found = [...catalogue.values()].flatMap(({ type, inputs, outputs, converts }: NodeInfo) => {
    const [input] = Object.keys(inputs)
    const [output] = Object.keys(outputs)
    if (input === undefined || output === undefined) return []
    return converts.map(({ from, to, params, label }) => ({
      type,
      params: params as Converter['params'],
      label,
      input,
      output,
      from,
      to,
    }))
  })
  candidates.set(catalogue, found)
  return found
}

const channelsOf = ({ channels }: SocketSpec): number => Math.max(...(channels ?? [3]))

/**
 * The best converter from an offer to what is wanted: certain before possible, then the one that loses least, then the most
 * specific; among equals the first in the catalogue.
 */
export function findConverter(catalogue: Catalogue, offer: Offer, wanted: SocketSpec): Converter | undefined {
  let best: { candidate: Candidate; score: number } | undefined
  for (const candidate of candidatesOf(catalogue)) {
    const { from, to } = candidate
    if (!fits(offer, from).ok || !fits({ socket: to }, wanted).ok) continue
    const score =
      (surelyFits(offer, from) ? 100 : 0) +
      (surelyFits({ socket: to }, wanted) ? 50 : 0) -
      (channelsOf(to) < channelsOf(from) ? 10 : 0) -
      (from.spaces?.length ?? 8) / 8
    if (!best || score > best.score) best = { candidate, score }
  }
  if (!best) return undefined
  const { from: _, to: __, ...converter } = best.candidate
  return converter
}

/** Whether `offer` may feed `wanted` (the input called `port`), and how. */
export function judgeWire(catalogue: Catalogue, offer: Offer, wanted: SocketSpec, port: string): Verdict {
  const depth = offerDepth(offer)
  const levels = Math.max(0, depth - takenDepth(wanted))
  if (wanted.type === 'sequence') {
    const { collect: _, ...whole } = wanted
    const fit = fits(peel(offer, levels), whole)
    const inner = fit.ok ? fits(peel(offer, levels + 1), wanted.element ?? { type: 'any' }) : fit
    return inner.ok ? { ok: true, levels } : refusal(inner, port)
  }
  const element = peel(offer, depth)
  const { collect: _, ...single } = wanted
  const fit = fits(element, single)
  if (fit.ok) return { ok: true, levels }
  const converter = findConverter(catalogue, element, single)
  return converter ? { ok: true, converter, levels } : refusal(fit, port)
}

const refusal = ({ given, wanted }: { given: string; wanted: string }, port: string): Verdict => ({
  ok: false,
  problem: { code: 'wire.type', params: { given, port, wanted } },
})
