/**
 * Where one number came from. The node that computed it runs once more on the same inputs, with its ops recorded; so do the nodes
 * before it, but of them only which op read what is kept: a trace, valid as long as the planned node is the same.
 */
import { Area, type Spot } from '../explain/area.ts'
import { derivationsOf, hasNumber, numberAt } from '../explain/derivations.ts'
import { reachOf } from '../explain/reach.ts'
import { keyOfSource, Recorder, type Source, type Trace } from '../explain/trace.ts'
import type { FlatGraph, FlatOutput } from '../graph/topology.ts'
import { bringToCpu } from '../ops/context.ts'
import { pictureOf } from '../ops/preview/place.ts'
import type { MethodResult } from '../protocol/methods.ts'
import type { ProvenanceOutline } from '../protocol/provenance.ts'
import { SightlineError } from '../types/problem.ts'
import { type Raster, rasterOf, singleOf, type Value } from '../values/index.ts'
import { currentOf } from './current.ts'
import { givenBy } from './evaluate.ts'
import type { Execution } from './execution.ts'
import { Lease } from './lease.ts'
import type { PlannedNode } from './planned-node.ts'
import type { Given, Wired } from './result.ts'
import { givenTo, handed, seedOf } from './run-node.ts'
import { Scope } from './scope.ts'
import { excess } from './series.ts'
import { amountOf, toldDerivation } from './told.ts'

const mostBoxes = 64
/** Maximum nodes followed back. */
const mostNodes = 200

/** The elements of sequences on the way to a value, outermost first. */
type Path = readonly number[]

/** A node's values at the requested ports, while they can still be read. */
interface Run {
  readonly trace: Trace
  readonly recorder: Recorder
  readonly values: Readonly<Record<string, Value>>
  /** Which elements of the inputs this was about. */
  readonly paths: Readonly<Record<string, Path>>
}

type Traced = Pick<Run, 'trace' | 'paths'>

/** By planned node: it is replaced as soon as anything upstream changes. */
const traces = new WeakMap<PlannedNode, { readonly about: string; readonly traced: Traced }>()

export class Provenance {
  readonly #execution: Execution
  readonly #chosen: (node: string) => number

  constructor(execution: Execution, chosen: (node: string) => number) {
    this.#execution = execution
    this.#chosen = chosen
  }

  /** Throws Stopped, and `shape.out-of-bounds`. */
  async of(
    planned: PlannedNode,
    port: string,
    spot: Spot,
    flat: FlatGraph,
  ): Promise<MethodResult<'provenance'> | undefined> {
    const lease = new Lease()
    try {
      const wanted = planned.wants.has(port) ? planned : { ...planned, wants: new Set([...planned.wants, port]) }
      const { path, given } = await currentOf(this.#execution, wanted, port, this.#chosen, lease)
      if (!given) return undefined
      const { value } = given
      await this.#near(value, lease)
      const indices = path.map(({ index }) => index)
      const pictured = rasterOf(value)
      const { channels } = pictured ? inside(pictured, spot) : { channels: 1 }
      const number = pictured ? numberAt(pictured, spot) : (singleOf(value) ?? Number.NaN)
      const runs = planned.definition.kind === 'pure' || planned.definition.kind === 'source'
      const place = pictured ? spot : { value: number }
      const made = runs ? await this.#derivations(planned, port, place, indices, value) : undefined
      const areas = new Map<string, Area | undefined>()
      if (pictured) {
        const area = new Area()
        area.add(spot)
        areas.set(port, area)
      } else areas.set(port, undefined)
      const { outlines, cut } = await this.#back(planned, indices, areas, made?.traced)
      return {
        ...spot,
        channels,
        value: amountOf(number),
        steps: (made?.derivations ?? []).map(toldDerivation),
        outlines: withAliases(outlines, flat),
        cut: cut || !runs,
      }
    } finally {
      lease.end()
    }
  }

  /** The ops that made the number. Nothing runs if everything they read is still there. */
  async #derivations(
    planned: PlannedNode,
    port: string,
    at: Spot | { readonly value: number },
    path: Path,
    output: Wired,
  ) {
    const about = JSON.stringify([[port], path])
    const known = traces.get(planned)
    if (known?.about === about) {
      const { trace } = known.traced
      const lease = new Lease()
      try {
        const { inputs } = await this.#inputs(planned, path, lease)
        const reading = readingOf(trace, port, inputs, output)
        const derivations = derivationsOf(trace, reading, port, at)
        if (!reading.lacking) return { derivations, traced: known.traced }
      } finally {
        lease.end()
      }
    }
    const made = await this.#run(planned, [port], path, ({ trace, recorder, paths }) => {
      return { derivations: derivationsOf(trace, recorder, port, at), traced: { trace, paths } }
    })
    traces.set(planned, { about, traced: made.traced })
    return made
  }

  /** Makes the value's numbers readable, for as long as the lease. */
  async #near(value: Wired, lease: Lease): Promise<void> {
    const raster = rasterOf(value)
    if (!raster) return
    const done = await bringToCpu(raster, this.#execution.machine.devices.arena)
    lease.add({ footprint: 0, hold: () => undefined, drop: done })
  }

  /** The node's inputs for one element. */
  async #inputs(planned: PlannedNode, path: Path, lease: Lease) {
    const execution = this.#execution
    const { task } = execution
    const inputs: Record<string, Given> = {}
    const paths: Record<string, Path> = {}
    for (const [port, link] of Object.entries(planned.inputs)) {
      const spec = planned.sockets.inputs[port]
      let given = givenBy(await execution.resolve(link.from, lease), link.from, link.port)
      if (!given || !spec) continue
      const levels = excess(given.value, spec)
      for (let level = 0; level < levels && given.value.kind === 'series'; level++)
        given = await given.value.at(
          this.#index(path, level, given.value.length, link.from),
          { task, lease },
          planned.node,
        )
      inputs[port] = given
      paths[port] = path.slice(0, levels)
      await this.#near(given.value, lease)
    }
    return { inputs, paths }
  }

  /** Runs the node for one element and calls `use` while its values are held. */
  async #run<T>(planned: PlannedNode, ports: readonly string[], path: Path, use: (run: Run) => T): Promise<T> {
    const execution = this.#execution
    const { task, machine } = execution
    const { definition } = planned
    const lease = new Lease()
    try {
      const { inputs, paths } = await this.#inputs(planned, path, lease)
      const own = path.slice(Math.max(0, ...Object.values(paths).map(({ length }) => length)))
      // Explanations use the CPU's result, whose numbers can be read.
      const devices = { ...machine.devices, gpu: undefined }
      const scope = new Scope({ ...machine, devices }, planned.node, () => undefined)
      const { result } = await scope.take(
        task,
        lease,
        async () => {
          const recorder = new Recorder(scope.ops)
          const arrived = handed(planned, inputs, scope)
          for (const [port, value] of Object.entries(arrived)) arrived[port] = recorder.input(port, value)
          const { signal, services } = task
          const perform = recorder.performing(scope.perform)
          const progress = (): void => undefined
          const models = scope.models({ services, signal, perform, progress })
          const outputs = await definition.run(givenTo(planned, arrived), {
            inputs: arrived,
            ops: recorder.ops,
            // An explanation goes through all steps.
            apart: (of) => of(recorder.ops, models),
            signal,
            services,
            models,
            scale: planned.scale,
            seed: seedOf(planned),
            wants: (output) => ports.includes(output),
            progress,
            note: progress,
            claim: async () => undefined,
            work: (work, input, more) => machine.work.run(work, input, { signal: task.signal, ...more }),
          })
          // Wait for all of them, requested or not: what an op has begun must end before the node does.
          const given = await Promise.all(
            Object.entries(outputs).map(async ([port, value]) => [port, await (value as Value | undefined)] as const),
          )
          const values: Record<string, Value> = {}
          for (const [port, output] of given) {
            if (!ports.includes(port)) continue
            let value = output
            for (let level = 0; value?.kind === 'sequence'; level++)
              value = await value.at(this.#index(own, level, value.length, planned), task.signal)
            if (value) values[port] = value
          }
          return use({ trace: recorder.trace(values), recorder, values, paths })
        },
        () => [],
      )
      return result
    } finally {
      lease.end()
    }
  }

  #index(path: Path, level: number, length: number, planned: PlannedNode): number {
    const index = path[level] ?? this.#chosen(this.#execution.rootOf(planned, level))
    return Math.min(index, length - 1)
  }

  async #traceOf(planned: PlannedNode, ports: readonly string[], path: Path): Promise<Traced> {
    const about = JSON.stringify([ports, path])
    const known = traces.get(planned)
    if (known?.about === about) return known.traced
    const traced = await this.#run(planned, ports, path, ({ trace, paths }) => ({ trace, paths }))
    traces.set(planned, { about, traced })
    return traced
  }

  /** The part of every output before `start` that its `areas` depend on. */
  async #back(start: PlannedNode, path: Path, asked: ReadonlyMap<string, Area | undefined>, known: Traced | undefined) {
    const areas = new Map<PlannedNode, Map<string, Area | undefined>>([[start, new Map(asked)]])
    const paths = new Map<PlannedNode, Path>([[start, path]])
    const outlines: ProvenanceOutline[] = []
    let left = mostNodes
    let cut = false
    for (const planned of backwards(start)) {
      const own = areas.get(planned)
      if (!own) continue
      if (!planned.hidden)
        for (const [port, area] of own) outlines.push(await this.#outline(planned, port, area, paths))
      const links = Object.entries(planned.inputs)
      if (links.length === 0) continue
      if (planned.definition.kind !== 'pure' || left-- <= 0) {
        cut = true
        continue
      }
      const about = paths.get(planned) ?? []
      const { trace, paths: read } =
        planned === start && known ? known : await this.#traceOf(planned, [...own.keys()], about)
      for (const [port, area] of own)
        for (const [input, part] of reachOf(trace, port, area)) {
          const link = planned.inputs[input]
          if (!link) continue
          const ports = areas.get(link.from) ?? new Map<string, Area | undefined>()
          areas.set(link.from, ports)
          if (!paths.has(link.from)) paths.set(link.from, read[input] ?? [])
          const before = ports.get(link.port)
          if (before) before.addArea(part)
          else ports.set(link.port, part.empty ? undefined : part)
        }
    }
    return { outlines, cut }
  }

  async #outline(
    planned: PlannedNode,
    port: string,
    area: Area | undefined,
    paths: ReadonlyMap<PlannedNode, Path>,
  ): Promise<ProvenanceOutline> {
    const boxes = (area?.boxes(mostBoxes) ?? []).map(({ left, top, right, bottom }) => {
      return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
    })
    const exact = area === undefined || (area.exact && boxes.length > 0)
    const size = area && (await this.#size(planned, port, paths.get(planned) ?? []))
    return { node: planned.node, port, boxes, exact, ...(size && { size }) }
  }

  /** The size of an output's value. It exists: something was made from it. */
  async #size(planned: PlannedNode, port: string, path: Path) {
    const { task } = this.#execution
    const lease = new Lease()
    try {
      let given = givenBy(await this.#execution.resolve(planned, lease), planned, port)
      for (let level = 0; given?.value.kind === 'series'; level++)
        given = await given.value.at(
          this.#index(path, level, given.value.length, planned),
          { task, lease },
          planned.node,
        )
      const raster = given && rasterOf(given.value)
      if (!raster) return undefined
      const { width, height } = pictureOf(raster).image
      return { width, height }
    } finally {
      lease.end()
    }
  }
}

/** What is there without a run: the node's inputs and the output itself. `lacking`: something else was requested. */
function readingOf(trace: Trace, port: string, inputs: Readonly<Record<string, Given>>, output: Wired) {
  const made = trace.outputs[port]?.source
  const reading = {
    lacking: false,
    read(source: Source) {
      const own = made && keyOfSource(made) === keyOfSource(source)
      const value = source.kind === 'input' ? inputs[source.port]?.value : own ? output : undefined
      const found = value && rasterOf(value)
      reading.lacking ||= !found
      return found
    },
    plain() {
      reading.lacking = true
    },
  }
  return reading
}

/** Throws where there is no such number. */
function inside(value: Raster, { x, y, c }: Spot) {
  const { width, height, channels } = pictureOf(value).image
  if (x >= width || y >= height || c >= channels || !hasNumber(value, { y, x, c }))
    throw new SightlineError('shape.out-of-bounds', {
      what: 'The place',
      given: `x ${x}, y ${y}, channel ${c}`,
      size: `${width} × ${height} pixels of ${channels} channels`,
    })
  return { channels }
}

/** The node and everything upstream of it, each before those that feed it. */
function backwards(start: PlannedNode): readonly PlannedNode[] {
  const order: PlannedNode[] = []
  const seen = new Set<PlannedNode>([start])
  // An explicit stack: a long chain must not overflow the call stack.
  const stack = [{ planned: start, left: Object.values(start.inputs) }]
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.left.pop()?.from
    if (!next) {
      order.push(top.planned)
      stack.pop()
    } else if (!seen.has(next)) {
      seen.add(next)
      stack.push({ planned: next, left: Object.values(next.inputs) })
    }
  }
  return order.reverse()
}

/** Outputs that are also visible under another name: those of subgraphs and of bypassed nodes. */
function withAliases(outlines: readonly ProvenanceOutline[], flat: FlatGraph): ProvenanceOutline[] {
  const named = Map.groupBy(flat.aliases, ([, { node, port }]: readonly [string, FlatOutput]) => `${node}.${port}`)
  return outlines.flatMap((outline) => {
    const others = named.get(`${outline.node}.${outline.port}`) ?? []
    return [
      outline,
      ...others.map(([alias]) => {
        const dot = alias.indexOf('.')
        return { ...outline, node: alias.slice(0, dot), port: alias.slice(dot + 1) }
      }),
    ]
  })
}
