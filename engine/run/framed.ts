/** A plan with frames: live sources run on the frame they gave, and what depends on them gets the keys that follow from it. */
import type { FeedFrame } from '../types/feed.ts'
import { hashText } from './keys.ts'
import { keyOf, type Plan } from './plan.ts'
import type { Link, PlannedNode } from './planned-node.ts'

/** A frame that a live source gave. */
export interface Taken {
  readonly frame: FeedFrame
  /** Names it among all frames. */
  readonly name: string
}

type Mark = Pick<PlannedNode, 'live' | 'base'>

/**
 * The same plan on these frames (by node). `live`: the sources play, so that what is made of the frames is kept only until the
 * next ones arrive.
 */
export function withFrames(plan: Plan, frames: ReadonlyMap<string, Taken>, live: boolean): Plan {
  if (frames.size === 0) return plan
  const markOf = ({ key, base = key }: PlannedNode): Mark => ({ base, ...(live && { live: true as const }) })
  return withSources(plan, markOf, (planned) => {
    const taken = frames.get(planned.node)
    return taken && { ...planned, ...markOf(planned), ...framed(planned, taken) }
  })
}

/** What a live source has besides, with a frame. */
export const framed = ({ key }: PlannedNode, { frame, name }: Taken): Pick<PlannedNode, 'frame' | 'key'> => ({
  frame,
  key: hashText(`${key}\n${name}`),
})

/** The same plan with other live sources; `other` returns undefined for those that stay. What depends on them is marked. */
export function withSources(
  plan: Plan,
  markOf: (planned: PlannedNode) => Mark,
  other: (source: PlannedNode) => PlannedNode | undefined,
): Plan {
  const made = new Map<PlannedNode, PlannedNode>()
  const follow = (planned: PlannedNode): PlannedNode => {
    const known = made.get(planned)
    if (known) return known
    const next = make(planned)
    made.set(planned, next)
    return next
  }
  const make = (planned: PlannedNode): PlannedNode => {
    const { definition, params, identity } = planned
    const source = definition.feed && other(planned)
    if (source) return source
    const inputs: Record<string, Link> = {}
    let changed = false
    for (const [port, link] of Object.entries(planned.inputs)) {
      const from = follow(link.from)
      changed ||= from !== link.from
      inputs[port] = { from, port: link.port }
    }
    if (!changed) return planned
    return { ...planned, ...markOf(planned), inputs, key: keyOf(definition, params, inputs, identity) }
  }
  // In running order, so that inputs are made before what takes them.
  return { ...plan, nodes: new Map([...plan.nodes].map(([id, planned]) => [id, follow(planned)])) }
}

/** The part of a plan with these nodes. */
export function partOf(plan: Plan, wanted: (planned: PlannedNode) => boolean): Plan {
  const nodes = new Map([...plan.nodes].filter(([, planned]) => wanted(planned)))
  return { ...plan, nodes, sights: plan.sights.filter(({ output }) => nodes.has(output.node)) }
}

/** These sources, and all nodes that depend on them. */
export function fedBy({ nodes, analysis }: Plan, sources: ReadonlySet<string>): ReadonlySet<string> {
  const fed = new Set<string>()
  if (sources.size === 0) return fed
  for (const id of nodes.keys()) {
    const inputs = Object.values(analysis.nodes.get(id)?.inputs ?? {})
    if (sources.has(id) || inputs.some(({ node }) => fed.has(node))) fed.add(id)
  }
  return fed
}
