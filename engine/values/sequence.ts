/** Streams of values: files of a folder, frames, poses. */
import { z } from 'zod'
import type { Shape, Value } from './index.ts'
import type { Kind } from './kind.ts'
import { describeShape, drawnSize, picturedAs, sizeOf } from './registry.ts'
import type { SocketSpec } from './socket.ts'

/**
 * A stream of values, one element at a time. Bounded by `length`.
 * `element` names what each is, so that shapes can be told before any is read.
 */
export interface SequenceValue {
  readonly kind: 'sequence'
  readonly length: number
  readonly element: Shape
  readonly labels?: readonly string[]
  /** Makes element `index` (0 ≤ index < length). Cancelled by `signal`. */
  at(index: number, signal: AbortSignal): Promise<Value>
}

export interface SequenceShape {
  readonly kind: 'sequence'
  readonly length?: number
  readonly element: Shape
}

export interface SequenceNeeds {
  /** What each element is. */
  readonly element?: SocketSpec
}

/** How deep sequences are nested; 0: it is no sequence. */
export const shapeDepth = (shape: Shape): number => (shape.kind === 'sequence' ? 1 + shapeDepth(shape.element) : 0)

export const sequence: Kind<SequenceValue, SequenceShape, SequenceNeeds> = {
  kind: 'sequence',
  words: { title: 'Sequence', one: 'a sequence' },
  look: { light: '#6347bd', dark: '#b6a3f7', radius: '3px' },
  head: z.object({
    kind: z.literal('sequence'),
    length: z.number().int().nonnegative(),
    element: z.looseObject({ kind: z.string() }),
    labels: z.array(z.string()).optional(),
  }),
  shape: ({ length, element }) => ({ kind: 'sequence', length, element }),
  describe: ({ length, element }) => `${length ?? 'some'} × (${describeShape(element)})`,
  size: ({ element }) => sizeOf(element),
  drawn: ({ element }) => drawnSize(element),
  pictured: ({ element }) => picturedAs(element),
  // Elements are made on request: there is no sequence without a node that gives it.
  sample: async () => [],
}
