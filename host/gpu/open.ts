/** Opens a GPU through Dawn, which speaks Vulkan, Metal or Direct3D 12. */
import { tmpdir } from 'node:os'
import { GpuDevice } from '../../engine/gpu/device.ts'
import { lacking } from './drivers.ts'
import { kernelSources } from './sources.ts'

export interface GpuOptions {
  /** A part of its name. Absent: the fastest that is no software. Only by name a software adapter is taken. */
  readonly adapter?: string | undefined
  /** Bytes of its memory for values. */
  readonly memory: number
  /** Features that are not used though it has them, for tests. */
  readonly without?: readonly string[]
}

/** A GPU, or why there is none, in words. */
export type Opened = { readonly gpu: GpuDevice } | { readonly reason: string }

/** Of what its library offers: those that kernels ask for, where the adapter has them. */
const features = ['timestamp-query', 'subgroups'] as const

/** Alive as long as the process: devices need it. */
let dawn: Promise<GPU> | undefined

function library(): Promise<GPU> {
  dawn ??= (async () => {
    // Vulkan's loader complains where it is missing; nothing is written there.
    process.env.XDG_RUNTIME_DIR ??= tmpdir()
    const { create, globals } = await import('webgpu')
    Object.assign(globalThis, globals)
    // Times are for a person to read, not for pages to tell machines apart by.
    const gpu = create(['disable-dawn-features=timestamp_quantization'])
    // TensorFlow.js looks for it where browsers have it.
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
    return gpu
  })()
  return dawn
}

interface Adapter {
  readonly name: string
  /** Draws with the CPU. */
  readonly software: boolean
  readonly adapter: GPUAdapter
}

/** The fastest first. */
export async function listAdapters(): Promise<readonly Adapter[]> {
  if (lacking() !== undefined) return []
  const gpu = await library()
  const wishes: GPURequestAdapterOptions[] = [
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ]
  const found = new Map<string, Adapter>()
  for (const wish of wishes) {
    const adapter = await gpu.requestAdapter(wish)
    if (!adapter) continue
    const { device, description, vendor, architecture, isFallbackAdapter } = adapter.info
    const name = device || description || `${vendor} ${architecture}`.trim() || 'GPU'
    if (!found.has(name)) found.set(name, { name: readable(name), software: isFallbackAdapter, adapter })
  }
  return [...found.values()]
}

/** Names as drivers give them may have a driver's version behind them. */
const readable = (name: string): string => name.replace(/\s+/g, ' ').replace(/[ -]+$/, '')

export async function openGpu({ adapter: wanted, memory, without = [] }: GpuOptions): Promise<Opened> {
  const missing = lacking()
  if (missing !== undefined) return { reason: missing }
  let adapters: readonly Adapter[]
  try {
    adapters = await listAdapters()
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
  const names = adapters.map(({ name, software }) => (software ? `${name} (software)` : name)).join(', ') || 'none'
  const chosen =
    wanted === undefined
      ? adapters.find(({ software }) => !software)
      : adapters.find(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
  if (!chosen) {
    const none = wanted === undefined ? 'there is none' : `there is none named "${wanted}"`
    return { reason: `${none}; found: ${names}` }
  }
  const { adapter, name } = chosen
  const { limits } = adapter
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: features.filter((feature) => adapter.features.has(feature) && !without.includes(feature)),
      // What is not asked for is the least that any GPU has.
      requiredLimits: {
        maxBufferSize: limits.maxBufferSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      },
    })
    return { gpu: new GpuDevice(device, { name, budget: memory, sources: await kernelSources() }) }
  } catch (error) {
    return { reason: `${name} cannot be opened: ${error instanceof Error ? error.message : String(error)}` }
  }
}
