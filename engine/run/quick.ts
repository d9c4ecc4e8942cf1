/** What a quick preview runs for the views: windows at the size that they show, everything else on small pictures. */
import type { FlatOutput } from '../graph/topology.ts'
import type { View } from '../protocol/messages.ts'
import { type Shape, type Size, sizeOf } from '../values/index.ts'
import { type Draft, draftOf } from './draft.ts'
import type { Plan } from './plan.ts'
import type { PlannedNode } from './planned-node.ts'
import { scaleFor } from './scale.ts'
import type { Sight } from './sights.ts'
import { cutToWindows, largest, type Window } from './windows.ts'
import type { World } from './world.ts'

/** A node that runs, and what of it is shown. */
export interface Target {
  readonly planned: PlannedNode
  /** Absent: nobody looks; it runs for its own sake. */
  readonly output?: FlatOutput
  readonly port: string | undefined
  /** Only these views show it, as their window. */
  readonly views?: readonly string[]
}

export interface QuickOptions {
  readonly world: World
  readonly plan: Plan
  /** The size last shown of an output. */
  readonly seen: (output: FlatOutput) => Size | undefined
}

/** Everything in view: at full size if cached, else as a quick preview. */
export async function quickTargets({ world, plan, seen }: QuickOptions): Promise<readonly Target[]> {
  const targets = new Map<string, Target>()
  const windows: Sight[] = []
  const others: Sight[] = []
  for (const sight of plan.sights) {
    const { view, output } = sight
    const planned = plan.nodes.get(output.node)
    if (!planned) continue
    if (world.full.has(planned.key, planned.wants)) add(targets, planned, output)
    else if (isWindow(view, toldShape(plan, output))) windows.push(sight)
    else others.push(sight)
  }
  const scale = scaleFor(others, plan.analysis, seen)
  const fine = windows.length > 0 ? scaleFor(windows, plan.analysis, seen) : 0
  if (others.length > 0 && scale >= fine) {
    // All of the pictures is computed at this size anyway.
    show([...others, ...windows], draftOf(plan, scale, world.full), targets)
    return [...targets.values()]
  }
  show(others, draftOf(plan, scale, world.full), targets)
  await showWindows(windows, draftOf(plan, fine, world.full), targets, plan, world)
  return [...targets.values()]
}

const nameOf = ({ node, port }: FlatOutput): string => `${node}.${port}`

function add(targets: Map<string, Target>, planned: PlannedNode, output: FlatOutput): void {
  targets.set(nameOf(output), { planned, output, port: output.port })
}

function show(sights: readonly Sight[], draft: Draft, targets: Map<string, Target>): void {
  for (const { output } of sights) {
    const planned = draft.node(output.node)
    if (planned) add(targets, planned, output)
  }
}

async function showWindows(
  sights: readonly Sight[],
  draft: Draft,
  targets: Map<string, Target>,
  plan: Plan,
  world: World,
): Promise<void> {
  const windows = sights.flatMap(({ view, output }): (Window & { readonly output: FlatOutput })[] => {
    const planned = draft.node(output.node)
    if (!planned) return []
    const fullSize = (own: Size): Size => fullSizeOf(plan, output, own, planned.scale)
    return [{ planned, port: output.port, view, output, fullSize }]
  })
  const cut = await cutToWindows(windows, world)
  for (const { planned, port, view, output } of windows) {
    const run = cut.get(planned) ?? planned
    // All of it at full size serves every view.
    if (!run.draft) {
      add(targets, run, output)
      continue
    }
    const name = `${nameOf(output)} window`
    const views = targets.get(name)?.views ?? []
    targets.set(name, { planned: run, output, port, views: [...views, view.id] })
  }
}

/** Whether a view shows only a part of a picture that is worth computing by itself. */
function isWindow({ region }: View, shape: Shape | undefined): boolean {
  if (!region || shape?.kind !== 'image') return false
  const overlap = (from: number, length: number, size: number): number =>
    Math.max(0, Math.min(from + length, size) - Math.max(from, 0))
  const { width, height } = shape
  const shown = overlap(region.x, region.width, width) * overlap(region.y, region.height, height)
  return shown > 0 && shown <= largest * width * height
}

/** The shape that an output is known to have; of a sequence, that of its elements. */
function toldShape({ analysis }: Plan, { node, port }: FlatOutput): Shape | undefined {
  let told: Shape | undefined = analysis.nodes.get(node)?.outputs[port]?.shape
  while (told?.kind === 'sequence') told = told.element
  return told
}

/** The size of the full result of which a quick preview has this size. */
export function fullSizeOf(plan: Plan, output: FlatOutput, { width, height }: Size, scale: number): Size {
  const told = toldShape(plan, output)
  return (
    (told && sizeOf(told)) ?? {
      width: Math.max(1, Math.round(width / scale)),
      height: Math.max(1, Math.round(height / scale)),
    }
  )
}
