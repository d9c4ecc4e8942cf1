/** The cells of a sweep: more inputs of one node of the flat graph, which no document has. */
import type { NodeInfo } from './catalogue.ts'

/** The input of a cell, for an input of the sweep. */
export const cellPort = (input: string, cell: number): string => `${input}:${cell}`

/** No file can have it. */
const cells = Symbol('cells')

/** The record of a sweep in the flat graph. */
export const recordWithCells = <T extends object>(record: T, count: number): T =>
  Object.assign({ ...record }, { [cells]: count })

/** How many cells a record of the flat graph has; 0 in the document. */
export const cellsOf = (record: object): number => (record as { readonly [cells]?: number })[cells] ?? 0

const made = new WeakMap<NodeInfo, Map<number, NodeInfo>>()

/** With an input for each cell beside each of its own. The same object for the same number, so that nobody looks at a node again. */
export function withCells(info: NodeInfo, count: number): NodeInfo {
  const known = made.get(info) ?? new Map<number, NodeInfo>()
  made.set(info, known)
  const before = known.get(count)
  if (before) return before
  const inputs = Object.entries(info.inputs)
  const more = Array.from({ length: count }, (_, cell) =>
    inputs.map(([input, socket]) => [cellPort(input, cell), { ...socket, optional: true as const }] as const),
  )
  const next = { ...info, inputs: { ...info.inputs, ...Object.fromEntries(more.flat()) } }
  known.set(count, next)
  return next
}
