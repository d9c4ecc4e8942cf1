/** What a GPU refuses or can no longer do. engine/ops/context.ts decides what it means for an op. */

/**
 * `lost`: the device is gone, with everything that was only there. `limit`: more than fits, or than it accepts at once.
 * `failed`: a kernel does not compile, or was called wrongly.
 */
export type GpuTrouble = 'lost' | 'limit' | 'failed'

export class GpuError extends Error {
  override readonly name = 'GpuError'
  readonly trouble: GpuTrouble
  constructor(trouble: GpuTrouble, message: string) {
    super(message)
    this.trouble = trouble
  }
}

/** Bytes that were only on a lost device. Their users have them computed again: `againIfLost`. */
export class LostError extends Error {
  override readonly name = 'LostError'
  constructor() {
    super('a value was lost with its device')
  }
}

/** Retries work that found its values lost. They are recomputed on another device. */
export async function againIfLost<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left--)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof LostError) || left === 0) throw error
    }
}
