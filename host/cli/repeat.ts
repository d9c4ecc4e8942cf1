/** Medians of repeated runs. */
import type { RunResult } from '../../engine/run/engine.ts'

export type NodeTimes = Pick<RunResult, 'ms'> & {
  readonly nodes: readonly { readonly id: string; readonly ms: number }[]
}

export interface Times {
  readonly ms: number
  readonly nodes: ReadonlyMap<string, number>
}

/** The middle one; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

/** Of the whole run, and of every node separately, so they need not add up. */
export function medians(runs: readonly NodeTimes[]): Times {
  const nodes = Map.groupBy(
    runs.flatMap((run) => run.nodes),
    ({ id }) => id,
  )
  return {
    ms: median(runs.map(({ ms }) => ms)),
    nodes: new Map([...nodes].map(([id, times]) => [id, median(times.map(({ ms }) => ms))])),
  }
}
