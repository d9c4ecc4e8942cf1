/** An engine on this machine: its threads, its memory, its files, the nodes that ship with Sightline. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type NodeInfo, nodeInfo } from '../engine/graph/catalogue.ts'
import { Arena } from '../engine/ops/arena.ts'
import type { CpuDevice } from '../engine/ops/cpu.ts'
import { createEngine, type Engine } from '../engine/run/engine.ts'
import type { NodeDefinition } from '../engine/types/node.ts'
import { kernelFiles } from './build/kernels.ts'
import { createPool } from './cpu/pool.ts'
import { createServices, type FileServices, type ServiceOptions } from './files/services.ts'

/** The folder of the installation, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')

/** What a window shows that was opened for nothing else. */
export const firstPipeline = join(root, 'assets/gallery/edges.sightline.json')

export const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/** More threads than this cost more than they bring to one picture. */
const MOST_THREADS = 16
const PAGE = 65536
/** 4 GB, the most that WebAssembly addresses; untouched it costs nothing. */
const PAGES = 65536
/** The pixel memory holds what is in use; results beyond it are spilled to ordinary memory. */
const ARENA = 3.5 * 2 ** 30

export const defaultThreads = (): number => Math.min(MOST_THREADS, availableParallelism())
export const defaultMemory = (): number => Math.min(3 * 2 ** 30, totalmem() * 0.4)

/** Every node type. Loaded when it is needed: its list is made by the build. */
export async function loadNodes(): Promise<readonly NodeDefinition[]> {
  const { catalogue } = await import('../nodes/catalogue.ts')
  return catalogue
}

export interface MachineOptions {
  readonly threads?: number | undefined
  /** Bytes of results that are kept. */
  readonly memory?: number | undefined
}

export interface Made {
  readonly engine: Engine
  readonly cpu: CpuDevice
  readonly arena: Arena
  /** As it is shown. */
  readonly device: { readonly name: string; readonly threads: number }
  /** Bytes of results that are kept. */
  readonly memory: number
  readonly catalogue: readonly NodeInfo[]
  /** Files as documents in this folder see them. */
  services(folder: string, options?: Omit<ServiceOptions, 'base'>): FileServices
  close(): Promise<void>
}

export async function makeEngine({
  threads = defaultThreads(),
  memory = defaultMemory(),
}: MachineOptions): Promise<Made> {
  const compiled = readFile(kernelFiles.shared).then((bytes) => WebAssembly.compile(bytes))
  const shared = new WebAssembly.Memory({ initial: 1024, maximum: PAGES, shared: true })
  const arena = new Arena(shared, { budget: Math.min(ARENA, PAGES * PAGE) })
  const [module, nodes] = await Promise.all([compiled, loadNodes()])
  const cpu = await createPool({ module, memory: shared, alloc: (bytes) => arena.alloc(bytes), threads })
  const engine = createEngine({ device: cpu, arena, nodes, memory })
  return {
    engine,
    cpu,
    arena,
    device: { name: 'cpu', threads },
    memory,
    catalogue: nodes.map(nodeInfo),
    services: (base, options) => createServices({ base, ...options }),
    async close() {
      await engine.close()
      await cpu.close()
    },
  }
}
