/** Lets a few tasks run at a time. One whose signal is aborted never starts; a running one is no longer waited for. */

export type Gate = <T>(task: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** Rejects with the signal's reason as soon as it is aborted; the task's result is dropped. */
function abandonable<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function createGate(width: number): Gate {
  let free = width
  const waiting: (() => void)[] = []

  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  const enter = (signal: AbortSignal): Promise<void> => {
    if (free > 0) {
      free--
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        waiting.splice(waiting.indexOf(start), 1)
        reject(signal.reason)
      }
      waiting.push(start)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  return async (task, signal) => {
    signal.throwIfAborted()
    await enter(signal)
    if (signal.aborted) {
      leave()
      throw signal.reason
    }
    return abandonable(task().finally(leave), signal)
  }
}
