/** How deeply sequences are nested, and how many levels an input takes itself. For the remaining levels its node runs per element. */
import { takenDepth } from '../graph/convert.ts'
import type { Shape } from '../values/index.ts'
import type { SocketSpec } from '../values/socket.ts'
import type { Given, Series, Wired } from './result.ts'

export const shapeDepth = (shape: Shape): number => (shape.kind === 'sequence' ? 1 + shapeDepth(shape.element) : 0)

/** 0: no sequence; 2: a sequence of sequences. */
export const depthOf = (value: Wired): number => (value.kind === 'series' ? 1 + shapeDepth(value.element) : 0)

/** How many levels of sequences the node iterates over for this input: 0 if it takes the value as it is. */
export const excess = (value: Wired, spec: SocketSpec): number => Math.max(0, depthOf(value) - takenDepth(spec))

/** The input of a collecting socket that gets a single value. */
export function seriesOfOne(given: Given): Series {
  const { value } = given
  const element: Shape =
    value.kind === 'series'
      ? { kind: 'sequence', length: value.length, element: value.element }
      : value.kind === 'image' || value.kind === 'tensor'
        ? value
        : { kind: value.kind }
  return {
    kind: 'series',
    length: 1,
    element,
    at: (_, { lease }) => {
      lease.add(given.owner)
      return Promise.resolve(given)
    },
  }
}
