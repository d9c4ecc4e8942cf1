/** Random weights. */
import { randomFrom } from '../engine/types/random.ts'
import type { Start } from '../engine/values/layers/layer.ts'

export interface InitialiseInput {
  readonly weights: readonly {
    readonly name: string
    readonly at: number
    readonly count: number
    readonly start: Start
  }[]
  readonly seed: number
  /** Those that are there already. */
  readonly known: Float32Array
  readonly numbers: number
}

/** Of a text and a number: the seed of its random numbers. */
function stateOf(text: string, seed: number): number {
  let state = seed ^ 0x9e3779b9
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return state
}

/** All weights one after the other. Those of a layer depend on its name and the seed, not on other layers. */
export function initialise(
  { weights, seed, known, numbers }: InitialiseInput,
  progress: (part: number) => boolean = () => false,
): Float32Array {
  const out = new Float32Array(numbers)
  out.set(known)
  for (const { name, at, count, start } of weights) {
    if (at + count <= known.length) continue
    if (progress(at / numbers)) break
    if ('value' in start) {
      out.fill(start.value, at, at + count)
      continue
    }
    const random = randomFrom(stateOf(name, seed))
    for (let i = at; i < at + count; i++) out[i] = start.bound * (2 * random() - 1)
  }
  return out
}
