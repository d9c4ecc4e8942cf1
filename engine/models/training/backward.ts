/** Reverse mode: from the last recorded operator back to the first. */
import type { Tape } from './tape.ts'

/** What may pass a gradient on to these tensors: they, and whatever is made of them. */
function depending(tape: Tape, on: readonly string[]): ReadonlySet<string> {
  const reached = new Set(on)
  for (const { type, inputs, outputs } of tape.nodes)
    if (tape.rule(type).backward && inputs.some((input) => reached.has(input)))
      for (const output of outputs) reached.add(output)
  return reached
}

/**
 * Writes the gradients of a number by tensors.
 * @returns their names, in the order of `by`; undefined where the number does not depend on it
 */
export function gradientsOf(
  tape: Tape,
  number: string,
  by: readonly string[],
  /** Writes the gradient of the recorded operator at a place: whoever knows whose it is may say so where it fails. */
  at: <T>(place: number, write: () => T) => T = (_, write) => write(),
): readonly (string | undefined)[] {
  const wanted = depending(tape, by)
  const found = new Map<string, string>([[number, tape.number(1)]])
  for (const [place, node] of [...tape.nodes.entries()].reverse()) {
    if (!node.inputs.some((input) => wanted.has(input))) continue
    const gradients = node.outputs.map((output) => found.get(output))
    if (gradients.every((gradient) => gradient === undefined)) continue
    const { backward } = tape.rule(node.type)
    if (!backward) continue
    const wants = (at: number): boolean => wanted.has(node.inputs[at] ?? '')
    const made = at(place, () => backward(tape, node, gradients[0] ?? '', wants, gradients))
    for (const [i, gradient] of made.entries()) {
      const input = node.inputs[i] ?? ''
      if (gradient === undefined || !wanted.has(input)) continue
      const before = found.get(input)
      found.set(input, before === undefined ? gradient : tape.operator('Add', [before, gradient]))
    }
  }
  return by.map((one) => found.get(one))
}
