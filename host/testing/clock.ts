/** For tests: time that stands still until it is told to go on. */
import type { Clock } from '../../engine/types/clock.ts'

interface Timer {
  readonly time: number
  readonly go: () => void
}

export class TestClock implements Clock {
  #now = 0
  #timers: Timer[] = []

  now(): number {
    return this.#now
  }

  until(time: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (time <= this.#now) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const remove = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      }
      const stop = (): void => {
        remove()
        reject(signal.reason)
      }
      const timer = {
        time,
        go: () => {
          remove()
          signal.removeEventListener('abort', stop)
          resolve()
        },
      }
      signal.addEventListener('abort', stop, { once: true })
      this.#timers.push(timer)
    })
  }

  /** Who waits for a time. */
  get waiting(): number {
    return this.#timers.length
  }

  /** Lets time pass, timer by timer; what each sets off has ended before the next, unless it waits for something real. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await turns()
    for (;;) {
      const next = this.#timers.reduce<Timer | undefined>(
        (first, timer) => (timer.time <= end && (!first || timer.time < first.time) ? timer : first),
        undefined,
      )
      if (!next) break
      this.#now = next.time
      next.go()
      await turns()
    }
    this.#now = end
  }
}

/** Some turns of the event loop. */
async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
}
