/** One run of what a window shows: quick previews while something moves, or everything at full size. */
import { againIfLost } from '../gpu/error.ts'
import type { FlatOutput } from '../graph/topology.ts'
import type { Services } from '../types/services.ts'
import type { ImageShape, Shape } from '../types/value.ts'
import { currentOf, type Level } from './current.ts'
import { type Draft, draftOf } from './draft.ts'
import { Execution } from './execution.ts'
import { cancelled } from './flights.ts'
import { type Key, wholeOf } from './keys.ts'
import { shapeOfValue } from './outside.ts'
import { type Plan, usedBy } from './plan.ts'
import { type Given, Lease } from './result.ts'
import { type Sight, type Size, scaleFor } from './scale.ts'
import type { Step } from './step.ts'
import { type NodeEvent, Stopped } from './task.ts'
import type { Shown } from './views.ts'
import type { World } from './world.ts'

export interface LiveOptions {
  readonly world: World
  readonly services: Services
  readonly plan: Plan
  readonly quick: boolean
  readonly sights: readonly Sight[]
  /** The element that is shown of a node's sequence. */
  readonly chosen: (node: string) => number
  /** The size of what was shown last of an output. */
  readonly seen: (output: FlatOutput) => Size | undefined
  readonly report: (node: string, event: NodeEvent) => void
  readonly show: (output: FlatOutput, shown: Shown) => void
  /** The output has no value. */
  readonly clear: (output: FlatOutput) => void
  /** The sequences on the way to what a node shows. */
  readonly onPath: (node: string, path: readonly Level[]) => void
}

export interface Live {
  /** Ends when all is done, or aborted. Never rejects but for a fault of ours. */
  readonly done: Promise<void>
  /** What is under way of these results goes on although whoever started it stops. */
  adopt(elementsToo: boolean): void
  abort(): void
  readonly aborted: boolean
}

interface Target {
  readonly step: Step
  /** Absent: nobody looks; it is run for its own sake. */
  readonly output?: FlatOutput
  readonly port: string | undefined
}

export function startLive(options: LiveOptions): Live {
  const { world, plan } = options
  const controller = new AbortController()
  const draft = options.quick ? quickSteps(options) : undefined
  const targets = draft ? quickTargets(options, draft) : fullTargets(options)
  const adopted: (() => void)[] = []
  let keys: Set<Key> | undefined

  const done = runTargets(options, targets, controller.signal).finally(() => {
    for (const leave of adopted) leave()
  })
  return {
    done,
    adopt(elementsToo) {
      keys ??= keysOf([...plan.steps.values(), ...targets.map(({ step }) => step)])
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
  // Whoever starts a run has it in hand before it reports.
  await null
  const execution = new Execution(world.machine, {
    signal,
    services,
    full: world.full,
    drafts: world.drafts,
    explicit: false,
    urgent: options.quick,
    seen: new Set(),
    report: (node, event) => {
      if (!signal.aborted) report(node, event)
    },
  })
  const shown = (target: Target, given: Given | undefined, path: readonly Level[]): void => {
    const { step, output } = target
    onPath(step.node, path)
    if (!output) return
    const quality = step.draft ? 'draft' : 'full'
    if (given) show(output, { given, quality, shape: fullShape(plan, output, step, given) })
    else if (!options.quick) clear(output)
  }
  const run = async (target: Target): Promise<void> => {
    const { step, output, port } = target
    const lease = new Lease()
    try {
      const { path, given } = await againIfLost(() => currentOf(execution, step, port, chosen, lease))
      signal.throwIfAborted()
      shown(target, given, path)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Stopped)) throw error
      // What fails only because it is small is no error.
      if (options.quick) return
      if (error.node !== step.node || error.why !== 'failed') report(step.node, { type: 'stopped', stopped: error })
      if (output) clear(output)
    } finally {
      lease.end()
    }
  }
  // Most of a large graph is there already: that is no work for promises.
  const missing = targets.filter((target) => {
    const known = execution.known(target.step)
    if (!known) return true
    const value = target.port === undefined ? undefined : known.outputs[target.port]
    if (value?.kind === 'series') return true
    shown(target, value && { value, owner: known }, [])
    return false
  })
  await Promise.all(missing.map(run))
}

/** Nodes that feed nothing, and all that is looked at. */
function fullTargets({ plan, sights }: LiveOptions): Target[] {
  const used = usedBy(plan)
  const targets: Target[] = []
  const seen = new Set<string>()
  for (const { output } of sights) {
    const step = plan.steps.get(output.node)
    const name = `${output.node}.${output.port}`
    if (!step || seen.has(name)) continue
    seen.add(name)
    seen.add(output.node)
    targets.push({ step, output, port: output.port })
  }
  for (const [id, step] of plan.steps) {
    if (seen.has(id) || used.has(id)) continue
    targets.push({ step, port: step.definition.preview ?? Object.keys(step.definition.outputs)[0] })
  }
  return targets
}

/** Whether the full result is there already. */
const isThere = ({ world }: LiveOptions, step: Step): boolean => world.full.has(step.key, step.wants)

function quickSteps(options: LiveOptions): Draft {
  const { plan, sights, world } = options
  const small = sights.filter(({ output }) => {
    const step = plan.steps.get(output.node)
    return step && !isThere(options, step)
  })
  return draftOf(plan, scaleFor(small, plan.analysis, options.seen), world.full)
}

/** What is looked at: at full size where that is there, else as quickly as it goes. */
function quickTargets(options: LiveOptions, draft: Draft): Target[] {
  const targets = new Map<string, Target>()
  for (const { output } of options.sights) {
    const full = options.plan.steps.get(output.node)
    const step = full && (isThere(options, full) ? full : draft.step(output.node))
    if (step) targets.set(`${output.node}.${output.port}`, { step, output, port: output.port })
  }
  return [...targets.values()]
}

/** The keys of these steps and of all before them. */
function keysOf(steps: readonly Step[]): Set<Key> {
  const keys = new Set<Key>()
  const seen = new Set<Step>()
  const stack = [...steps]
  for (let step = stack.pop(); step; step = stack.pop()) {
    if (seen.has(step)) continue
    seen.add(step)
    keys.add(step.key)
    for (const link of Object.values(step.inputs)) stack.push(link.step)
  }
  return keys
}

/** The shape that a value has, or that what it stands for will have. */
function fullShape({ analysis }: Plan, { node, port }: FlatOutput, step: Step, { value }: Given): Shape {
  const own = shapeOfValue(value)
  if (!step.draft || own.kind !== 'image') return own
  let told: Shape | undefined = analysis.nodes.get(node)?.outputs[port]?.shape
  while (told?.kind === 'sequence') told = told.element
  if (told?.kind === 'image') return told
  const side = (length: number): number => Math.max(1, Math.round(length / step.scale))
  return { ...own, width: side(own.width), height: side(own.height) } satisfies ImageShape
}
