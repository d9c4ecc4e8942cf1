/** Names of classes in a file, in the order of a network's numbers. */
import { SightlineError } from '../engine/types/problem.ts'

const spaced = (name: string): string => name.trim().replaceAll('_', ' ')

/** Keras' own file has the id of WordNet before the name. */
const nameIn = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value)

function namesInJson(json: unknown): readonly string[] | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const found = Array.isArray(json)
    ? json.map(nameIn)
    : Array.from({ length: Object.keys(json).length }, (_, i) => nameIn((json as Record<string, unknown>)[String(i)]))
  return found.every((name) => typeof name === 'string') ? found.map(spaced) : undefined
}

/**
 * The names of a JSON list, of a JSON object whose keys are the numbers from 0, or of text with one a line; underlines become
 * spaces.
 * @throws `classify.names-form`, `classify.names` where there are more or fewer than `count`
 */
export function readNames(text: string, path: string, count: number): readonly string[] {
  let names: readonly string[] | undefined
  if (/^\s*[[{]/.test(text)) {
    try {
      names = namesInJson(JSON.parse(text))
    } catch {
      // Text that only looks like JSON has no names either.
    }
    if (!names) throw new SightlineError('classify.names-form', { path })
  } else
    names = text
      .trimEnd()
      .split(/\r\n|\n|\r/)
      .map(spaced)
  if (names.length !== count) throw new SightlineError('classify.names', { path, given: names.length, wanted: count })
  return names
}

/**
 * The numbers of the classes that a parameter names, by name (in any case) or number; undefined where none is named: all.
 * @throws param.invalid for a name that no class has
 */
export function idsNamed(text: string, names: readonly string[], param: string): ReadonlySet<number> | undefined {
  const wanted = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (wanted.length === 0) return undefined
  const lower = names.map((name) => name.toLowerCase())
  return new Set(
    wanted.map((name) => {
      const found = lower.indexOf(name.toLowerCase())
      if (found >= 0) return found
      if (/^\d+$/.test(name)) return Number(name)
      const known = names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '')
      throw new SightlineError('param.invalid', {
        param,
        given: `"${name}"`,
        wanted: names.length > 0 ? `names or numbers of classes (${known})` : 'numbers: these classes have no names',
      })
    }),
  )
}
