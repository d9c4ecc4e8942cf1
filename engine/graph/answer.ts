/** Checks answers to a lesson's questions against what the engine computes; the window and the tests of lessons share it. */
import { SightlineError } from '../types/problem.ts'
import { type Shape, sidesOf } from '../values/index.ts'
import { splitPort } from './document.ts'
import type { Choice, Goal, Prediction, Quantity } from './lesson.ts'

/** Answers questions about an output: a session of the engine. */
export interface Reader {
  /** `values`: one number per channel; null if it is not finite. */
  probe(node: string, port: string, x: number, y: number): Promise<{ readonly values: readonly (number | null)[] }>
  statistics(
    node: string,
    port: string,
  ): Promise<{
    readonly shape?: unknown
    readonly channels: readonly Readonly<Record<'min' | 'max' | 'mean' | 'std', number | null>>[]
  }>
}

/** @throws `lesson.no-value` if there is none, and what the reader throws */
export async function measure(reader: Reader, { of, pixel, measure: what, channel }: Quantity): Promise<number> {
  const value = await find()
  if (value === undefined || value === null) throw new SightlineError('lesson.no-value', { what: of })
  return value

  async function find(): Promise<number | null | undefined> {
    const [node, port] = splitPort(of)
    if (what === undefined) {
      const [x, y] = pixel ?? [0, 0]
      return (await reader.probe(node, port, x, y)).values[channel]
    }
    const { shape, channels } = await reader.statistics(node, port)
    const sides = sidesOf(shape as Shape)
    switch (what) {
      case 'height':
        return sides[0]
      case 'width':
        return sides[1]
      case 'channels':
        return sides[2]
      case 'numbers':
        return sides.length > 0 ? sides.reduce((a, b) => a * b, 1) : undefined
      default:
        return channels[channel]?.[what]
    }
  }
}

export interface Verdict {
  readonly right: boolean
  /** The engine's numbers; for a choice, one for each option. */
  readonly values: readonly number[]
  /** The index of the common mistake that leads to this answer. */
  readonly mistake?: number
}

/** @param numbers the named numbers of the step */
export function judgePrediction(
  { tolerance, mistakes }: Prediction,
  given: number,
  truth: number,
  numbers: ReadonlyMap<string, number>,
): Verdict {
  // A rounding error must not decide at the very edge.
  const near = (value: number): boolean => Math.abs(given - value) <= tolerance * (1 + 1e-6)
  if (near(truth)) return { right: true, values: [truth] }
  const mistake = mistakes.findIndex(({ weights }) =>
    near(Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (numbers.get(name) ?? Number.NaN), 0)),
  )
  return { right: false, values: [truth], ...(mistake >= 0 && { mistake }) }
}

export function judgeChoice({ wanted }: Choice, chosen: number, values: readonly number[]): Verdict {
  const best = wanted === 'largest' ? Math.max(...values) : Math.min(...values)
  return { right: values[chosen] === best, values }
}

export function judgeGoal({ above = -Infinity, below = Infinity }: Goal, value: number): Verdict {
  return { right: value > above && value < below, values: [value] }
}
