/** For tests: a work that keeps its thread busy, and ends as it is told to. */
import { SightlineError } from '../../engine/types/problem.ts'
import { defineWork } from '../../engine/types/work.ts'

export interface Spin {
  readonly ms: number
  /** Looks whether it is cancelled. */
  readonly polite?: boolean
  /** How it ends. */
  readonly end?: 'throw' | 'problem' | 'exit' | 'memory'
  readonly numbers?: Float32Array
}

export const spin = defineWork({
  name: 'testing/spin',
  run({ ms, polite = false, end, numbers }: Spin, context) {
    const start = performance.now()
    let rounds = 0
    for (let now = start; now - start < ms; now = performance.now()) {
      if (polite && context.cancelled) throw new Error('stopped by itself')
      context.progress((now - start) / ms, `${++rounds} rounds`)
    }
    if (end === 'throw') throw new Error('it broke')
    if (end === 'problem') throw new SightlineError('op.unsupported', { op: 'spin', given: 'this', wanted: 'that' })
    if (end === 'exit') process.exit(3)
    if (end === 'memory') for (const hoard: unknown[] = []; ; ) hoard.push(new Array(1e6).fill(rounds))
    return { rounds, doubled: numbers?.map((v) => 2 * v) }
  },
})
