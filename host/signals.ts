/** Signals that ask a command to end: it does so in order, and its exit code says which it was, as a shell expects. */
import { constants } from 'node:os'

const asking = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]

export interface Interruption {
  /** The first signal, once there was one. */
  readonly signal: NodeJS.Signals | undefined
  /** From now on signals have their usual effect. */
  stop(): void
}

/** Calls `end` with each such signal, until `stop`. */
export function onInterruption(end: (signal: NodeJS.Signals) => void): Interruption {
  let first: NodeJS.Signals | undefined
  const interrupt = (signal: NodeJS.Signals): void => {
    first ??= signal
    end(signal)
  }
  for (const signal of asking) process.on(signal, interrupt)
  return {
    get signal() {
      return first
    },
    stop() {
      for (const signal of asking) process.off(signal, interrupt)
    },
  }
}
