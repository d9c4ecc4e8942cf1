/**
 * Live sources in a run from start to end: each gives its first frames, one after the other, none dropped. One frame is a value
 * as any other; several are a sequence, so that what follows runs for each of them.
 */
import type { NodeContext, NodeDefinition } from '../graph/node.ts'
import { hurriedClock } from '../types/clock.ts'
import type { FeedFrame } from '../types/feed.ts'
import { SightlineError } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { SequenceValue, Value } from '../values/index.ts'
import { noCameras } from './cameras.ts'
import { cancelled } from './flights.ts'
import { framed, withSources } from './framed.ts'
import { hashText } from './keys.ts'
import type { Plan } from './plan.ts'
import type { PlannedNode } from './planned-node.ts'

export interface GatherOptions {
  /** How many frames of each source. */
  readonly count: number
  readonly wanted: (node: string) => boolean
  readonly servicesOf: (node: string) => Services
  readonly signal: AbortSignal
}

let runs = 0

/** The plan with the live sources on frames. A source that fails is a node that fails. */
export async function withFirstFrames(plan: Plan, options: GatherOptions): Promise<Plan> {
  const { count, wanted } = options
  const sources = [...plan.nodes.values()].filter(({ definition, node }) => definition.feed && wanted(node))
  if (sources.length === 0) return plan
  const name = `run ${++runs}`
  const made = await Promise.all(
    sources.map(async (planned) => {
      try {
        const frames = await firstFrames(planned, options)
        const [frame] = frames
        const one = count === 1 && frame
        return one ? { ...planned, ...framed(planned, { frame: one, name }) } : filmOf(planned, frames, name)
      } catch (error) {
        options.signal.throwIfAborted()
        return failing(planned, error, name)
      }
    }),
  )
  const other = new Map(sources.map((planned, i) => [planned, made[i]]))
  return withSources(
    plan,
    () => ({}),
    (planned) => other.get(planned),
  )
}

async function firstFrames({ node, definition, params }: PlannedNode, options: GatherOptions): Promise<FeedFrame[]> {
  const { count, servicesOf, signal } = options
  const stop = new AbortController()
  const frames: FeedFrame[] = []
  try {
    const context = {
      signal: AbortSignal.any([signal, stop.signal]),
      clock: hurriedClock(),
      services: servicesOf(node),
      cameras: noCameras,
    }
    for await (const frame of definition.feed?.of(params, context) ?? []) {
      frames.push(frame)
      if (frames.length === count) return frames
    }
  } finally {
    stop.abort(cancelled())
  }
  throw new SightlineError('feed.ended', { given: frames.length, wanted: count })
}

/** The source as a node whose outputs are sequences, one element a frame. */
function filmOf(planned: PlannedNode, frames: readonly FeedFrame[], name: string): PlannedNode {
  const { feed: _, ...definition } = planned.definition
  const outputs = Object.fromEntries(
    Object.entries(planned.sockets.outputs).map(([port, element]) => [port, { type: 'sequence', element } as const]),
  )
  const run = (given: Readonly<Record<string, unknown>>, context: NodeContext) =>
    Object.fromEntries(
      Object.keys(outputs).map((port) => {
        const at = async (index: number): Promise<Value> => {
          const frame = frames[index]
          const made = frame && (await definition.run(given, { ...context, frame }))
          return (await made?.[port]) as Value
        }
        const element = planned.shapes?.[port] ?? { kind: 'unknown' }
        return [port, { kind: 'sequence', length: frames.length, element, at } satisfies SequenceValue]
      }),
    )
  return other(planned, { ...definition, outputs, run }, name)
}

const failing = (planned: PlannedNode, error: unknown, name: string): PlannedNode => {
  const { feed: _, ...definition } = planned.definition
  return other(planned, { ...definition, run: () => Promise.reject(error) }, name)
}

const other = (planned: PlannedNode, definition: NodeDefinition, name: string): PlannedNode => ({
  ...planned,
  definition,
  sockets: { ...planned.sockets, outputs: definition.outputs },
  key: hashText(`${planned.key}\n${name}`),
})
