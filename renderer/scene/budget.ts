/** How many splats are drawn while the camera moves, so that frames follow one another quickly. */

/** What a frame may take while the camera moves, in ms. */
const wanted = 40
/** Faster frames than this part of it leave room for more. */
const spare = 0.7
/** Never fewer: a scene must be recognised. */
const least = 20_000
/** A longer gap is a pause of the hand, not a frame. */
const pauseMs = 10_000

/** To begin with: without a graphics card a frame of millions takes minutes, and cannot be stopped. With one, all are drawn soon. */
const first = 250_000

export class Budget {
  #most = first
  #last: number | undefined
  #ms = 0

  /** Of another scene. */
  forget(): void {
    this.#most = first
    this.#last = undefined
    this.#ms = 0
  }

  /** How many of `count` splats to draw. */
  limit = (count: number): number => Math.max(Math.min(count, least), Math.min(count, Math.round(this.#most)))

  /** No frame follows for now. */
  pause(): void {
    this.#last = undefined
  }

  /** A frame with this many splats was drawn. Returns the time between frames. */
  drawn(splats: number, moving: boolean, now = performance.now()): number {
    const gap = moving && this.#last !== undefined ? now - this.#last : undefined
    this.#last = moving ? now : undefined
    if (gap === undefined || gap > pauseMs) return this.#ms
    this.#ms = this.#ms === 0 ? gap : 0.7 * this.#ms + 0.3 * gap
    if (this.#ms > wanted || this.#ms < spare * wanted)
      this.#most = Math.max(least, splats * Math.min(1.25, Math.max(0.5, wanted / this.#ms)))
    return this.#ms
  }
}
