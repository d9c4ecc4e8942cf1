/** Questions about a value: the numbers of pixels, the statistics of the whole, where a number came from. At full size, or, while it changes, of what is shown. */
import { hasNumber, numberAt } from '../explain/derivations.ts'
import { againIfLost } from '../gpu/error.ts'
import { nodeInfo } from '../graph/catalogue.ts'
import { networkOfLayers } from '../graph/network-layers.ts'
import { type FlatOutput, resolve } from '../graph/topology.ts'
import { bringToCpu, isOnCpu, makeOps, readNumbers, readSome } from '../ops/context.ts'
import { pictureOf, type Rectangle } from '../ops/preview/place.ts'
import { type MethodResult, methods } from '../protocol/methods.ts'
import type { Amount } from '../protocol/provenance.ts'
import { scenePart } from '../protocol/scene.ts'
import { type Problem, SightlineError } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import {
  coreOfSplats,
  headOf,
  kindOf,
  meaningOf,
  type Numbers,
  type Raster,
  rasterOf,
  type Size,
  singleOf,
  sizeOf,
  type TensorValue,
  type Value,
} from '../values/index.ts'
import { covers, type Mark } from '../values/mark.ts'
import { currentOf } from './current.ts'
import type { Question } from './engine.ts'
import { Execution } from './execution.ts'
import { cancelled } from './flights.ts'
import { Lease } from './lease.ts'
import { shapeOfValue } from './outside.ts'
import type { Plan } from './plan.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Pool } from './pool.ts'
import { Provenance } from './provenance.ts'
import type { Given, Wired } from './result.ts'
import { checkSmall, takeSteps } from './steps.ts'
import { Stopped } from './task.ts'
import { amountOf } from './told.ts'
import { nameOfGiven, type Shown } from './views.ts'
import type { World } from './world.ts'

/** No screen has room to write more numbers into pixels. */
const mostNumbers = 65_536

export interface InspectorOptions {
  plan(): Promise<Plan>
  readonly chosen: (node: string) => number
  /** Where results of frames are, while a live source plays. */
  readonly frames: () => Pool | undefined
  /** What is shown of an output while a slider moves or a live source plays, the most exact first; otherwise nothing. */
  quick(node: string, port: string): readonly Shown[]
}

export class Inspector {
  readonly #world: World
  readonly #services: Services
  readonly #options: InspectorOptions
  readonly #abort = new AbortController()
  #explaining = new AbortController()
  #telling = new AbortController()
  /** The end of the last measurement asked for. */
  #measuring: Promise<void> = Promise.resolve()

  constructor(world: World, services: Services, options: InspectorOptions) {
    this.#world = world
    this.#services = services
    this.#options = options
  }

  /** Throws the problem of a node that has no value, and `input.waiting`. */
  answer(method: Question, params: unknown): Promise<unknown> {
    switch (method) {
      case 'probe':
        return this.#probe(params)
      case 'statistics':
        return this.#statistics(params)
      case 'numbers':
        return this.#numbers(params)
      case 'provenance':
        return this.#provenance(params)
      case 'steps':
        return this.#steps(params)
      case 'network':
        return this.#network(params)
      case 'splats':
        return this.#splats(params)
    }
  }

  async #probe(params: unknown): Promise<MethodResult<'probe'>> {
    const { node, port, x, y } = methods.probe.params.parse(params)
    const quick = this.#options.quick(node, port)
    for (const shown of quick) {
      const at = placeIn(shown, x, y)
      const draft = shown.quality === 'draft'
      if (at) return { ...(await this.#pixel(shown.given.value, at.x, at.y)), draft }
    }
    if (quick.length > 0) return { values: [], draft: true }
    return this.#with(node, port, async (value) => ({ ...(await this.#pixel(value, x, y)), draft: false }))
  }

  async #numbers(params: unknown): Promise<MethodResult<'numbers'>> {
    const { node, port, ...part } = methods.numbers.params.parse(params)
    const quick = this.#options.quick(node, port)
    const window = quick.find(({ cut, shape }) => cut && sameSize(cut.of, sizeOf(shape)))
    if (window?.cut) {
      const { left, top } = window.cut.extent
      const found = await this.#part(window.given.value, { ...part, x: part.x - left, y: part.y - top })
      return { ...found, x: found.x + left, y: found.y + top, draft: true }
    }
    // Pixels of a smaller picture stand for several: their numbers would be written into the wrong ones.
    if (quick.some(({ quality }) => quality === 'draft')) return { ...nowhere, draft: true }
    return this.#with(node, port, async (value) => ({ ...(await this.#part(value, part)), draft: false }))
  }

  /** Answers the newest question only and drops the one before. */
  async #provenance(params: unknown): Promise<MethodResult<'provenance'>> {
    const { node, port, ...spot } = methods.provenance.params.parse(params)
    const missing: Problem = { code: 'input.waiting', params: { wanted: 'the full result', port } }
    if (this.#options.quick(node, port).some(({ quality }) => quality === 'draft')) throw thrown(missing)
    this.#explaining.abort(cancelled())
    const abort = new AbortController()
    this.#explaining = abort
    const signal = AbortSignal.any([abort.signal, this.#abort.signal])
    const plan = await this.#options.plan()
    const output = resolve(plan.analysis.flat, node, port)
    if (!output) throw thrown(missing)
    return this.#told(missing, signal, async () => {
      const explain = new Provenance(this.#execution(signal), this.#options.chosen)
      const told = await explain.of(plannedIn(plan, output), output.port, spot, plan.analysis.flat)
      if (!told) throw thrown(missing)
      return told
    })
  }

  /** Of the newest request only. */
  async #steps(params: unknown): Promise<MethodResult<'steps'>> {
    const { node } = methods.steps.params.parse(params)
    this.#telling.abort(cancelled())
    const abort = new AbortController()
    this.#telling = abort
    const signal = AbortSignal.any([abort.signal, this.#abort.signal])
    const plan = await this.#options.plan()
    const planned = plan.nodes.get(node)
    const missing: Problem = { code: 'input.waiting', params: { wanted: 'a value', port: node } }
    if (!planned) throw thrown(plan.blocked.get(node)?.problem ?? missing)
    const { definition, inputs, params: own } = planned
    const { steps } = definition
    if (!steps) throw thrown({ code: 'steps.none', params: {} })
    const lease = new Lease()
    try {
      return await this.#told(missing, signal, async () => {
        const execution = this.#execution(signal)
        const values: Record<string, Value> = {}
        for (const [port, link] of Object.entries(inputs)) {
          const { given } = await currentOf(execution, link.from, link.port, this.#options.chosen, lease)
          if (!given || given.value.kind === 'series') throw thrown(missing)
          values[port] = given.value
        }
        checkSmall(Object.values(values))
        const read = (part: TensorValue): Promise<Numbers> => this.#read(part)
        const told = await takeSteps(steps, { ...values, ...own }, { signal, read })
        const over = steps.over === undefined ? undefined : plan.analysis.flat.nodes.get(node)?.inputs[steps.over]
        return { ...told, ...(over && { over: { node: over.node, port: over.port } }) }
      })
    } finally {
      lease.end()
    }
  }

  async #network(params: unknown): Promise<MethodResult<'network'>> {
    const { node } = methods.network.params.parse(params)
    const { analysis } = await this.#options.plan()
    const type = analysis.flat.nodes.get(node)?.record.type
    const { definitions } = this.#world
    const definition = type === undefined ? undefined : definitions.get(type)?.definition
    const check = analysis.nodes.get(node)
    const network = definition && nodeInfo(definition).network
    if (!network || !check) throw thrown({ code: 'network.none', params: {} })
    if ('built' in network) {
      const { built } = network
      const from = check.inputs[built]
      const offer = from ? analysis.nodes.get(from.node)?.outputs[from.port] : check.outputs[built]
      const shape = offer?.shape
      if (shape?.kind !== 'network') throw thrown({ code: 'network.unknown', params: {} })
      return networkOfLayers(shape)
    }
    const path = String(check.params[network.file] ?? '')
    if (path.trim() === '') throw thrown({ code: 'file.none', params: {} })
    return definitions.context(this.#services, this.#abort.signal).models.network(path)
  }

  /** A part of the numbers of a scene, as many as fit; while it changes, of what is shown. */
  async #splats(params: unknown): Promise<MethodResult<'splats'> & { readonly bytes: Uint8Array }> {
    const { node, port, from } = methods.splats.params.parse(params)
    const [quick] = this.#options.quick(node, port)
    const part = (given: Given) => this.#splatsOf(given, port, from)
    return quick ? part(quick.given) : this.#withGiven(node, port, part)
  }

  async #splatsOf(given: Given, port: string, from: number) {
    const { value } = given
    if (value.kind !== 'splats') throw new SightlineError('input.waiting', { wanted: 'splats', port })
    const parts = [value.means, value.quats, value.scales, value.opacities, value.sh]
    const count = value.opacities.shape[0] ?? 0
    const each = parts.map(({ shape }) => shape.slice(1).reduce((a, b) => a * b, 1))
    const most = Math.floor(scenePart / (4 * each.reduce((a, b) => a + b, 0)))
    const [start, end] = [Math.min(from, count), Math.min(from + most, count)]
    const pieces: Float32Array[] = []
    for (const [i, part] of parts.entries()) {
      const width = each[i] ?? 0
      const done = await bringToCpu(part, this.#world.machine.devices.arena)
      try {
        pieces.push(readSome(part, start * width, end * width))
      } finally {
        done()
      }
    }
    const floats = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of pieces) {
      floats.set(piece, at)
      at += piece.length
    }
    const core = count > 0 ? await coreOfSplats(value, (part) => this.#read(part)) : undefined
    const head = { ...headOf(value), count, ...(core && { core }) }
    return { ...head, name: nameOfGiven(given) ?? '', from: start, to: end, bytes: new Uint8Array(floats.buffer) }
  }

  async #read(part: TensorValue): Promise<Numbers> {
    const done = await bringToCpu(part, this.#world.machine.devices.arena)
    try {
      return readNumbers(part)
    } finally {
      done()
    }
  }

  async #statistics(params: unknown): Promise<MethodResult<'statistics'>> {
    const { node, port, bins } = methods.statistics.params.parse(params)
    // One at a time: each takes memory while it measures, however many are asked for at once.
    const before = this.#measuring
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#measuring = promise
    await before
    try {
      return await this.#measured(node, port, bins)
    } finally {
      resolve()
    }
  }

  #measured(node: string, port: string, bins: number): Promise<MethodResult<'statistics'>> {
    return this.#with(node, port, async (value) => {
      const shape = shapeOfValue(value)
      const raster = rasterOf(value)
      if (!raster) return { shape, channels: [] }
      const work = makeOps(this.#world.machine.devices, this.#abort.signal)
      try {
        const channels = await work.ops.statistics(raster, { bins })
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

  /**
   * The channels at a pixel, of tensors as they are shown: nothing outside, null where there is no number. Of a value with marks
   * those under the pixel, of a single number that.
   */
  async #pixel(
    value: Wired,
    x: number,
    y: number,
  ): Promise<{ values: (number | null)[]; meaning?: string; marks?: Mark[] }> {
    const single = singleOf(value)
    if (single !== undefined) return { values: [finite(single)] }
    if (rasterOf(value) || value.kind === 'series') {
      const part = await this.#part(value, { x, y, width: 1, height: 1 })
      const values = part.values.filter((amount) => amount !== null)
      const [first] = values
      const meaning = typeof first === 'number' ? meaningOf(value, first) : undefined
      return {
        values: values.map((amount) => (typeof amount === 'number' ? amount : null)),
        ...(meaning !== undefined && { meaning }),
      }
    }
    const work = makeOps(this.#world.machine.devices, this.#abort.signal)
    try {
      const face = await kindOf(value).face?.(value, (part) => work.ops.read(part, {}))
      return { values: [], ...(face?.marks && { marks: face.marks.filter((mark) => covers(mark, x + 0.5, y + 0.5)) }) }
    } finally {
      work.finish([])
    }
  }

  /** The numbers of the part of a rectangle inside the value, of tensors as displayed. */
  async #part(value: Wired, { x, y, width, height }: Rectangle) {
    const raster = rasterOf(value)
    if (!raster) return nowhere
    const { image } = pictureOf(raster)
    const [left, top] = [Math.max(0, x), Math.max(0, y)]
    const [right, bottom] = [Math.min(image.width, x + width), Math.min(image.height, y + height)]
    if (right <= left || bottom <= top) return nowhere
    const { channels } = image
    const part = { x: left, y: top, width: right - left, height: bottom - top }
    const size = part.width * part.height * channels
    if (size > mostNumbers)
      throw new SightlineError('value.too-large', {
        given: `${size} numbers`,
        bytes: size * 4e-6,
        limit: mostNumbers * 4e-6,
      })
    const values = await this.#cut(raster, part, (cut, dx, dy) => {
      const found: (Amount | null)[] = []
      for (let row = 0; row < part.height; row++)
        for (let column = 0; column < part.width; column++)
          for (let c = 0; c < channels; c++) {
            const spot = { y: row + dy, x: column + dx, c }
            found.push(hasNumber(cut, spot) ? amountOf(numberAt(cut, spot)) : null)
          }
      return found
    })
    return { ...part, channels, values }
  }

  /** Lends the part on the CPU, where it begins at (dx, dy). Of a picture that is elsewhere only the part is brought. */
  async #cut<T>(value: Raster, part: Rectangle, use: (value: Raster, dx: number, dy: number) => T): Promise<T> {
    const { devices } = this.#world.machine
    const work = makeOps(devices, this.#abort.signal)
    try {
      const near = isOnCpu(value) || value.kind === 'tensor'
      const cut = near ? value : await work.ops.crop(value, part)
      const done = await bringToCpu(cut, devices.arena)
      try {
        return near ? use(cut, part.x, part.y) : use(cut, 0, 0)
      } finally {
        done()
      }
    } finally {
      work.finish([])
    }
  }

  /** Lends the value of an output at full size. */
  #with<T>(node: string, port: string, use: (value: Wired) => Promise<T>): Promise<T> {
    return this.#withGiven(node, port, ({ value }) => use(value))
  }

  /** The same with what holds it. */
  async #withGiven<T>(node: string, port: string, use: (given: Given) => Promise<T>): Promise<T> {
    const plan = await this.#options.plan()
    const output = resolve(plan.analysis.flat, node, port)
    const missing: Problem = { code: 'input.waiting', params: { wanted: 'a value', port } }
    if (!output) throw thrown(missing)
    const lease = new Lease()
    try {
      return await this.#told(missing, this.#abort.signal, async () => {
        const planned = plannedIn(plan, output)
        const asked = planned.wants.has(output.port)
          ? planned
          : { ...planned, wants: new Set([...planned.wants, output.port]) }
        const execution = this.#execution(this.#abort.signal)
        const { given } = await currentOf(execution, asked, output.port, this.#options.chosen, lease)
        if (!given) throw thrown(missing)
        return use(given)
      })
    } finally {
      lease.end()
    }
  }

  /** Turns what stops `work` into a problem: `missing` if nothing is wrong but there is no value. */
  async #told<T>(missing: Problem, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await againIfLost(work)
    } catch (error) {
      if (error instanceof Stopped) throw thrown(error.problem ?? missing)
      if (signal.aborted) throw new SightlineError('run.cancelled', {}, error)
      throw error
    }
  }

  #execution(signal: AbortSignal): Execution {
    const { machine, full, drafts } = this.#world
    return new Execution(machine, {
      signal,
      services: this.#services,
      full,
      drafts,
      frames: this.#options.frames(),
      explicit: false,
      urgent: true,
      seen: new Set(),
      report: () => undefined,
    })
  }

  close(): void {
    this.#abort.abort(cancelled())
  }
}

/** Where a pixel of the full result is in what is shown of it; undefined if that is cut and the pixel lies elsewhere. */
function placeIn({ given, shape, cut }: Shown, x: number, y: number): { x: number; y: number } | undefined {
  const [own, full] = [cut?.of ?? sizeOf(shapeOfValue(given.value)), sizeOf(shape)]
  if (!own || !full) return { x, y }
  const at = { x: Math.floor((x * own.width) / full.width), y: Math.floor((y * own.height) / full.height) }
  if (!cut) return at
  const { left, top, right, bottom } = cut.extent
  const inside = at.x >= left && at.x <= right && at.y >= top && at.y <= bottom
  return inside ? { x: at.x - left, y: at.y - top } : undefined
}

const sameSize = (a: Size, b: Size | undefined): boolean => a.width === b?.width && a.height === b.height

/** Throws why the node cannot run. */
function plannedIn({ nodes, blocked }: Plan, { node, port }: FlatOutput): PlannedNode {
  const planned = nodes.get(node)
  if (planned) return planned
  throw thrown(blocked.get(node)?.problem ?? { code: 'input.waiting', params: { wanted: 'a value', port } })
}

const thrown = ({ code, params }: Problem): SightlineError => new SightlineError(code, params)

const nowhere = { x: 0, y: 0, width: 0, height: 0, channels: 0, values: [] }

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
