/** Shared ownership: a thing lasts until everyone who held it has dropped it. */

/** Something that stays valid until everyone who held it has dropped it. */
export interface Holdable {
  /** The memory that it keeps in use, with what ops may leave beside it, in bytes. */
  readonly footprint: number
  hold(): void
  drop(): void
}

/** Holds things for a while, and drops them all at once. Things added after its end are not held, because nobody waits for them. */
export class Lease {
  #held: Holdable[] = []
  #ended = false

  /** Of everything that it holds. */
  get footprint(): number {
    return this.#held.reduce((sum, { footprint }) => sum + footprint, 0)
  }

  add<T extends Holdable>(thing: T): T {
    if (this.#ended) return thing
    thing.hold()
    this.#held.push(thing)
    return thing
  }

  end(): void {
    this.#ended = true
    for (const thing of this.#held.splice(0)) thing.drop()
  }
}
