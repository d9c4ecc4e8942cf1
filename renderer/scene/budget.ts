/**
 * How many splats are drawn. While the camera moves: as many as leave frames quick. At rest: more and more, until all are there or a
 * step would keep the window from answering.
 */

/** What a frame may take while the camera moves, in ms. */
const wanted = 40
/** Faster frames than this part of it leave room for more. */
const spare = 0.7
/** Never fewer: a scene must be recognised. */
const least = 20_000
/** A longer gap is a pause of the hand, not a frame. */
const pauseMs = 10_000
/** A new number means a new sort, so the last one is kept while it is within these factors of the wanted one. */
const near = [0.8, 1.3] as const

/** The first number, for machines without a graphics card, where a splat takes 5 to 10 µs. With a card, it soon grows to all. */
const first = 60_000
/** At rest, each step draws this many times as many splats as the last. */
const growth = 4
/** A step may draw more than that if it takes no longer than this, in ms. */
const soonMs = 300
/** The longest that nothing can interrupt, in ms: splats are made ready and sorted in one go. */
const atOnceMs = 1000
/** A step may take this many times as long if it draws all of them. */
const nearlyAll = 1.3
/** The time of fewer splats does not predict that of many. */
const telling = 50_000

export class Budget {
  #most = first
  #last: number | undefined
  #ms = 0
  /** ms a splat at rest; 0: not known. */
  #each = 0
  #readyEach = 0
  #readied = 0

  /** Of another scene. */
  forget(): void {
    this.#most = first
    this.#last = undefined
    this.#ms = 0
    this.#each = 0
    this.#readyEach = 0
    this.#readied = 0
  }

  /** How many of `count` splats to draw in motion. `shown`: how many are drawn now. */
  limit(count: number, shown = 0): number {
    const most = Math.max(Math.min(count, least), Math.min(count, Math.round(this.#most)))
    const kept = shown <= count && shown > near[0] * most && shown < near[1] * most && most < count
    return kept ? shown : most
  }

  /** How many of `count` to draw next at rest, when `shown` are drawn: more, or as many once it is at an end. */
  next(count: number, shown: number): number {
    const quick = this.#each > 0 ? soonMs / this.#each : first
    const ready = this.#readyEach > 0 ? Math.floor(atOnceMs / this.#readyEach) : count
    const most = count <= nearlyAll * ready ? count : ready
    const next = Math.max(growth * shown, quick, Math.min(count, least))
    // A last step that adds little is not worth another picture.
    return Math.max(shown, Math.min(count, most, Math.round(next > 0.6 * Math.min(count, most) ? count : next)))
  }

  /**
   * `splats` were made ready and sorted in `ms` milliseconds. The first time does not count: it includes compiling shaders. Other
   * work of the machine only makes it longer, so the shortest counts.
   */
  readied(splats: number, ms: number): void {
    if (this.#readied++ === 0 || splats < telling) return
    this.#readyEach = Math.min(this.#readyEach || Number.POSITIVE_INFINITY, ms / splats)
  }

  /** `splats` were drawn at rest in `ms` milliseconds. The first drag begins with what that says. */
  rested(splats: number, ms: number): void {
    if (splats < least) return
    this.#each = ms / splats
    if (this.#ms === 0) this.#most = Math.max(least, wanted / this.#each)
  }

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
