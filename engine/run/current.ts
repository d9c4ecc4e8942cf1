/** What a preview shows of an output: its value, or, of a sequence, the chosen element. */

import { givenBy, Mapped } from './evaluate.ts'
import type { Execution } from './execution.ts'
import type { Lease } from './lease.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Given } from './result.ts'

/** A sequence on the way to an element. */
export interface Level {
  /** The node that gave the sequence: choosing an element there chooses it for everything that depends on it. */
  readonly node: string
  readonly length: number
  readonly index: number
}

export interface Current {
  /** Outermost first; empty for a single value. */
  readonly path: readonly Level[]
  /** Held by the lease. Absent if a sequence is empty, or there is no output. */
  readonly given: Given | undefined
}

/** `chosen`: the index chosen at a node. `port` absent: runs the node and returns nothing. Throws Stopped. */
export async function currentOf(
  execution: Execution,
  planned: PlannedNode,
  port: string | undefined,
  chosen: (node: string) => number,
  lease: Lease,
): Promise<Current> {
  const path: Level[] = []
  const visit = { task: execution.task, lease }
  /** The index at the next level; undefined: the sequence is empty. */
  const next = (length: number): number | undefined => {
    const node = execution.rootOf(planned, path.length)
    // A node that gives sequences of sequences has one index only: for the outer one.
    const inner = path.some((level) => level.node === node)
    const index = inner ? 0 : Math.min(chosen(node), length - 1)
    path.push({ node, length, index: Math.max(0, index) })
    return length > 0 ? index : undefined
  }
  let outcome = await execution.resolve(planned, lease)
  while (outcome instanceof Mapped) {
    const index = next(outcome.length)
    if (index === undefined) return { path, given: undefined }
    outcome = await outcome.at(index, visit)
  }
  let given = port === undefined ? undefined : givenBy(outcome, planned, port)
  while (given?.value.kind === 'series') {
    const index = next(given.value.length)
    if (index === undefined) return { path, given: undefined }
    given = await given.value.at(index, visit, planned.node)
  }
  return { path, given }
}
