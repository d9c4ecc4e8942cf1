/** How much a run of a node has to do, for the time that it takes: known before it by shapes, and after it by values. */
import { numbersOf, sumOf } from './amounts.ts'
import { shapeOfValue } from './outside.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Given, Wired } from './result.ts'

/** What a node was, or will be, asked to do. */
export interface Effort {
  readonly type: string
  /** Choices, and the model: what makes another computation of it. */
  readonly variant: string
  /** The numbers that it is given, of a source those that it gives; 0: no arrays; undefined: not known. */
  readonly size: number | undefined
}

/** What a run of a node was, by what it was given and what came of it. */
export function effortDone(
  planned: PlannedNode,
  inputs: Readonly<Record<string, Given>>,
  outputs: Readonly<Record<string, Wired>>,
): Effort {
  const given = Object.values(inputs).map(({ value }) => numbersOf(shapeOfValue(value)))
  const made = Object.values(outputs).map((value) => numbersOf(shapeOfValue(value)))
  return effortOf(planned, given, made)
}

/** The making of one element of its sequence. */
export const elementEffort = ({ definition: { type } }: PlannedNode): Effort => ({
  type,
  variant: 'element',
  size: undefined,
})

export function effortOf(
  planned: PlannedNode,
  given: readonly (number | undefined)[],
  made: readonly (number | undefined)[],
) {
  // A source works on what it gives. Which outputs are wanted makes little difference.
  const size = given.length > 0 ? sumOf(given) : made.reduce((most, one) => maxOf(most, one), 0)
  return { type: planned.definition.type, variant: variantOf(planned), size }
}

export const maxOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(a, b)

/** What tells one computation of a type from another: its choices, and the files of pure nodes, which are models. */
export function variantOf({ definition: { kind, params: specs }, params }: PlannedNode): string {
  const parts = Object.entries(specs).flatMap(([name, { type }]) =>
    type === 'choice' || type === 'boolean' || (type === 'file' && kind === 'pure') ? [`${name}=${params[name]}`] : [],
  )
  // It is a name in a small file, not a key of results.
  return parts.join(' ').slice(0, 200)
}
