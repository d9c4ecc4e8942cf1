/** One run of what a window shows: quick previews while something moves, or everything at full size. */
import { againIfLost } from '../gpu/error.ts'
import type { FlatOutput } from '../graph/topology.ts'
import type { Services } from '../types/services.ts'
import { kindOf, type Shape, sizeOf } from '../values/index.ts'
import { currentOf, type Level } from './current.ts'
import { Execution } from './execution.ts'
import { cancelled } from './flights.ts'
import { type Key, wholeOf } from './keys.ts'
import { Lease } from './lease.ts'
import { shapeOfValue } from './outside.ts'
import { type Plan, usedBy } from './plan.ts'
import { type PlannedNode, underOf } from './planned-node.ts'
import type { Pool } from './pool.ts'
import { fullSizeOf, type Target } from './quick.ts'
import type { Given, Result } from './result.ts'
import { type NodeEvent, Stopped } from './task.ts'
import type { Shown } from './views.ts'
import type { World } from './world.ts'

export interface LiveOptions {
  readonly world: World
  readonly services: Services
  readonly plan: Plan
  /** Where results of frames are. */
  readonly frames?: Pool | undefined
  /** Nothing is computed; only what is cached is shown. */
  readonly cachedOnly?: boolean
  /** What a quick preview runs; absent: everything at full size. */
  readonly quick?: readonly Target[] | undefined
  /** The element shown of a node's sequence. */
  readonly chosen: (node: string) => number
  /** As `Task.since`. */
  readonly since?: number | undefined
  readonly report: (node: string, event: NodeEvent) => void
  /** `views`: only these show it. */
  readonly show: (output: FlatOutput, shown: Shown, views?: readonly string[]) => void
  /** The output has no value. */
  readonly clear: (output: FlatOutput) => void
  /** The sequences on the way to what a node shows. */
  readonly onPath: (node: string, path: readonly Level[]) => void
}

export interface Live {
  /** Settles when everything is done, or aborted. Rejects only for an internal error. */
  readonly done: Promise<void>
  /** Keeps computations of these results under way although the run that started them stops. */
  adopt(elementsToo: boolean): void
  abort(): void
  readonly aborted: boolean
}

export function startLive(options: LiveOptions): Live {
  const { world, plan } = options
  const controller = new AbortController()
  const targets = options.quick ?? fullTargets(options)
  const adopted: (() => void)[] = []
  let keys: Set<Key> | undefined

  const done = runTargets(options, targets, controller.signal).finally(() => {
    for (const leave of adopted) leave()
  })
  return {
    done,
    adopt(elementsToo) {
      keys ??= keysOf([...plan.nodes.values(), ...targets.map(({ planned }) => planned)])
      const wanted = (key: Key): boolean => Boolean(keys?.has(wholeOf(key))) && (elementsToo || !key.includes('/'))
      for (const pool of [world.full, world.drafts]) adopted.push(pool.flights.adopt(wanted))
    },
    abort: () => controller.abort(cancelled()),
    get aborted() {
      return controller.signal.aborted
    },
  }
}

async function runTargets(options: LiveOptions, targets: readonly Target[], signal: AbortSignal): Promise<void> {
  const { world, services, chosen, report, show, clear, onPath, plan } = options
  // Let the caller receive the run before the first report.
  await null
  const execution = new Execution(world.machine, {
    signal,
    services,
    full: world.full,
    drafts: world.drafts,
    frames: options.frames,
    explicit: false,
    cachedOnly: options.cachedOnly,
    since: options.since,
    urgent: options.quick !== undefined || options.frames !== undefined,
    seen: new Set(),
    report: (node, event) => {
      if (!signal.aborted) report(node, event)
    },
  })
  const shown = (target: Target, given: Given | undefined, path: readonly Level[], under?: Given): void => {
    const { planned, output, views } = target
    onPath(planned.node, path)
    if (!output) return
    const quality = planned.draft ? 'draft' : 'full'
    const cut = planned.cuts?.[output.port]
    const shape = given && fullShape(plan, output, planned, given)
    if (shape) show(output, { given, quality, shape, ...(under && { under }), ...(cut && { cut }) }, views)
    else if (!options.quick) clear(output)
  }
  /** The picture that the target lies over, as far as there is one. */
  const underneath = async ({ planned, port }: Target, lease: Lease): Promise<Given | undefined> => {
    const link = port === undefined ? undefined : underOf(planned, port)
    if (!link) return undefined
    try {
      return (await againIfLost(() => currentOf(execution, link.from, link.port, chosen, lease))).given
    } catch (error) {
      if (error instanceof Stopped) return undefined
      throw error
    }
  }
  const run = async (target: Target): Promise<void> => {
    const { planned, output, port } = target
    const lease = new Lease()
    try {
      const { path, given } = await againIfLost(() => currentOf(execution, planned, port, chosen, lease))
      const under = await underneath(target, lease)
      signal.throwIfAborted()
      shown(target, given, path, under)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Stopped)) throw error
      // Failing only because the picture is small is not an error.
      if (options.quick) return
      if (error.node !== planned.node || error.why !== 'failed')
        report(planned.node, { type: 'stopped', stopped: error })
      const emitted = output && world.machine.jobs.latest(planned.key)
      if (emitted) showEmitted(emitted, output, show)
      else if (output) clear(output)
    } finally {
      lease.end()
    }
  }
  // Most of a large graph is cached already: handle that synchronously.
  const missing = targets.filter((target) => {
    const known = execution.known(target.planned)
    if (!known) return true
    const value = target.port === undefined ? undefined : known.outputs[target.port]
    if (value?.kind === 'series' || (target.port !== undefined && underOf(target.planned, target.port))) return true
    shown(target, value && { value, owner: known }, [])
    return false
  })
  await Promise.all(missing.map(run))
}

/** Shows what a job has so far. */
export function showEmitted(result: Result, output: FlatOutput, show: LiveOptions['show']): void {
  const value = result.outputs[output.port]
  if (value) show(output, { given: { value, owner: result }, quality: 'full', shape: shapeOfValue(value) })
}

/** Nodes that feed nothing, and everything in view. */
function fullTargets({ plan }: LiveOptions): Target[] {
  const used = usedBy(plan)
  const targets: Target[] = []
  const seen = new Set<string>()
  for (const { output } of plan.sights) {
    const planned = plan.nodes.get(output.node)
    const name = `${output.node}.${output.port}`
    if (!planned || seen.has(name)) continue
    seen.add(name)
    seen.add(output.node)
    targets.push({ planned, output, port: output.port })
  }
  for (const [id, planned] of plan.nodes) {
    if (seen.has(id) || used.has(id)) continue
    targets.push({ planned, port: planned.definition.preview ?? Object.keys(planned.sockets.outputs)[0] })
  }
  return targets
}

/** The keys of these nodes and of everything upstream. */
export function keysOf(nodes: readonly PlannedNode[]): Set<Key> {
  const keys = new Set<Key>()
  const seen = new Set<PlannedNode>()
  const stack = [...nodes]
  for (let planned = stack.pop(); planned; planned = stack.pop()) {
    if (seen.has(planned)) continue
    seen.add(planned)
    keys.add(planned.key)
    for (const link of Object.values(planned.inputs)) stack.push(link.from)
  }
  return keys
}

/** The shape of a value, or, of a quick preview, the shape of the full result. */
function fullShape(plan: Plan, output: FlatOutput, { draft, scale, cuts }: PlannedNode, { value }: Given): Shape {
  const own = shapeOfValue(value)
  const size = cuts?.[output.port]?.of ?? sizeOf(own)
  if (!draft || !size) return own
  return (kindOf(own).sized?.(own, fullSizeOf(plan, output, size, scale)) as Shape | undefined) ?? own
}
