/**
 * Heavy work off the engine's thread. A node's `run` shares its thread with every window's previews, so what computes for long
 * in plain TypeScript (training, RANSAC, decoding) is a pure function in a module of its own, which a host runs in a worker.
 */

/** What a work may say and ask while it runs. */
export interface WorkContext {
  /** Whether the result is no longer wanted. A work that looks at it can tidy up; one that does not is ended with its thread. */
  readonly cancelled: boolean
  /** 0..1, with what is being done. Sent at most every 16 ms. */
  progress(fraction: number, say?: string): void
}

export interface Work<I, O> {
  /** The module's path without its ending: `detect/nms` for `nodes/detect/nms.work.ts`. Workers find the function by it. */
  readonly name: string
  /**
   * Depends on nothing but its input. Input and output are copied as by `structuredClone`; arrays over shared memory are not
   * copied, and buffers of the output are moved.
   */
  readonly run: (input: I, context: WorkContext) => O | Promise<O>
}

/** Declares a pure function that runs in a thread of its own. It is the module's only work, and is exported. */
export const defineWork = <I, O>(work: Work<I, O>): Work<I, O> => work

export interface WorkOptions {
  readonly signal: AbortSignal
  /** Buffers of the input that are moved instead of copied. The caller has them no longer. */
  readonly transfer?: readonly ArrayBuffer[]
  readonly progress?: (fraction: number, say?: string) => void
}

/** What a host gives the engine to run works with. */
export interface WorkPool {
  /**
   * Waits for a free thread, then for the function. Rejects with the signal's reason once the function has really stopped, at
   * most 100 ms after the abort.
   * @throws `work.failed`, `work.ended`, and whatever SightlineError the function threw
   */
  run<I, O>(work: Work<I, O>, input: I, options: WorkOptions): Promise<O>
}

/** For engines without threads: works run where everything runs. */
export const workHere: WorkPool = {
  async run(work, input, { signal, progress }) {
    signal.throwIfAborted()
    const context: WorkContext = {
      get cancelled() {
        return signal.aborted
      },
      progress: (fraction, say) => progress?.(fraction, say),
    }
    const output = await work.run(input, context)
    signal.throwIfAborted()
    return output
  },
}
