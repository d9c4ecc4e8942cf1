/**
 * Limits how many nodes run at the same time. Waiting nodes are served in order, quick previews first. A node that waits for an
 * element of a sequence gives up its slot meanwhile, so that nested nodes cannot block each other.
 */

/** Gives up the slot until the promise settles. */
export type Pause = <T>(wait: () => Promise<T>) => Promise<T>

interface Waiter {
  readonly go: () => void
  readonly urgent: boolean
}

export class Slots {
  #free: number
  #waiting: Waiter[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Runs `work` in its own slot. Rejects with the signal's reason when aborted before there is one. */
  async use<T>(signal: AbortSignal, urgent: boolean, work: (pause: Pause) => Promise<T>): Promise<T> {
    let has = 1
    /** Several concurrent waits (elements requested together) give up the slot once. */
    let waits = 0
    await this.#take(signal, urgent)
    try {
      return await work(async (wait) => {
        if (waits++ === 0) {
          has--
          this.#give()
        }
        try {
          return await wait()
        } finally {
          if (--waits === 0) {
            await this.#take(signal, urgent)
            has++
          }
        }
      })
    } finally {
      if (has > 0) this.#give()
    }
  }

  #take(signal: AbortSignal, urgent: boolean): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        urgent,
        go: () => {
          signal.removeEventListener('abort', stop)
          resolve()
        },
      }
      signal.addEventListener('abort', stop, { once: true })
      const behind = urgent ? this.#waiting.findIndex((other) => !other.urgent) : -1
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter)
    })
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next) next.go()
    else this.#free++
  }
}
