/**
 * GPU buffers under a budget: freed ones are kept for the next request of their size, because creating one costs more than most
 * kernels. All work goes through one queue, so a buffer may be reused before the work that used it last has run.
 */
import { GpuError } from './error.ts'

/** A part of the GPU's memory, for `bytes` bytes. The buffer may be larger. */
export interface Block {
  readonly buffer: GPUBuffer
  readonly bytes: number
}

export interface BufferLimits {
  /** Bytes that may be in use or kept at one time. */
  readonly budget: number
  /** The largest buffer that a kernel can be given. */
  readonly largest: number
}

/** Sizes are rounded up to an eighth of a power of two, so that nearly equal sizes share buffers. */
export function roundUp(bytes: number): number {
  const step = Math.max(256, 2 ** Math.floor(Math.log2(Math.max(1, bytes))) / 8)
  return Math.max(256, Math.ceil(bytes / step) * step)
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10

export class Buffers {
  budget: number
  readonly largest: number
  /** Called when `bytes` more do not fit: gives up some values, and returns whether it did. */
  onPressure: (bytes: number) => boolean = () => false
  readonly #device: GPUDevice
  readonly #usage: number
  /** By size, the most recently used last. */
  readonly #idle = new Map<number, GPUBuffer[]>()
  #used = 0
  #kept = 0

  constructor(device: GPUDevice, usage: number, { budget, largest }: BufferLimits) {
    this.#device = device
    this.#usage = usage
    this.budget = budget
    this.largest = largest
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used
  }

  /** Contents undefined. Throws GpuError `limit`. */
  async alloc(bytes: number): Promise<Block> {
    const known = this.#reuse(bytes)
    if (known) return known
    const size = this.#reserve(bytes)
    let buffer = await this.#create(size)
    if (!buffer) {
      this.trim(Infinity)
      this.onPressure(size)
      this.trim(Infinity)
      buffer = await this.#create(size)
    }
    if (buffer) return { buffer, bytes }
    this.#used -= size
    throw new GpuError('limit', `no room for ${megabytes(bytes)} MB on the GPU`)
  }

  /** Like `alloc`, synchronously. If the GPU has no memory left, an error scope of the caller's shows it. */
  take(bytes: number): Block {
    return (
      this.#reuse(bytes) ?? {
        buffer: this.#device.createBuffer({ size: this.#reserve(bytes), usage: this.#usage }),
        bytes,
      }
    )
  }

  free({ buffer }: Block): void {
    const { size } = buffer
    this.#used -= size
    this.#kept += size
    const same = this.#idle.get(size)
    if (same) same.push(buffer)
    else this.#idle.set(size, [buffer])
    if (this.#used + this.#kept > this.budget) this.trim(this.#used + this.#kept - this.budget)
  }

  /** Returns this many bytes of unused buffers to the system. */
  trim(bytes: number): void {
    let left = bytes
    for (const same of this.#idle.values())
      while (left > 0) {
        const buffer = same.shift()
        if (!buffer) break
        left -= buffer.size
        this.#kept -= buffer.size
        buffer.destroy()
      }
  }

  #reuse(bytes: number): Block | undefined {
    const size = roundUp(bytes)
    const buffer = this.#idle.get(size)?.pop()
    if (!buffer) return undefined
    this.#kept -= size
    this.#used += size
    return { buffer, bytes }
  }

  /** Counts a buffer for this many bytes from now on and returns its size: others may ask before it exists. */
  #reserve(bytes: number): number {
    if (bytes > this.largest)
      throw new GpuError('limit', `${megabytes(bytes)} MB at once, of ${megabytes(this.largest)} MB at most`)
    const size = roundUp(bytes)
    this.#makeRoom(size)
    this.#used += size
    return size
  }

  #makeRoom(size: number): void {
    const over = (): number => this.#used + this.#kept + size - this.budget
    if (over() > 0) this.trim(over())
    while (over() > 0 && this.onPressure(over())) this.trim(over())
    if (over() > 0)
      throw new GpuError('limit', `no room for ${megabytes(size)} MB, with ${megabytes(this.#used)} MB in use`)
  }

  /** Undefined if the GPU has no room. */
  async #create(size: number): Promise<GPUBuffer | undefined> {
    this.#device.pushErrorScope('out-of-memory')
    const buffer = this.#device.createBuffer({ size, usage: this.#usage })
    const error = await this.#device.popErrorScope()
    if (!error) return buffer
    buffer.destroy()
    return undefined
  }
}
