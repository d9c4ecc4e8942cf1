/** Who holds what: a thing lasts until everyone who held it has let go. */

/** Something that stays as it is until everyone who held it has dropped it. */
export interface Holdable {
  hold(): void
  drop(): void
}

/** Holds things for a while, and drops them all at once. What comes after its end is not held: nobody waits for it any more. */
export class Lease {
  #held: Holdable[] = []
  #ended = false

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
