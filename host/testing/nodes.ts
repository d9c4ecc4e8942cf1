/** Runs one node by itself, for tests: on one thread, with real files, everything freed afterwards. */

import { Recorder, type Trace } from '../../engine/explain/trace.ts'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import type { ModelFacts } from '../../engine/graph/models.ts'
import type { JobContext, NodeDefinition } from '../../engine/graph/node.ts'
import { checkParams } from '../../engine/graph/record.ts'
import { modelFacts, modelsFor } from '../../engine/models/models.ts'
import { makeOps, type NodeOps } from '../../engine/ops/context.ts'
import { hurriedClock } from '../../engine/types/clock.ts'
import type { Cameras, FeedFrame } from '../../engine/types/feed.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { type WorkPool, workHere } from '../../engine/types/work.ts'
import { kindOf, type Shape, type Value } from '../../engine/values/index.ts'
import { createServices, type FileServices } from '../files/services.ts'
import { createPoolDevice, createTestDevice, noise, type TestDevice } from './cpu.ts'

export interface NodeBench {
  readonly device: TestDevice
  readonly services: FileServices
  readonly models: ModelFacts
  /** The parameters with defaults filled in. Throws for invalid ones. */
  params(node: NodeDefinition, given?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  shape(
    node: NodeDefinition,
    inputs: Readonly<Record<string, Value>>,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, Shape | undefined>>>
  run(
    node: NodeDefinition,
    inputs: Readonly<Record<string, Value>>,
    params?: Readonly<Record<string, unknown>>,
    options?: {
      readonly scale?: number
      readonly wants?: (output: string) => boolean
      /** Of a live source; absent: its first. */
      readonly frame?: FeedFrame
      /** Of a job; absent: nobody stops it. */
      readonly job?: JobContext
    },
  ): Promise<Readonly<Record<string, Value>>>
  /** Runs it as the engine does, and frees all that it made: for benches. */
  time(
    node: NodeDefinition,
    inputs: Readonly<Record<string, Value>>,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<void>
  /** Like `run`, at full size, recording which op made what. The values last until the device is cleared. */
  trace(
    node: NodeDefinition,
    inputs: Readonly<Record<string, Value>>,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<Traced>
  close(): Promise<void>
}

/** A job that nobody looks at or stops. */
const uninterrupted: JobContext = {
  resume: undefined,
  paused: false,
  checkpoint: async () => undefined,
  emit: async () => undefined,
}

/** A camera whose pictures are noise, the same each time. */
const noiseCamera: Cameras = {
  async *open({ width, height }) {
    const data = Uint8Array.from(noise(width * height * 3, 7), (value) => Math.floor(256 * value))
    yield { index: 0, time: 0, data: { width, height, data } }
  },
}

const live = { clock: hurriedClock(), cameras: noiseCamera, signal: new AbortController().signal }

async function firstFrame(frames: AsyncIterable<FeedFrame>): Promise<FeedFrame> {
  for await (const frame of frames) return frame
  throw new Error('a live source gave no frame')
}

export interface Traced {
  readonly made: Readonly<Record<string, Value>>
  readonly trace: Trace
  readonly recorder: Recorder
}

interface NodeBenchOptions {
  /** In bytes. */
  readonly memory?: number | undefined
  /** How many threads kernels have. Absent: they run on this one. */
  readonly threads?: number
  /** Where works run. Absent: on this thread. */
  readonly works?: WorkPool
}

/** @param base the folder of the document */
export async function createNodeBench(
  base: string,
  { memory, threads, works = workHere }: NodeBenchOptions = {},
): Promise<NodeBench> {
  const device = await (threads === undefined ? createTestDevice(memory) : createPoolDevice(threads, memory))
  const services = createServices({ base })
  const { signal } = new AbortController()
  const params: NodeBench['params'] = (node, given = {}) => {
    const checked = checkParams(nodeInfo(node), given)
    if (checked.problem) throw new SightlineError(checked.problem.code, checked.problem.params)
    return checked.params
  }
  const facts = modelFacts({ shelf: device.shelf, services, signal })
  const run = async (
    node: NodeDefinition,
    given: Readonly<Record<string, unknown>>,
    { ops, perform }: Pick<NodeOps, 'ops' | 'perform'>,
    {
      scale = 1,
      wants = () => true,
      frame: wanted,
      job = uninterrupted,
    }: NonNullable<Parameters<NodeBench['run']>[3]> = {},
  ) => {
    const inputs = Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(node.params, name)))
    const progress = (): void => undefined
    const frame = node.feed && (wanted ?? (await firstFrame(node.feed.of(given, { ...live, services }))))
    const models = modelsFor({ shelf: device.shelf, services, signal, perform, progress })
    const outputs = await node.run(given, {
      ops,
      apart: (of) => of(ops, models),
      models,
      signal,
      services,
      scale,
      seed: 0,
      inputs: inputs as Record<string, Value>,
      wants,
      progress,
      note: progress,
      claim: async () => undefined,
      work: (work, input, options) => works.run(work, input, { ...options, signal }),
      ...(node.kind === 'job' && { job }),
      ...(frame && { frame }),
    })
    const entries = Object.entries(outputs).map(async ([port, value]) => [port, await value] as const)
    return Object.fromEntries((await Promise.all(entries)).filter(([, value]) => value !== undefined)) as Record<
      string,
      Value
    >
  }
  return {
    device,
    services,
    models: facts,
    params,
    async shape(node, inputs, given) {
      const shapes = Object.entries(inputs).map(([port, value]) => [port, kindOf(value).shape(value)])
      const known = { ...Object.fromEntries(shapes), ...params(node, given) }
      // `like` is a string once declared, and the builder's method otherwise.
      if (node.shape) return node.shape(known, { services, signal, models: facts })
      const likes = Object.entries(node.outputs).map(([port, { like }]) => [
        port,
        typeof like === 'string' ? inputs[like] : undefined,
      ])
      return Object.fromEntries(likes)
    },
    run: (node, inputs, given, options) => run(node, { ...inputs, ...params(node, given) }, device, options),
    async time(node, inputs, given) {
      const own = makeOps(device.devices, signal)
      try {
        await run(node, { ...inputs, ...params(node, given) }, own)
      } finally {
        own.finish([])
      }
    },
    async trace(node, inputs, given) {
      const recorder = new Recorder(device.ops)
      const recorded = Object.entries(inputs).map(([port, value]) => [port, recorder.input(port, value)])
      const recording = { ops: recorder.ops, perform: recorder.performing(device.perform) }
      const outputs = await run(node, { ...Object.fromEntries(recorded), ...params(node, given) }, recording)
      // Of a sequence, its first element.
      const first = Object.entries(outputs).map(async ([port, value]) => {
        return [port, value.kind === 'sequence' ? await value.at(0, signal) : value] as const
      })
      const made = Object.fromEntries(await Promise.all(first))
      return { made, trace: recorder.trace(made), recorder }
    },
    close: () => device.close(),
  }
}
