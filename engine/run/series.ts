/** How deeply sequences are nested, and how many levels an input takes itself. For the remaining levels its node runs per element. */
import { takenDepth } from '../graph/convert.ts'
import { shapeDepth } from '../values/index.ts'
import type { SocketSpec } from '../values/socket.ts'
import { shapeOfValue } from './outside.ts'
import type { Given, Series, Wired } from './result.ts'

/** 0: no sequence; 2: a sequence of sequences. */
export const depthOf = (value: Wired): number => (value.kind === 'series' ? 1 + shapeDepth(value.element) : 0)

/** How many levels of sequences the node iterates over for this input: 0 if it takes the value as it is. */
export const excess = (value: Wired, spec: SocketSpec): number => Math.max(0, depthOf(value) - takenDepth(spec))

/** The input of a collecting socket that gets a single value. */
export function seriesOfOne(given: Given): Series {
  return {
    kind: 'series',
    length: 1,
    element: shapeOfValue(given.value),
    ahead: async () => undefined,
    at: (_, { lease }) => {
      lease.add(given.owner)
      return Promise.resolve(given)
    },
  }
}
