/** Untrusted JSON: what no document needs is refused before any schema sees it. */
import { type Parts, together } from '../types/in-parts.ts'
import { SightlineError } from '../types/problem.ts'

/**
 * The limits of a pipeline file: bytes of text, levels of nesting, and values in it (numbers, texts, lists, records). The largest
 * pipelines have a tenth of these; reading one takes no more than some 50 ms at a stretch.
 */
export const jsonLimits = { bytes: 16 * 2 ** 20, depth: 32, values: 100_000 } as const

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

/** Commas, brackets and texts: a value has at most one of each before it, and perhaps a key. */
const signsEach = 4
/** Changes name each record again, and where it stands. */
const messageValues = 1.5 * jsonLimits.values

/** Whether a text of JSON has more values than this, without parsing it: parsing takes as long as there are values. */
function isCrowded(text: string, values: number): boolean {
  let left = signsEach * values
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at)
    for (const end = quote < 0 ? text.length : quote; at < end; at++) {
      const sign = text.charCodeAt(at)
      if ((sign === 44 || sign === 91 || sign === 123) && --left < 0) return true
    }
    if (quote < 0) return false
    if (--left < 0) return true
    at = endOfString(text, quote)
  }
  return false
}

/** Behind the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let slashes = 0
    while (text.charCodeAt(quote - 1 - slashes) === 92 && quote - 1 - slashes > start) slashes++
    if (slashes % 2 === 0) return quote + 1
    at = quote + 1
  }
}

/** How many values of a message or file have been looked at. */
interface Count {
  left: number
}

const tooMany = (): SightlineError => new SightlineError('document.too-many', { limit: jsonLimits.values })

/**
 * `JSON.parse` for a message that may be anything: what would take long is refused at once.
 * @throws `document.too-many`, SyntaxError
 */
export function parseMessage(text: string): unknown {
  if (isCrowded(text, messageValues)) throw tooMany()
  const value: unknown = JSON.parse(text)
  let left = messageValues
  const stack = [value]
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (typeof one !== 'object' || one === null) continue
    const inside = Object.values(one)
    left -= inside.length
    if (left < 0) throw tooMany()
    for (const item of inside) stack.push(item)
  }
  return value
}

/**
 * Accepts plain JSON of bounded depth and size without keys that reach prototypes. Throws `document.too-deep`,
 * `document.too-many`, `document.unsafe-key`, and `document.not-a-pipeline` for what JSON cannot represent (1e999, functions).
 * @param path where it stands in the file
 * @param inMemory a key may be undefined: it is not written
 */
export function checkJson(value: unknown, path: readonly PropertyKey[] = [], inMemory = false): void {
  checkValue(value, [...path], inMemory, { left: jsonLimits.values })
}

/** `checkJson` of a record in parts: one of its long lists takes many. */
export function* checkingJson(record: Readonly<Record<string, unknown>>): Parts<void> {
  const count: Count = { left: jsonLimits.values }
  const lists = Object.entries(record).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  const rest = { ...record, ...Object.fromEntries(lists.map(([key, list]) => [key, list.length])) }
  checkValue(rest, [], false, count)
  for (const [key, list] of lists) {
    if (list.length > count.left) throw tooMany()
    for (const [index, item] of list.entries()) {
      checkValue(item, [key, index], false, count)
      if (index % together === 0) yield
    }
  }
}

function checkValue(value: unknown, path: PropertyKey[], inMemory: boolean, count: Count): void {
  if (--count.left < 0) throw tooMany()
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return
  if (typeof value !== 'object')
    throw new SightlineError('document.not-a-pipeline', {
      where: pathWords(path),
      message: `is ${givenWords(value)}, which is no JSON value`,
    })
  if (path.length >= jsonLimits.depth) throw new SightlineError('document.too-deep', { limit: jsonLimits.depth })
  if (Array.isArray(value)) {
    if (value.length > count.left) throw tooMany()
    for (const [index, item] of value.entries()) {
      path.push(index)
      checkValue(item, path, inMemory, count)
      path.pop()
    }
    return
  }
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue
    if (unsafeKeys.has(key)) throw new SightlineError('document.unsafe-key', { key })
    const item = (value as Record<string, unknown>)[key]
    if (item === undefined && inMemory) continue
    path.push(key)
    checkValue(item, path, inMemory, count)
    path.pop()
  }
}

/** What `checkJson` or a schema found, without saying that it was found in a file: `notes[3].text has ...`. */
export function faultWords({ code, params, message }: SightlineError): string {
  if (code === 'document.too-deep') return `it is nested deeper than ${params.limit} levels`
  if (code === 'document.too-large')
    return `it takes ${params.bytes} bytes, and a file may have ${params.limit}; its longest notes take the most`
  if (code === 'document.too-many') return `it has more than ${params.limit} values`
  if (code === 'document.too-many-nodes') return `it has ${params.given} ${params.what}, and may have ${params.limit}`
  if (code === 'document.unsafe-key') return `it has a key named "${params.key}"`
  if (code === 'document.not-a-pipeline') return `${params.where} ${params.message}`
  return message
}

/** Parses text within `jsonLimits`. Throws `document.too-large`, `document.too-many`, `document.not-json` and what `checkJson` throws. */
export function parseJson(text: string): unknown {
  // UTF-8 has at least one byte for each UTF-16 unit.
  if (text.length > jsonLimits.bytes)
    throw new SightlineError('document.too-large', { bytes: text.length, limit: jsonLimits.bytes })
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (body.trim() === '') throw new SightlineError('document.not-json', { message: 'it is empty' })
  if (isCrowded(body, jsonLimits.values)) throw tooMany()
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
