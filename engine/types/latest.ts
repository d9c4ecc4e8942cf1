/** A mailbox with room for one frame: between a source that pushes whenever it likes and a reader that takes the newest. */
import type { FeedFrame } from './feed.ts'

export class Latest<D> implements AsyncIterable<FeedFrame<D>> {
  #count = 0
  #newest: FeedFrame<D> | undefined
  #ended = false
  #error: unknown
  #wake: (() => void) | undefined

  /** @param signal ends it when aborted */
  constructor(signal?: AbortSignal) {
    signal?.addEventListener('abort', () => this.end(), { once: true })
  }

  /** Replaces a frame that nobody has taken. `time`: when it was made. */
  push(data: D, time: number): void {
    this.#newest = { index: this.#count++, time, data }
    this.#wake?.()
  }

  /** No more frames will come. With an error, the reader fails with it. */
  end(error?: unknown): void {
    this.#ended = true
    this.#error = error
    this.#wake?.()
  }

  /** Frames that were pushed so far. */
  get count(): number {
    return this.#count
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedFrame<D>> {
    for (;;) {
      const frame = this.#newest
      this.#newest = undefined
      if (frame) yield frame
      else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
    }
  }
}
