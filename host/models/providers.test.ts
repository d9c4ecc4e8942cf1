/** Which execution providers are tried, and what becomes of one that does not start or lacks operators. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { modelsFor } from '../../engine/models/models.ts'
import { Shelf } from '../../engine/models/shelf.ts'
import type { Runtime as Used } from '../../engine/types/services.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { createServices } from '../files/services.ts'
import { createTestDevices } from '../testing/cpu.ts'
import { noGpu } from '../testing/gpu.ts'
import { createModelDevice } from './device.ts'
import expected from './fixtures/expected.json' with { type: 'json' }
import { candidates, operatorsOnCpu } from './providers.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
let devices: Awaited<ReturnType<typeof createTestDevices>>
let folder: string

// Each model starts a process, which takes long on a busy machine; a graphics card in software compiles slowly.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

beforeAll(async () => {
  devices = await createTestDevices()
  folder = await mkdtemp(join(tmpdir(), 'sightline-providers-'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await devices.single.close()
  await devices.threads.close()
  await rm(folder, { recursive: true })
})

it('tries what the package has and the machine can have, the fastest first, and the CPU last', async () => {
  const card = { folder, lacking: () => undefined }
  const none = { folder, lacking: () => 'this machine has none' }
  const named = (...names: string[]) => names.map((name) => ({ name, bundled: name !== 'cuda' && name !== 'tensorrt' }))
  // As `listSupportedBackends` says on the three systems.
  const linux = named('cpu', 'webgpu', 'cuda', 'tensorrt')
  expect(candidates(linux, card)).toEqual(['webgpu', 'cpu'])
  expect(candidates(linux, none)).toEqual(['cpu'])
  expect(candidates(named('cpu', 'dml', 'webgpu'), card)).toEqual(['dml', 'webgpu', 'cpu'])
  expect(candidates(named('cpu', 'coreml', 'webgpu'), none)).toEqual(['coreml', 'cpu'])
  // CUDA is installed beside the library by a command of its own.
  await writeFile(join(folder, 'libonnxruntime_providers_cuda.so'), '')
  expect(candidates(linux, card)).toEqual(['cuda', 'webgpu', 'cpu'])
  expect(ort.listSupportedBackends().map(({ name }) => name)).toContain('cpu')
})

it("names the operators that ran on the CPU, from ONNX Runtime's profile", () => {
  const event = (name: string, op_name: string, provider: string) => ({
    cat: 'Node',
    name,
    args: { op_name, provider },
  })
  const profile = JSON.stringify([
    { cat: 'Session', name: 'model_run' },
    event('conv_kernel_time', 'Conv', 'WebGpuExecutionProvider'),
    event('shape_kernel_time', 'Shape', 'CPUExecutionProvider'),
    event('gather_kernel_time', 'Gather', 'CPUExecutionProvider'),
    event('gather_1_kernel_time', 'Gather', 'CPUExecutionProvider'),
    event('gather_1_fence_before', 'Gather', 'CPUExecutionProvider'),
    event('copy_kernel_time', 'MemcpyToHost', 'CPUExecutionProvider'),
  ])
  expect(operatorsOnCpu(profile)).toEqual([
    ['Gather', 2],
    ['Shape', 1],
  ])
})

/** Runs `linear.onnx`; gives its numbers, what the node notes and what the record of the run learns. */
async function runLinear(device: 'auto' | 'cpu') {
  const { threads } = devices
  const models = createModelDevice({ threads: 1, device })
  const shelf = new Shelf(models, 1e9)
  const notes: string[] = []
  const used: Used[] = []
  const services = { ...createServices({ base: fixtures }), uses: (runtime: Used) => void used.push(runtime) }
  const { signal } = new AbortController()
  const node = modelsFor({
    ...{ shelf, services, signal, perform: threads.perform, progress: () => undefined },
    note: (note) => notes.push(note),
  })
  try {
    const shape = { kind: 'tensor', shape: [4, 3], axes: ['N', 'C'] } as const
    const x = (await threads.ops.fromNumbers({ shape, numbers: expected.linear.x })) as TensorValue
    const { y } = await node.run('linear.onnx', { x })
    return { numbers: y ? [...(await threads.ops.read(y, {}))] : [], notes, used }
  } finally {
    shelf.close()
    await models.close()
  }
}

const close = expected.linear.y.map((n) => expect.closeTo(n, 4) as number)

it('says what a network ran on', async () => {
  const { numbers, notes, used } = await runLinear('cpu')
  expect(numbers).toEqual(close)
  expect(notes).toEqual([expect.stringMatching(/^Ran with ONNX Runtime \d+\.\d+\.\d+ on the CPU\.$/)])
  expect(used).toMatchObject([{ name: 'onnxruntime', provider: 'the CPU' }])
})

it('a provider that does not start is named, and the CPU computes', async () => {
  // A driver that is not there: the machine seems to have a graphics card, and ONNX Runtime finds none.
  const driver = join(folder, 'driver.json')
  await mkdir(folder, { recursive: true })
  await writeFile(
    driver,
    JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: './none.so', api_version: '1.0' } }),
  )
  vi.stubEnv('VK_ICD_FILENAMES', driver)
  const { numbers, notes, used } = await runLinear('auto')
  expect(numbers).toEqual(close)
  expect(notes[0]).toMatch(/on the CPU\. WebGPU failed \(.+\), so it was not used\.$/)
  expect(used).toMatchObject([{ provider: 'the CPU' }])
})

it.skipIf(noGpu)('WebGPU computes where there is a graphics card, here in software', async () => {
  vi.stubEnv('VK_ICD_FILENAMES', process.env.SIGHTLINE_TEST_DRIVER ?? '')
  const { numbers, notes, used } = await runLinear('auto')
  expect(numbers).toEqual(close)
  expect(notes[0]).toMatch(/on WebGPU\.$/)
  expect(used).toMatchObject([{ provider: 'WebGPU' }])
  // One who wants the CPU gets it.
  expect((await runLinear('cpu')).used).toMatchObject([{ provider: 'the CPU' }])
})
