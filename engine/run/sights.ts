import { type FlatGraph, type FlatOutput, resolve } from '../graph/topology.ts'
import type { View } from '../protocol/messages.ts'

/** A view and the output that it shows. */
export interface Sight {
  readonly view: View
  readonly output: FlatOutput
}

/** Finds the outputs behind the views. A view of something that the graph does not have is left out. */
export function sightsOf(flat: FlatGraph, views: readonly View[]): readonly Sight[] {
  return views.flatMap((view) => {
    const output = resolve(flat, view.node, view.port)
    return output ? [{ view, output }] : []
  })
}
