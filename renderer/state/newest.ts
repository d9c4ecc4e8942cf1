/** One request at a time: while one is under way, only the newest of those that follow is kept. */
export type AskNewest<T> = (question: () => Promise<T>, answer: (told: T | undefined, error?: unknown) => void) => void

export function newestOnly<T>(): AskNewest<T> {
  let busy = false
  let next: Parameters<AskNewest<T>> | undefined
  const go: AskNewest<T> = async (question, answer) => {
    if (busy) {
      next = [question, answer]
      return
    }
    busy = true
    try {
      answer(await question())
    } catch (error) {
      answer(undefined, error)
    }
    busy = false
    const waiting = next
    next = undefined
    if (waiting) void go(...waiting)
  }
  return go
}
