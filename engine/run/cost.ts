/** What a run of a node costs, and how that is measured. Times in ms. */

/** The three parts add up to the time from when the inputs were there until the node had ended. */
export interface Cost {
  /** When it began to work and when it ended, as `performance.now()`. */
  readonly from: number
  readonly to: number
  readonly compute: number
  /** Moving numbers: to and from the GPU, and back to where they had been spilled from. */
  readonly transfer: number
  /** For its turn, and for elements that other nodes make. */
  readonly wait: number
}

/** Without waiting. */
export const ownTime = ({ compute, transfer }: Pick<Cost, 'compute' | 'transfer'>): number => compute + transfer

/** Measures one run of a node. It waits for its turn until `start`. */
export class Meter {
  #at = performance.now()
  #from: number | undefined
  #waits = 1
  #transfers = 0
  readonly #spent = { compute: 0, transfer: 0, wait: 0 }

  start(): void {
    this.#count()
    this.#from = this.#at
    this.#waits--
  }

  /** Counts the time of `work` as something other than computing. A transfer during a wait is a transfer. */
  async during<T>(what: 'transfer' | 'wait', work: () => Promise<T>): Promise<T> {
    this.#change(what, 1)
    try {
      return await work()
    } finally {
      this.#change(what, -1)
    }
  }

  end(): Cost {
    this.#count()
    return { from: this.#from ?? this.#at, to: this.#at, ...this.#spent }
  }

  #change(what: 'transfer' | 'wait', by: 1 | -1): void {
    this.#count()
    if (what === 'wait') this.#waits += by
    else this.#transfers += by
  }

  #count(): void {
    const now = performance.now()
    const what = this.#transfers > 0 ? 'transfer' : this.#waits > 0 ? 'wait' : 'compute'
    this.#spent[what] += now - this.#at
    this.#at = now
  }
}

/** A set of spans of time. */
export class Spans {
  /** In order, without overlaps. */
  #spans: (readonly [from: number, to: number])[] = []

  add(from: number, to: number): void {
    const spans = this.#spans
    // Most spans are later than all before.
    let first = spans.length
    while (first > 0 && (spans[first - 1]?.[1] ?? 0) >= from) first--
    let last = first
    let [low, high] = [from, to]
    for (let span = spans[last]; span && span[0] <= to; span = spans[++last]) {
      low = Math.min(low, span[0])
      high = Math.max(high, span[1])
    }
    spans.splice(first, last - first, [low, high])
  }

  addAll(other: Spans): void {
    for (const [from, to] of other.#spans) this.add(from, to)
  }

  /** How long they are together; what overlaps counts once. */
  get length(): number {
    return this.#spans.reduce((sum, [from, to]) => sum + (to - from), 0)
  }
}
