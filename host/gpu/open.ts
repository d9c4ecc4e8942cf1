/** Opens a GPU through Dawn, which speaks Vulkan, Metal or Direct3D 12. */
import { tmpdir } from 'node:os'
import { GpuDevice } from '../../engine/gpu/device.ts'
import { lacking } from './drivers.ts'
import { kernelSources } from './sources.ts'

export interface GpuOptions {
  /** Part of its name. Absent: the fastest hardware adapter. A software adapter is taken only by name. */
  readonly adapter?: string | undefined
  /** GPU memory for values, in bytes. */
  readonly memory: number
  /** Features to leave unused, for tests. */
  readonly without?: readonly string[]
}

/** A GPU, or why there is none, in words. */
export type Opened = { readonly gpu: GpuDevice } | { readonly reason: string }

/** The library's features that kernels use, if the adapter has them. */
const features = ['timestamp-query', 'subgroups'] as const

/** Lives as long as the process: devices need it. */
let dawn: Promise<GPU> | undefined

function library(): Promise<GPU> {
  dawn ??= (async () => {
    // Vulkan's loader complains if it is missing; nothing is written there.
    process.env.XDG_RUNTIME_DIR ??= tmpdir()
    const { create, globals } = await import('webgpu')
    Object.assign(globalThis, globals)
    // Precise timestamps are for the user's own measurements; no page can use them to fingerprint the machine.
    const gpu = create(['disable-dawn-features=timestamp_quantization'])
    // TensorFlow.js expects it where browsers have it.
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
    return gpu
  })()
  return dawn
}

interface Adapter {
  readonly name: string
  /** Renders on the CPU. */
  readonly software: boolean
  readonly adapter: GPUAdapter
}

/** Fastest first. */
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

/** Driver names may be followed by the driver's version. */
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
      // Limits that are not requested have the minimum that every GPU supports.
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
