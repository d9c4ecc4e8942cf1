/** How long a node's kernels took on the GPU, by its own clock. */
import { mapForReading, usage } from './usage.ts'

/** The number of passes that a timer can time, two queries each (WebGPU has 4096 at most); later ones are not counted. */
const passes = 2048

export class Timer {
  readonly #device: GPUDevice
  readonly #queries: GPUQuerySet
  readonly #resolved: GPUBuffer
  readonly #read: GPUBuffer
  #used = 0

  constructor(device: GPUDevice) {
    this.#device = device
    const size = passes * 2 * 8
    this.#queries = device.createQuerySet({ type: 'timestamp', count: passes * 2 })
    this.#resolved = device.createBuffer({ size, usage: usage.resolve | usage.copySource })
    this.#read = device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget })
  }

  /** The timestamps for the next pass to write, if there is room. */
  next(): GPUComputePassTimestampWrites | undefined {
    if (this.#used === passes) return undefined
    const first = 2 * this.#used++
    return { querySet: this.#queries, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 }
  }

  /** Milliseconds of all passes since the last call, once they have run. */
  async take(): Promise<number> {
    const count = this.#used
    this.#used = 0
    if (count === 0) return 0
    const encoder = this.#device.createCommandEncoder()
    encoder.resolveQuerySet(this.#queries, 0, count * 2, this.#resolved, 0)
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#read, 0, count * 16)
    this.#device.queue.submit([encoder.finish()])
    await this.#read.mapAsync(mapForReading, 0, count * 16)
    const times = new BigUint64Array(this.#read.getMappedRange(0, count * 16).slice(0))
    this.#read.unmap()
    let sum = 0n
    for (let i = 0; i < times.length; i += 2) {
      const [begin = 0n, end = 0n] = [times[i], times[i + 1]]
      if (end > begin) sum += end - begin
    }
    return Number(sum) / 1e6
  }
}
