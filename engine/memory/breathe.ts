import type { Parts } from '../types/in-parts.ts'

/** Yields to the event loop. A message is a task of its own, and not throttled like timers. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })

/** How long work on many small things goes on before others have their turn, in ms. */
const stretch = 8

let last = 0
const waiting: (() => void)[] = []
let resuming = false

/** Work that may take long begins, in a turn of its own. */
export function beginStretch(): void {
  last = performance.now()
}

/** Whether `pause` would yield: for work that is asynchronous only where it has to be. */
export const isLong = (): boolean => performance.now() - last > stretch

/**
 * Yields to the event loop once work has gone on for long, so that messages of the window are handled however many nodes there
 * are. Those that wait then continue one after the other, as many as fit into each stretch.
 */
export async function pause(): Promise<void> {
  if (!isLong()) return
  await new Promise<void>((resolve) => {
    waiting.push(resolve)
    if (!resuming) void resumeAll()
  })
}

/** Does work that comes in parts: at once if it is short, otherwise with pauses, in which others have their turn. */
export function inParts<T>(parts: Parts<T>): T | Promise<T> {
  for (let part = parts.next(); ; part = parts.next()) {
    if (part.done) return part.value
    if (isLong()) return withPauses(parts)
  }
}

async function withPauses<T>(parts: Parts<T>): Promise<T> {
  for (;;) {
    await pause()
    const part = parts.next()
    if (part.done) return part.value
  }
}

async function resumeAll(): Promise<void> {
  resuming = true
  for (let at = 0; at < waiting.length; ) {
    await breathe()
    last = performance.now()
    while (at < waiting.length && !isLong()) {
      waiting[at++]?.()
      // A few turns of the microtask queue, in which it does its work, so that the next look at the clock counts that.
      for (let i = 0; i < 6; i++) await null
    }
  }
  waiting.length = 0
  resuming = false
}
