/** What a GPU refuses or cannot do any more. What it means for an op is decided in engine/ops/context.ts. */

/**
 * `lost`: the device is gone, with all that was only there. `limit`: more than it has room for, or takes at once. `failed`: a
 * kernel does not compile, or was called wrongly.
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

/** Bytes that were on a device only, and went with it. Whoever needs them has them made again: `againIfLost`. */
export class LostError extends Error {
  override readonly name = 'LostError'
  constructor() {
    super('a value was lost with its device')
  }
}

/** Does something again that found its values lost. What makes them anew has another device by then. */
export async function againIfLost<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left--)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof LostError) || left === 0) throw error
    }
}
