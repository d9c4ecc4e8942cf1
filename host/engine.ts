/** An engine on this machine: its threads, its memory, its files, the nodes that ship with Sightline. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { type NodeInfo, nodeInfo } from '../engine/graph/catalogue.ts'
import type { NodeDefinition } from '../engine/graph/node.ts'
import { Arena } from '../engine/memory/arena.ts'
import { type Devices, deviceOf } from '../engine/ops/context.ts'
import { createEngine } from '../engine/run/create.ts'
import type { Engine } from '../engine/run/engine.ts'
import type { DeviceWords } from '../engine/types/device.ts'
import { SightlineError } from '../engine/types/problem.ts'
import { kernelFiles } from './build/kernels.ts'
import { createPool } from './cpu/pool.ts'
import { createServices, type FileServices, type ServiceOptions } from './files/services.ts'
import { countAllMemory } from './garbage.ts'
import { openGpu } from './gpu/open.ts'
import type { JobFolder } from './jobs/folder.ts'
import { defaultMemory, workingMemory } from './memory.ts'
import { createModelDevice } from './models/device.ts'
import { loadNodes } from './nodes.ts'
import { createTensorDevice } from './tensorflow/device.ts'
import type { TimesFile } from './times/file.ts'
import { createWorkPool } from './work/pool.ts'

/** More threads than this cost a single picture more than they gain. */
const MOST_THREADS = 16
/** 4 GB, the most that WebAssembly can address; untouched it costs nothing. */
const PAGES = 65536

/** How often new times of runs are written, in ms. */
const SAVED_EVERY = 60_000

/** WebGPU does not report the amount of memory; what does not fit is done on the CPU. */
export const defaultGpuMemory = 2 * 2 ** 30
export const defaultThreads = (): number => Math.min(MOST_THREADS, availableParallelism())

export interface MachineOptions {
  /** Default `auto`: the fastest hardware GPU, else the CPU. */
  readonly device?: 'auto' | 'gpu' | 'cpu' | undefined
  /** Part of the GPU's name. */
  readonly adapter?: string | undefined
  /** GPU memory for values, in bytes. */
  readonly gpuMemory?: number | undefined
  readonly threads?: number | undefined
  /** Memory for kept results, in bytes. Values in use take at most `workingMemory` beside it. */
  readonly memory?: number | undefined
  /** Where checkpoints and results of jobs are kept. Absent: nowhere. */
  readonly jobs?: JobFolder | undefined
  /** Where the times of runs are kept for estimates, written now and then. Absent: nowhere. */
  readonly times?: TimesFile | undefined
  /** Default: all that ship with Sightline. */
  readonly nodes?: readonly NodeDefinition[] | undefined
  /** Modules that list what may run in worker threads. Default: that of the nodes that ship with Sightline. */
  readonly works?: readonly URL[] | undefined
}

export interface Made {
  readonly engine: Engine
  readonly devices: Devices
  /** The device in use at present. */
  readonly device: DeviceWords
  /** Why there is no GPU, if one was looked for. */
  readonly noGpu: string | undefined
  /** Memory for kept results, in bytes. */
  readonly memory: number
  readonly catalogue: readonly NodeInfo[]
  /** Files, for documents in this folder. */
  services(folder: string, options?: Omit<ServiceOptions, 'base'>): FileServices
  close(): Promise<void>
}

/** Throws `gpu.none` if a GPU was requested and there is none. */
export async function makeEngine({
  device = 'auto',
  adapter,
  gpuMemory = defaultGpuMemory,
  threads = defaultThreads(),
  memory = defaultMemory(),
  ...given
}: MachineOptions): Promise<Made> {
  countAllMemory()
  const shared = new WebAssembly.Memory({ initial: 1024, maximum: PAGES, shared: true })
  const working = workingMemory()
  const arena = new Arena(shared, { budget: working, limit: working + memory })
  const starting = readFile(kernelFiles.shared)
    .then((bytes) => WebAssembly.compile(bytes))
    .then((module) => createPool({ module, memory: shared, alloc: (bytes) => arena.alloc(bytes), threads }))
  const looked = device === 'cpu' ? undefined : openGpu({ adapter, memory: gpuMemory })
  const [cpu, nodes, opened] = await Promise.all([starting, given.nodes ?? loadNodes(), looked])
  const gpu = opened && 'gpu' in opened ? opened.gpu : undefined
  const noGpu = opened && 'reason' in opened ? opened.reason : undefined
  if (device === 'gpu' && noGpu !== undefined) {
    await cpu.close()
    throw new SightlineError('gpu.none', { reason: noGpu })
  }
  const tensors = createTensorDevice()
  const models = createModelDevice({ threads, device: gpu ? 'auto' : 'cpu' })
  const work = createWorkPool({ threads, ...(given.works && { lists: given.works }) })
  const devices = { cpu, arena, gpu, tensors }
  const times = given.times?.times
  const engine = createEngine({
    device: cpu,
    arena,
    gpu,
    tensors,
    models,
    work,
    jobs: given.jobs,
    times,
    nodes,
    memory,
  })
  const saving = given.times && setInterval(given.times.save, SAVED_EVERY).unref()
  return {
    engine,
    devices,
    get device() {
      return deviceOf(devices)
    },
    noGpu,
    memory,
    catalogue: nodes.map(nodeInfo),
    services: (base, options) => createServices({ base, ...options }),
    async close() {
      clearInterval(saving)
      await engine.close()
      await given.times?.save()
      gpu?.destroy()
      await Promise.all([cpu.close(), tensors.close(), models.close(), work.close()])
    },
  }
}
