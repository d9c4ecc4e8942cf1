/** Untrusted JSON: what no document needs is refused before any schema sees it. */
import { SightlineError } from '../types/problem.ts'

/** The limits of a pipeline file: characters of text, and levels of nesting. */
export const jsonLimits = { bytes: 16 * 2 ** 20, depth: 32 } as const

const unsafeKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** `nodes[3].position.x`; the whole is "it". */
export const pathWords = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (words, key) => (typeof key === 'number' ? `${words}[${key}]` : words ? `${words}.${String(key)}` : String(key)),
    '',
  ) || 'it'

/** A value as shown in a message: `"blu..."`, `12`, `a list`, `a record`. */
export function givenWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a record'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/**
 * Accepts plain JSON of bounded depth without keys that reach prototypes. Throws `document.too-deep`, `document.unsafe-key`,
 * and `document.not-a-pipeline` for what JSON cannot represent (1e999, functions).
 * @param inMemory a key may be undefined: it is not written
 */
export function checkJson(value: unknown, path: readonly PropertyKey[] = [], inMemory = false): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return
  if (typeof value !== 'object')
    throw new SightlineError('document.not-a-pipeline', {
      where: pathWords(path),
      message: `is ${givenWords(value)}, which is no JSON value`,
    })
  if (path.length >= jsonLimits.depth) throw new SightlineError('document.too-deep', { limit: jsonLimits.depth })
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJson(item, [...path, index], inMemory)
    return
  }
  for (const key of Object.keys(value)) {
    if (unsafeKeys.has(key)) throw new SightlineError('document.unsafe-key', { key })
    const item = (value as Record<string, unknown>)[key]
    if (item !== undefined || !inMemory) checkJson(item, [...path, key], inMemory)
  }
}

/** What `checkJson` or a schema found, without saying that it was found in a file: `notes[3].text has ...`. */
export function faultWords({ code, params, message }: SightlineError): string {
  if (code === 'document.too-deep') return `it is nested deeper than ${params.limit} levels`
  if (code === 'document.too-large')
    return `it takes ${params.bytes} bytes, and a file may have ${params.limit}; its longest notes take the most`
  if (code === 'document.unsafe-key') return `it has a key named "${params.key}"`
  if (code === 'document.not-a-pipeline') return `${params.where} ${params.message}`
  return message
}

/** Parses text within `jsonLimits`. Throws `document.too-large`, `document.not-json` and what `checkJson` throws. */
export function parseJson(text: string): unknown {
  // UTF-8 has at least one byte for each UTF-16 unit.
  if (text.length > jsonLimits.bytes)
    throw new SightlineError('document.too-large', { bytes: text.length, limit: jsonLimits.bytes })
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (body.trim() === '') throw new SightlineError('document.not-json', { message: 'it is empty' })
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    throw new SightlineError('document.not-json', { message: error instanceof Error ? error.message : String(error) })
  }
  checkJson(value)
  return value
}

/** Whether two JSON values are equal; the order of keys does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Table)[key], (b as Table)[key]))
  )
}
type Table = Record<string, unknown>
