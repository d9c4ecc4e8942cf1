/**
 * How many requests of a window are worked on at once. Each takes memory while it is answered, and its answer until it is sent, so
 * the others of the same method wait their turn.
 */

const atOnce = 4
/** The newest of these cancels the one before, so it must not wait for it. */
const newestWins = new Set(['provenance', 'steps'])
/** These take much memory. Parts of a stream also have to stay in order. */
const alone = new Set([
  ...['statistics', 'card', 'scene', 'splats', 'share', 'sharePart'],
  ...['network', 'inflate', 'upload', 'load', 'upgrade'],
])

interface Lane {
  working: number
  readonly waiting: (() => void)[]
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>()

  /** Runs `work` when it is its turn. */
  async run(method: string, work: () => Promise<void>): Promise<void> {
    if (newestWins.has(method)) return work()
    const lane = this.#lanes.get(method) ?? { working: 0, waiting: [] }
    this.#lanes.set(method, lane)
    if (lane.working < (alone.has(method) ? 1 : atOnce)) lane.working++
    // A request that ends passes its place on.
    else await new Promise<void>((resolve) => lane.waiting.push(resolve))
    try {
      await work()
    } finally {
      const next = lane.waiting.shift()
      if (next) next()
      else if (--lane.working === 0) this.#lanes.delete(method)
    }
  }
}
