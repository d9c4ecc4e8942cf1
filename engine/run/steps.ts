/** The algorithm of a node step by step, within bounds: it is told to a person, who reads some hundred sentences at most. */
import type { NodeDefinition } from '../graph/node.ts'
import type { MethodResult } from '../protocol/methods.ts'
import { SightlineError } from '../types/problem.ts'
import { partsOf, type Value } from '../values/index.ts'
import { type AlgorithmStep, algorithmStepSchema } from '../values/step.ts'

const mostSteps = 500
/** In ms, also for steps that no one sees. */
const mostTime = 2000
/** Numbers in the inputs. */
const mostNumbers = 65_536
/** How long a generator may keep the engine's thread, in ms. */
const stretch = 5

/** Throws `steps.too-large`. */
export function checkSmall(values: readonly Value[]): void {
  let given = 0
  for (const value of values)
    for (const { shape } of Object.values(partsOf(value))) given += shape.reduce((product, side) => product * side, 1)
  if (given > mostNumbers) throw new SightlineError('steps.too-large', { given, limit: mostNumbers })
}

/** Takes steps until there are no more, too many, or the time is over. Throws what the generator throws, and the signal's reason. */
export async function takeSteps(
  { of }: NonNullable<NodeDefinition['steps']>,
  given: Readonly<Record<string, unknown>>,
  context: Parameters<typeof of>[1],
): Promise<Pick<MethodResult<'steps'>, 'steps' | 'cut'>> {
  const steps: AlgorithmStep[] = []
  const start = performance.now()
  let since = start
  for await (const step of of(given, context)) {
    context.signal.throwIfAborted()
    const now = performance.now()
    if (steps.length === mostSteps || now - start > mostTime) return { steps, cut: true }
    steps.push(algorithmStepSchema.parse(step))
    if (now - since < stretch) continue
    await new Promise((resolve) => setTimeout(resolve))
    since = performance.now()
  }
  context.signal.throwIfAborted()
  return { steps, cut: false }
}
