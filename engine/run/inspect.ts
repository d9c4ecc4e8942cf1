/** Questions about a value: the numbers of a pixel, the statistics of the whole. From full size, or, while it moves, from what is shown. */
import { type FlatOutput, resolve } from '../graph/topology.ts'
import { makeOps } from '../ops/context.ts'
import { pictureOf } from '../ops/preview/place.ts'
import { cpuStore } from '../ops/store.ts'
import { type MethodResult, methods } from '../protocol/messages.ts'
import { type Problem, SightlineError } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import { currentOf } from './current.ts'
import { Execution } from './execution.ts'
import { cancelled } from './flights.ts'
import { shapeOfValue } from './outside.ts'
import type { Plan } from './plan.ts'
import { Lease, type Wired } from './result.ts'
import { Stopped } from './task.ts'
import type { Shown } from './views.ts'
import type { World } from './world.ts'

export interface InspectorOptions {
  plan(): Promise<Plan>
  readonly chosen: (node: string) => number
  /** What is shown of an output while a slider moves. */
  quick(node: string, port: string): Shown | undefined
}

export class Inspector {
  readonly #world: World
  readonly #services: Services
  readonly #options: InspectorOptions
  readonly #abort = new AbortController()

  constructor(world: World, services: Services, options: InspectorOptions) {
    this.#world = world
    this.#services = services
    this.#options = options
  }

  /** Throws the problem of a node that has no value, and `input.waiting`. */
  answer(method: 'probe' | 'statistics', params: unknown): Promise<unknown> {
    return method === 'probe' ? this.#probe(params) : this.#statistics(params)
  }

  async #probe(params: unknown): Promise<MethodResult<'probe'>> {
    const { node, port, x, y } = methods.probe.params.parse(params)
    const quick = this.#options.quick(node, port)
    if (quick) {
      const { value } = quick.given
      const full = quick.shape
      const scaled =
        value.kind === 'image' && full.kind === 'image'
          ? { x: Math.floor((x * value.width) / full.width), y: Math.floor((y * value.height) / full.height) }
          : { x, y }
      return { values: pixelOf(value, scaled.x, scaled.y), draft: quick.quality === 'draft' }
    }
    return this.#with(node, port, async (value) => ({ values: pixelOf(value, x, y), draft: false }))
  }

  async #statistics(params: unknown): Promise<MethodResult<'statistics'>> {
    const { node, port, bins } = methods.statistics.params.parse(params)
    return this.#with(node, port, async (value) => {
      const shape = shapeOfValue(value)
      if (value.kind !== 'image' && value.kind !== 'tensor') return { shape, channels: [] }
      const { device, arena } = this.#world.machine
      const work = makeOps(device, arena, this.#abort.signal)
      try {
        const channels = await work.ops.statistics(value, { bins })
        return {
          shape,
          channels: channels.map(({ range, histogram, min, max, mean, std, nan }) => {
            return { min, max, mean, std, nan, histogram: [...histogram], range: [...range] }
          }),
        }
      } finally {
        work.finish([])
      }
    })
  }

  /** Lends the value of an output at full size. */
  async #with<T>(node: string, port: string, use: (value: Wired) => Promise<T>): Promise<T> {
    const plan = await this.#options.plan()
    const output = resolve(plan.analysis.flat, node, port)
    const missing: Problem = { code: 'input.waiting', params: { wanted: 'a value', port } }
    if (!output) throw thrown(missing)
    const lease = new Lease()
    try {
      const given = await this.#given(plan, output, lease)
      if (!given) throw thrown(missing)
      return await use(given.value)
    } catch (error) {
      if (error instanceof Stopped) throw thrown(error.problem ?? missing)
      if (this.#abort.signal.aborted) throw new SightlineError('run.cancelled', {}, error)
      throw error
    } finally {
      lease.end()
    }
  }

  async #given(plan: Plan, { node, port }: FlatOutput, lease: Lease) {
    const step = plan.steps.get(node)
    if (!step)
      throw thrown(plan.blocked.get(node)?.problem ?? { code: 'input.waiting', params: { wanted: 'a value', port } })
    const { machine, full, drafts } = this.#world
    const execution = new Execution(machine, {
      signal: this.#abort.signal,
      services: this.#services,
      full,
      drafts,
      explicit: false,
      urgent: true,
      seen: new Set(),
      report: () => undefined,
    })
    const asked = step.wants.has(port) ? step : { ...step, wants: new Set([...step.wants, port]) }
    const { given } = await currentOf(execution, asked, port, this.#options.chosen, lease)
    return given
  }

  close(): void {
    this.#abort.abort(cancelled())
  }
}

const thrown = ({ code, params }: Problem): SightlineError => new SightlineError(code, params)

/** The channels at a pixel, of tensors as they are shown. Nothing outside, null where there is no number. */
function pixelOf(value: Wired, x: number, y: number): (number | null)[] {
  if (value.kind === 'number') return [finite(value.value)]
  if (value.kind !== 'image' && value.kind !== 'tensor') return []
  const { image, planar } = pictureOf(value)
  const { width, height, channels } = image
  if (x < 0 || y < 0 || x >= width || y >= height) return []
  const numbers = cpuStore(value).view()
  const pixel = y * width + x
  return Array.from({ length: channels }, (_, c) =>
    finite(numbers[planar ? c * width * height + pixel : pixel * channels + c] ?? Number.NaN),
  )
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
