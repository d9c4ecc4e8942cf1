/**
 * A value in two pieces: its head, plain JSON that says everything but the numbers, and its parts, the tensors that hold them.
 * Hashing, keeping on disk and sending follow from that.
 */
import type { Value } from './index.ts'
import type { AnyValue, Parts } from './kind.ts'
import { kindOf, partsOf } from './registry.ts'

/** JSON has no such numbers: they are written as `{ "$number": "NaN" }`. */
const tag = '$number'
const untold = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])

const nameOf = (value: unknown): string | undefined =>
  typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))
    ? undefined
    : Object.is(value, -0)
      ? '-0'
      : String(value)

/** The head as JSON text, the same for equal values. */
export function headText(value: AnyValue): string {
  const head = kindOf(value).head.parse(value)
  return JSON.stringify(head, (_, own: unknown) => {
    const name = nameOf(own)
    return name === undefined ? own : { [tag]: name }
  })
}

/** Puts a value together from what `headText` and `partsOf` gave. Throws where the head is none of this kind. */
export function assemble(text: string, parts: Parts): Value {
  const given = JSON.parse(text, (_, own: unknown) => {
    if (typeof own !== 'object' || own === null) return own
    const [[key, name] = []] = Object.entries(own)
    return key === tag && untold.has(String(name)) ? untold.get(String(name)) : own
  }) as AnyValue
  const kind = kindOf(given)
  const head = kind.head.parse(given) as AnyValue
  return (kind.make ? kind.make(head, parts) : { ...head, ...parts }) as Value
}

/** Hashes by a function that takes bytes and text: the head, then each part with its name, dtype, shape and bytes. */
export async function digest(
  value: AnyValue,
  read: (part: Parts[string]) => Promise<ArrayBufferView>,
  update: (data: ArrayBufferView | string) => void,
): Promise<void> {
  update(headText(value))
  for (const [name, part] of Object.entries(partsOf(value))) {
    update(`\n${name} ${part.dtype ?? 'float32'} ${part.shape.join(' ')}\n`)
    update(await read(part))
  }
}
