/**
 * Trustworthy ratios on a shared machine: A and B run in turn (A B A B ...), every pair gives a ratio, and the median is
 * printed. Time stolen by other machines is measured as well; above 5 % the line says unreliable.
 */
import { readFileSync } from 'node:fs'

/** One timed run; returns milliseconds. A peer in another process times itself. */
export type Timed = () => number | Promise<number>

/** Times `work` here. */
export const timed =
  (work: () => unknown): Timed =>
  async () => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear interpolation, NumPy's default. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

/** Jiffies since boot: total and stolen. Systems that do not report it (not Linux) count as having none stolen. */
function cpuTimes(): { all: number; stolen: number } {
  try {
    const fields = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/).slice(1).map(Number)
    return { all: fields.slice(0, 8).reduce((a, b) => a + b, 0), stolen: fields[7] ?? 0 }
  } catch {
    return { all: 0, stolen: 0 }
  }
}

export interface Pair {
  readonly a: number
  readonly b: number
  /** Median of a/b over the pairs. */
  readonly ratio: number
  readonly pairs: number
  /** The fraction of processor time taken by other machines, 0..1. */
  readonly steal: number
  readonly reliable: boolean
}

export interface PairOptions {
  /** The largest number of pairs (31 pairs of 2 ms would be over before V8 has compiled the code around a kernel), */
  readonly pairs?: number
  /** within this many seconds (but at least 5 pairs). */
  readonly seconds?: number
  readonly warmup?: number
}

export async function pairs(a: Timed, b: Timed, options: PairOptions = {}): Promise<Pair> {
  const { pairs: most = 201, seconds = 6, warmup = 5 } = options
  for (let i = 0; i < warmup; i++) {
    await a()
    await b()
  }
  const as: number[] = []
  const bs: number[] = []
  const ratios: number[] = []
  const before = cpuTimes()
  const start = performance.now()
  while (ratios.length < most && (ratios.length < 5 || performance.now() - start < seconds * 1000)) {
    const ta = await a()
    const tb = await b()
    as.push(ta)
    bs.push(tb)
    ratios.push(ta / tb)
  }
  const after = cpuTimes()
  const steal = after.all > before.all ? (after.stolen - before.stolen) / (after.all - before.all) : 0
  return { a: median(as), b: median(bs), ratio: median(ratios), pairs: ratios.length, steal, reliable: steal <= 0.05 }
}
