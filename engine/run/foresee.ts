/** A run told before it: what each node would give, what would fail, what is probably wrong, what it will take. */
import type { Document } from '../graph/document.ts'
import { problemsOf } from '../graph/report.ts'
import type { Shape } from '../values/index.ts'
import { planOf } from './document-plan.ts'
import type { Foreseen, PlacedProblem, RunOptions } from './engine.ts'
import { estimate } from './estimate.ts'
import type { Plan } from './plan.ts'
import type { World } from './world.ts'

export async function foresee(
  world: World,
  document: Document,
  { services, fresh }: Pick<RunOptions, 'services' | 'fresh'>,
  signal: AbortSignal,
): Promise<Foreseen> {
  const plan = await planOf(world, document, services, signal)
  const { analysis } = plan
  const { models } = world.definitions.context(services, signal)
  const nodes = [...analysis.flat.nodes.values()].map(({ id, type }) => {
    const { why, problem } = plan.blocked.get(id) ?? { why: 'ready' as const }
    const outputs: Record<string, Shape> = {}
    for (const [port, { shape }] of Object.entries(analysis.nodes.get(id)?.outputs ?? {}))
      if (shape) outputs[port] = shape
    return { id, type, status: why, ...(problem && { problem }), outputs }
  })
  return {
    nodes,
    problems: faultsOf(plan),
    advice: [...analysis.wires].flatMap(([at, { advice }]) => (advice ? [{ at, problem: advice }] : [])),
    estimate: await estimate(world, { plan, models, fresh }),
  }
}

/** Of wires and nodes, and of files that nodes cannot read. */
function faultsOf({ analysis, blocked }: Plan): readonly PlacedProblem[] {
  const found = [...problemsOf(analysis)]
  const said = new Set(found.map(({ problem }) => problem))
  for (const [at, { why, problem }] of blocked)
    if (why === 'error' && problem && !said.has(problem)) found.push({ at, problem })
  return found
}
