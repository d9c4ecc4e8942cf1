/** Random numbers that follow from a seed and from what they are for, so that any of them can be made again by itself. */
import { randomFrom } from '../engine/types/random.ts'

/** From 0 to below 1. */
export function randomOf(...seeds: readonly (number | string)[]): () => number {
  let state = 0x9e3779b9
  for (const seed of seeds)
    for (const letter of `${seed};`) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return randomFrom(state)
}

/** 0 to count - 1 in a random order (Fisher and Yates). */
export function shuffled(count: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    const held = order[i] as number
    order[i] = order[other] as number
    order[other] = held
  }
  return order
}
