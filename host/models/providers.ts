/** What an ONNX Runtime computes with: the machine's best execution provider among those that it has, else the CPU. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lacking } from '../gpu/drivers.ts'

/** As ONNX Runtime names them, the fastest first. */
const order = ['cuda', 'dml', 'coreml', 'webgpu'] as const
export type ProviderName = (typeof order)[number] | 'cpu'

export const providerWords: Readonly<Record<ProviderName, string>> = {
  ...{ cuda: 'CUDA', dml: 'DirectML', coreml: 'CoreML', webgpu: 'WebGPU', cpu: 'the CPU' },
}

/** What ONNX Runtime says of one of its backends. `bundled`: it is in the package; others are installed beside it. */
interface Backend {
  readonly name: string
  readonly bundled: boolean
}

interface Machine {
  /** The folder of ONNX Runtime's own library. */
  readonly folder: string
  /** Why there is no graphics card to use, in words. */
  readonly lacking: () => string | undefined
}

/** The files of those that are installed beside the library: without them there is nothing to start. */
const libraries: Readonly<Record<string, RegExp>> = { cuda: /^(lib)?onnxruntime_providers_cuda\.(so|dll)$/ }

/** Those worth trying, the CPU last. */
export function candidates(backends: readonly Backend[], { folder, lacking: lacks }: Machine): readonly ProviderName[] {
  const files = existsSync(folder) ? readdirSync(folder) : []
  // CoreML also has the neural engine of a machine without a graphics card.
  const found = order.filter((name) => {
    const backend = backends.find((one) => one.name === name)
    if (!backend) return false
    const library = libraries[name]
    if (!backend.bundled && !(library && files.some((file) => library.test(file)))) return false
    return name === 'coreml' || lacks() === undefined
  })
  return [...found, 'cpu']
}

/** @param home of the package `onnxruntime-node` */
export const thisMachine = (home: string): Machine => ({
  folder: join(home, 'bin/napi-v6', process.platform, process.arch),
  lacking,
})

/** Where a session's profile goes, and what it says: which types of operators ran on the CPU, and how many of each. */
export class Placement {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sightline-profile-'))

  get options() {
    return { enableProfiling: true, profileFilePrefix: join(this.#folder, 'run') }
  }

  /** Once the profile is written; it is deleted. */
  onCpu(): readonly (readonly [type: string, count: number])[] {
    try {
      return readdirSync(this.#folder).flatMap((file) => operatorsOnCpu(readFileSync(join(this.#folder, file), 'utf8')))
    } catch {
      // It only tells more; the run has its results.
      return []
    } finally {
      this.drop()
    }
  }

  drop(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Of one run, as ONNX Runtime's profile tells it; the most frequent first. */
export function operatorsOnCpu(profile: string): readonly (readonly [type: string, count: number])[] {
  const events = JSON.parse(profile) as {
    readonly cat?: string
    readonly name?: string
    readonly args?: { readonly op_name?: string; readonly provider?: string }
  }[]
  const counts = new Map<string, number>()
  for (const { cat, name = '', args } of events)
    if (cat === 'Node' && name.endsWith('_kernel_time') && args?.provider === 'CPUExecutionProvider') {
      const type = args.op_name ?? 'unknown'
      // Copies between the two are no operators of the model.
      if (!type.startsWith('Memcpy')) counts.set(type, (counts.get(type) ?? 0) + 1)
    }
  return [...counts].sort(([, a], [, b]) => b - a)
}
