/**
 * The GPU device: WGSL kernels over storage buffers, through WebGPU (Dawn in Node, or the browser's own). Work goes through one
 * queue and is not awaited. Long calls are cut into strips of workgroups, so that they can be stopped in between and never keep
 * the GPU from others for long.
 */
import { breathe } from '../memory/breathe.ts'
import { type Block, Buffers } from './buffers.ts'
import { GpuError } from './error.ts'
import type { TensorFlowGpu } from './tensorflow.ts'
import { Timer } from './timer.ts'
import { mapForReading, usage } from './usage.ts'

export interface GpuCall {
  /** Entry point ENTRY of engine/ops/FOLDER/kernel.wgsl, as "FOLDER/ENTRY"; of another NAME.wgsl there, as "FOLDER.NAME/ENTRY". */
  readonly kernel: string
  /** Code generated for this call, with that entry point. The file's code, if any, and the common part come before it. */
  readonly code?: string
  /** Values of the code's `override` constants. */
  readonly constants?: Readonly<Record<string, number>>
  /** The words of `Params` after its first, `first`; floats as returned by `f32(value)`. At most 63. */
  readonly params: readonly number[]
  /** Bindings 1, 2, … of group 0, in order. The entry point uses all of them. */
  readonly buffers: readonly Block[]
  /** Workgroups in x and y. Strips are cut along y: the kernel adds `params.first` to its workgroup's y. */
  readonly groups: readonly [x: number, y: number]
  /**
   * Calls of a kernel with the same pace take about as long for a row of as many workgroups, whatever their `params` are: what is
   * known of one's time then holds for the others. Absent: that is only known of calls with the same params.
   */
  readonly pace?: string
}

export interface GpuOptions {
  /** For display. */
  readonly name: string
  /** GPU memory for values, in bytes. */
  readonly budget: number
  /**
   * The text of each kernel.wgsl by its op's folder, and `common`, which is prepended to every one. "FOLDER.subgroups" is appended
   * if the adapter has subgroups, else "FOLDER.plain", if they exist.
   */
  readonly sources: ReadonlyMap<string, string>
}

/** Bytes moved to this device and from it since it was opened. */
export interface Moves {
  up: number
  down: number
}

/** `first`, and the words of a call. */
const words = 64
/** The target time of a strip, in ms. */
const STRIP = 20
/** A number of workgroups that cannot take long. */
const SMALL = 64
/** Bytes written or read at a stretch: a millisecond or two of the engine's thread. */
const CHUNK = 8 << 20
/** How many calls' times, and how many timers, are kept. */
const REMEMBERED = 1000
const TIMERS = 16

const scratch = new DataView(new ArrayBuffer(4))
/** The word of `Params` that holds this float. */
export function f32(value: number): number {
  scratch.setFloat32(0, value)
  return scratch.getUint32(0)
}

/** Calls of one key take as long for a row of workgroups. */
const rateKey = ({ kernel, code, constants, pace, params, groups }: GpuCall): string =>
  `${kernel} ${code?.length} ${JSON.stringify(constants)} ${pace ?? params} ${groups[0]}`

/** The number of workgroups of `size` that cover `length`. */
export const cover = (length: number, size: number): number => Math.ceil(length / size)

export class GpuDevice {
  readonly name: string
  readonly device: GPUDevice
  readonly buffers: Buffers
  readonly moves: Moves = { up: 0, down: 0 }
  /** Resolves when the device is lost, with the reason in words; never rejects. */
  readonly lost: Promise<string>
  readonly #sources: ReadonlyMap<string, string>
  readonly #uniform: GPUBuffer
  readonly #modules = new Map<string, GPUShaderModule>()
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>()
  /** The time of a call per row of workgroups, in ms. */
  readonly #rates = new Map<string, number>()
  readonly #timers: Timer[] = []
  #tensorflow: Promise<TensorFlowGpu> | undefined
  #gone: string | undefined

  constructor(device: GPUDevice, { name, budget, sources }: GpuOptions) {
    this.name = name
    this.device = device
    this.#sources = sources
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits
    const largest = Math.min(maxStorageBufferBindingSize, maxBufferSize)
    this.buffers = new Buffers(device, usage.storage | usage.copySource | usage.copyTarget, { budget, largest })
    this.#uniform = device.createBuffer({ size: words * 4, usage: usage.uniform | usage.copyTarget })
    this.lost = device.lost.then(({ reason, message }) => {
      this.#gone ??= message || reason
      return this.#gone
    })
  }

  /** Why it is lost; undefined while it works. */
  get gone(): string | undefined {
    return this.#gone
  }

  get hasClock(): boolean {
    return this.device.features.has('timestamp-query')
  }

  /** A clock for the calls of one node; give it back. */
  takeTimer(): Timer | undefined {
    return this.hasClock && !this.#gone ? (this.#timers.pop() ?? new Timer(this.device)) : undefined
  }

  giveTimer(timer: Timer): void {
    if (this.#timers.length < TIMERS) this.#timers.push(timer)
  }

  /**
   * Runs a kernel. Resolves when it is in the queue, or, if it takes long, when all but its last strip have run. Throws
   * GpuError, or the signal's reason.
   */
  async dispatch(call: GpuCall, signal?: AbortSignal, timer?: Timer): Promise<void> {
    const [x, y] = call.groups
    if (x === 0 || y === 0) return
    const most = this.device.limits.maxComputeWorkgroupsPerDimension
    if (x > most || y > most) throw new GpuError('limit', `${Math.max(x, y)} workgroups, of ${most} at most`)
    if (call.params.length >= words)
      throw new GpuError('failed', `${call.params.length} words, of ${words - 1} at most`)
    const pipeline = await this.#pipeline(call)
    signal?.throwIfAborted()
    const bindings = this.#bind(pipeline, call)
    const key = rateKey(call)
    const rate = this.#rates.get(key)
    // An unknown call starts with one row of workgroups, unless it is small anyway.
    let rows = rate !== undefined ? Math.max(1, Math.floor(STRIP / Math.max(rate, 1e-9))) : x * y <= SMALL ? y : 1
    for (let first = 0; first < y; ) {
      signal?.throwIfAborted()
      const count = Math.min(rows, y - first)
      const start = performance.now()
      await this.#submit(call, pipeline, bindings, first, count, timer)
      first += count
      if (first === y && rate !== undefined) return
      await this.settle()
      const spent = performance.now() - start
      if (this.#rates.size >= REMEMBERED) this.#rates.clear()
      this.#rates.set(key, spent / count)
      rows = spent < STRIP / 4 ? rows * 4 : spent > STRIP ? Math.max(1, rows >> 1) : rows
    }
  }

  /**
   * Runs kernels in their order, as `dispatch`, but waits in between only where they are not known to be short: waiting for each
   * takes longer than many of them.
   */
  async dispatchAll(calls: readonly GpuCall[], signal?: AbortSignal, timer?: Timer): Promise<void> {
    const pipelines = await Promise.all(calls.map((call) => this.#pipeline(call)))
    let checks: Promise<void>[] = []
    let spent = 0
    try {
      for (const [i, call] of calls.entries()) {
        const [x, y] = call.groups
        const time = (this.#rates.get(rateKey(call)) ?? (x * y <= SMALL ? 0 : Infinity)) * y
        const pipeline = pipelines[i]
        if (pipeline && x > 0 && y > 0 && spent + time <= STRIP) {
          signal?.throwIfAborted()
          spent += time
          checks.push(this.#submit(call, pipeline, this.#bind(pipeline, call), 0, y, timer))
          continue
        }
        await Promise.all(checks)
        checks = []
        spent = 0
        await this.dispatch(call, signal, timer)
      }
    } finally {
      // Also where one of them failed: none may fail later, unheard.
      await Promise.allSettled(checks)
    }
    await Promise.all(checks)
  }

  /**
   * Writes `bytes` bytes into a block, in order with the calls before and after. `give` is called for them part by part; its
   * result is read at once.
   */
  async write({ buffer }: Block, bytes: number, give: (at: number, length: number) => Uint8Array): Promise<void> {
    for (let at = 0; at < bytes; at += CHUNK) {
      if (at > 0) await breathe()
      this.#alive()
      const part = give(at, Math.min(CHUNK, bytes - at))
      this.moves.up += part.byteLength
      // Writes must be whole words.
      const whole = part.byteLength & ~3
      if (whole > 0) this.device.queue.writeBuffer(buffer, at, part as Uint8Array<ArrayBuffer>, 0, whole)
      if (whole < part.byteLength) {
        const rest = new Uint8Array(4)
        rest.set(part.subarray(whole))
        this.device.queue.writeBuffer(buffer, at + whole, rest)
      }
    }
  }

  /** The first `bytes` of a block (whole words), once all earlier work has run, passed to `take` part by part. */
  async read({ buffer }: Block, bytes: number, take: (part: Uint8Array, at: number) => void): Promise<void> {
    this.#alive()
    const size = Math.min(CHUNK, (bytes + 3) & ~3)
    for (let at = 0; at < bytes; at += CHUNK) {
      const part = Math.min(CHUNK, (bytes + 3 - at) & ~3)
      const reader = this.device.createBuffer({ size, usage: usage.mapRead | usage.copyTarget })
      try {
        const encoder = this.device.createCommandEncoder()
        encoder.copyBufferToBuffer(buffer, at, reader, 0, part)
        this.device.queue.submit([encoder.finish()])
        await reader.mapAsync(mapForReading, 0, part)
        this.moves.down += part
        take(new Uint8Array(reader.getMappedRange(0, part), 0, Math.min(part, bytes - at)), at)
        reader.unmap()
      } catch (error) {
        throw this.#lostOr(error)
      } finally {
        reader.destroy()
      }
    }
  }

  /** TensorFlow.js on this device; loaded on first use. */
  tensorflow(): Promise<TensorFlowGpu> {
    this.#tensorflow ??= import('./tensorflow.ts').then(({ TensorFlowGpu }) => new TensorFlowGpu(this))
    return this.#tensorflow
  }

  clear({ buffer, bytes }: Block): void {
    this.#alive()
    const encoder = this.device.createCommandEncoder()
    encoder.clearBuffer(buffer, 0, (bytes + 3) & ~3)
    this.device.queue.submit([encoder.finish()])
  }

  /** Resolves when all requested work has run. Throws GpuError if the device was lost. */
  async settle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone().catch((error: unknown) => {
      throw this.#lostOr(error)
    })
    this.#alive()
  }

  /** Ends it; work under way fails as if the device were lost. */
  destroy(): void {
    this.#gone ??= 'it was closed'
    this.device.destroy()
  }

  #alive(): void {
    if (this.#gone !== undefined) throw new GpuError('lost', this.#gone)
  }

  #lostOr(error: unknown): GpuError {
    if (this.#gone !== undefined) return new GpuError('lost', this.#gone)
    return new GpuError('failed', error instanceof Error ? error.message : String(error))
  }

  /** Compiled on first use. */
  #pipeline(call: GpuCall): Promise<GPUComputePipeline> {
    const { kernel, code, constants } = call
    const key = `${kernel} ${code ?? ''} ${JSON.stringify(constants)}`
    const known = this.#pipelines.get(key)
    if (known) return known
    const made = this.#compile(call)
    if (this.#pipelines.size >= REMEMBERED) this.#pipelines.clear()
    this.#pipelines.set(key, made)
    made.catch(() => this.#pipelines.delete(key))
    return made
  }

  async #compile({ kernel, code, constants }: GpuCall): Promise<GPUComputePipeline> {
    this.#alive()
    const [folder = '', entryPoint = ''] = kernel.split('/')
    const own = this.#sources.get(folder)
    const subgroups = this.device.features.has('subgroups') ? this.#sources.get(`${folder}.subgroups`) : undefined
    const more = subgroups ?? this.#sources.get(`${folder}.plain`)
    if (own === undefined && code === undefined) throw new GpuError('failed', `there is no kernel "${kernel}"`)
    const text = [subgroups && 'enable subgroups;', this.#sources.get('common'), own, more, code].join('\n')
    let module = this.#modules.get(text)
    if (!module) {
      module = this.device.createShaderModule({ code: text, label: kernel })
      if (code === undefined) this.#modules.set(text, module)
    }
    try {
      const compute = { module, entryPoint, ...(constants && { constants }) }
      return await this.device.createComputePipelineAsync({ layout: 'auto', compute, label: kernel })
    } catch (error) {
      const { messages } = await module.getCompilationInfo().catch(() => ({ messages: [] }))
      const lines = messages.map(({ message, lineNum }) => `${message}: ${text.split('\n')[lineNum - 1]?.trim()}`)
      throw lines.length > 0 ? new GpuError('failed', `${kernel}: ${lines.join('; ')}`) : this.#lostOr(error)
    }
  }

  #bind(pipeline: GPUComputePipeline, { buffers }: GpuCall): GPUBindGroup {
    const entries = [
      { binding: 0, resource: { buffer: this.#uniform } },
      ...buffers.map(({ buffer, bytes }, i) => {
        return { binding: i + 1, resource: { buffer, size: Math.max(4, (bytes + 3) & ~3) } }
      }),
    ]
    return this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
  }

  async #submit(
    { kernel, params, groups }: GpuCall,
    pipeline: GPUComputePipeline,
    bindings: GPUBindGroup,
    first: number,
    rows: number,
    timer: Timer | undefined,
  ): Promise<void> {
    this.#alive()
    const { device } = this
    device.pushErrorScope('validation')
    // In queue order: earlier calls have read their words when these arrive.
    device.queue.writeBuffer(this.#uniform, 0, Uint32Array.from([first, ...params]))
    const encoder = device.createCommandEncoder()
    const timestampWrites = timer?.next()
    const pass = encoder.beginComputePass(timestampWrites && { timestampWrites })
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, bindings)
    pass.dispatchWorkgroups(groups[0], rows)
    pass.end()
    device.queue.submit([encoder.finish()])
    const error = await device.popErrorScope()
    if (error) throw new GpuError('failed', `${kernel}: ${error.message}`)
    this.#alive()
  }
}
