/** Time, as live sources and their loop know it. Injected, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since some beginning. */
  now(): number
  /** Resolves at this time, at once if it has passed. Rejects with the signal's reason when aborted. */
  until(time: number, signal: AbortSignal): Promise<void>
}

const now = (): number => performance.now()

export const wallClock: Clock = {
  now,
  until: (time, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', stop)
          resolve()
        },
        Math.max(0, time - now()),
      )
      signal.addEventListener('abort', stop, { once: true })
    }),
}

/** A clock that jumps to whatever is waited for: a source that is read frame by frame leaves none out. */
export function hurriedClock(): Clock {
  let time = 0
  return {
    now: () => time,
    async until(next, signal) {
      signal.throwIfAborted()
      time = Math.max(time, next)
    },
  }
}
