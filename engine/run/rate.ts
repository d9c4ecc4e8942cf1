/** How fast a live source is shown: frames a second, and their age when they were, over the last two seconds. */
const span = 2000

export class Rate {
  #shown: { readonly at: number; readonly age: number }[] = []

  /** A frame made `age` ms ago was shown at this time. */
  add(at: number, age: number): void {
    this.#shown.push({ at, age })
    const from = at - span
    while ((this.#shown[0]?.at ?? from) < from) this.#shown.shift()
  }

  /** Frames a second; undefined before there are two. */
  get fps(): number | undefined {
    const [first, last] = [this.#shown[0], this.#shown.at(-1)]
    const ms = first && last ? last.at - first.at : 0
    return ms > 0 ? (1000 * (this.#shown.length - 1)) / ms : undefined
  }

  /** The median age, in ms. */
  get latency(): number | undefined {
    return this.#shown.map(({ age }) => age).sort((a, b) => a - b)[this.#shown.length >> 1]
  }
}
