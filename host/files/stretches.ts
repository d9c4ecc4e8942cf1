/** Work on many numbers in the engine's thread, a few milliseconds at a stretch. */
import { breathe } from '../../engine/memory/breathe.ts'

/** Calls `each` for every index. After each `stretch` of them the event loop has its turn, and an aborted signal ends it. */
export async function inStretches(
  count: number,
  stretch: number,
  signal: AbortSignal,
  each: (i: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += stretch) {
    const to = Math.min(count, from + stretch)
    for (let i = from; i < to; i++) each(i)
    await breathe()
    signal.throwIfAborted()
  }
}
