/**
 * TensorFlow.js on our device: its WebGPU backend works in our queue, with buffers of our pool and under its budget, so values
 * become tensors and tensors values without a copy.
 */
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Block, Buffers } from './buffers.ts'
import { GpuError } from './error.ts'
import type { Timer } from './timer.ts'
import { usage } from './usage.ts'

/** What TensorFlow.js needs of our device (`device.ts`, which makes it). */
export interface TensorFlowHost {
  readonly device: GPUDevice
  readonly buffers: Buffers
  readonly moves: { up: number }
  readonly lost: Promise<unknown>
  /** Why the device was lost. */
  readonly gone: string | undefined
}

/** How TensorFlow.js allocates its buffers. */
type BufferManager = Pick<WebGPUBackend['bufferManager'], 'acquireBuffer' | 'releaseBuffer' | 'dispose'>

/** Internals of its backend: to time its passes, and to take over a tensor's buffer. */
interface Inner {
  commandEncoder: GPUCommandEncoder | null
  copyBuffer(from: GPUBuffer): GPUBuffer
}

const values = usage.storage | usage.copySource | usage.copyTarget

/** Buffers of tensors come from our pool; those for its parameters and uploads are its own. */
function sharing(own: BufferManager, buffers: Buffers, device: TensorFlowHost): BufferManager {
  return {
    acquireBuffer(size, kind, ...how) {
      if (kind & usage.mapWrite) device.moves.up += size
      return kind === values ? buffers.take(size).buffer : own.acquireBuffer(size, kind, ...how)
    },
    releaseBuffer(buffer, ...how) {
      if (buffer.usage !== values) own.releaseBuffer(buffer, ...how)
      else if (device.gone === undefined) buffers.free({ buffer, bytes: buffer.size })
    },
    dispose: () => own.dispose(),
  }
}

class SharedBackend extends WebGPUBackend {
  timer: Timer | undefined

  constructor(device: TensorFlowHost) {
    super(device.device, device.device.adapterInfo)
    this.bufferManager = sharing(this.bufferManager, device.buffers, device) as WebGPUBackend['bufferManager']
  }

  get inner(): Inner {
    return this as unknown as Inner
  }

  override ensureCommandEncoderReady(): void {
    const { inner, timer } = this
    if (inner.commandEncoder) return
    const encoder = this.device.createCommandEncoder()
    const begin = encoder.beginComputePass.bind(encoder)
    encoder.beginComputePass = (pass) => {
      const timestampWrites = timer?.next()
      return begin({ ...pass, ...(timestampWrites && { timestampWrites }) })
    }
    inner.commandEncoder = encoder
  }

  /** Submits all pending work to the queue. */
  flush(): void {
    this.endComputePassEncoder()
    if (this.inner.commandEncoder) this.submitQueue()
  }

  /** A tensor's buffer, now owned by the caller. The tensor is gone. */
  take(tensor: tf.Tensor): GPUBuffer {
    // Small ones may have been computed on the CPU.
    this.uploadToGPU(tensor.dataId)
    const data = this.tensorMap.get(tensor.dataId)
    const buffer = data.resource as GPUBuffer
    // An input that is returned unchanged has an owner already.
    const taken = data.external ? this.inner.copyBuffer(buffer) : buffer
    data.external = true
    tensor.dispose()
    return taken
  }
}

type Inputs = readonly { readonly block: Block; readonly shape: readonly number[] }[]
type Compute = (tensorflow: typeof tf, tensors: readonly tf.Tensor[]) => tf.Tensor

let made = 0

export class TensorFlowGpu {
  readonly #device: TensorFlowHost
  readonly #name = `webgpu ${++made}`
  readonly #backend: SharedBackend

  constructor(device: TensorFlowHost) {
    this.#device = device
    this.#backend = new SharedBackend(device)
    tf.copyRegisteredKernels('webgpu', this.#name)
    tf.registerBackend(this.#name, () => this.#backend)
    void device.lost.then(() => tf.removeBackend(this.#name))
  }

  /**
   * The result of `compute` on tensors over these blocks: a block of `count` float32, owned by the caller. It is in the queue,
   * not awaited. Throws GpuError.
   */
  async run(inputs: Inputs, count: number, compute: Compute, timer: Timer | undefined): Promise<Block> {
    const { device, buffers } = this.#device
    if (this.#device.gone !== undefined) throw new GpuError('lost', this.#device.gone)
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('validation')
    let block: Block | undefined
    let failure: unknown
    try {
      block = this.#compute(inputs, count, compute, timer)
    } catch (error) {
      failure = error
    }
    const [invalid, full] = await Promise.all([device.popErrorScope(), device.popErrorScope()])
    if (block && (invalid || full)) buffers.free(block)
    if (this.#device.gone !== undefined) throw new GpuError('lost', this.#device.gone)
    if (full) throw new GpuError('limit', full.message)
    if (failure instanceof GpuError) throw failure
    if (failure) throw new GpuError('failed', failure instanceof Error ? failure.message : String(failure))
    if (invalid || !block) throw new GpuError('failed', `TensorFlow.js: ${invalid?.message}`)
    return block
  }

  /** Synchronous: no other error scope and no other backend can come in between. */
  #compute(inputs: Inputs, count: number, compute: Compute, timer: Timer | undefined): Block {
    const backend = this.#backend
    void tf.engine().setBackend(this.#name)
    backend.timer = timer
    try {
      const result = tf.tidy(() =>
        compute(
          tf,
          inputs.map(({ block, shape }) => tf.tensor({ buffer: block.buffer, zeroCopy: true }, [...shape], 'float32')),
        ),
      )
      if (result.size !== count || result.dtype !== 'float32') {
        result.dispose()
        throw new Error(`${result.dtype} of ${result.shape}, where ${count} float32 were to come`)
      }
      return { buffer: backend.take(result), bytes: count * 4 }
    } finally {
      backend.flush()
    }
  }
}
