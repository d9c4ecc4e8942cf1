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
let letting = false

/** Work that may take long begins, in a turn of its own. */
export function beginStretch(): void {
  last = performance.now()
}

/** Whether `pause` would yield: for work that is asynchronous only where it has to be. */
export const isLong = (): boolean => performance.now() - last > stretch

/**
 * Yields to the event loop where work has gone on for long, so that the window is heard however many nodes there are. Where many
 * wait, they go on one after the other.
 */
export async function pause(): Promise<void> {
  if (!isLong()) return
  await new Promise<void>((resolve) => {
    waiting.push(resolve)
    if (!letting) void letGo()
  })
}

async function letGo(): Promise<void> {
  letting = true
  for (let at = 0; at < waiting.length; ) {
    await breathe()
    last = performance.now()
    while (at < waiting.length && !isLong()) {
      waiting[at++]?.()
      // It works in the microtasks that follow.
      for (let i = 0; i < 6; i++) await null
    }
  }
  waiting.length = 0
  letting = false
}
