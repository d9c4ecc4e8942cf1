/** What the schema found wrong with a file, in plain words: where, what is there, what was wanted. */
import type { z } from 'zod'
import { SightlineError } from '../types/problem.ts'
import { givenWords, pathWords } from './json.ts'

type Issue = z.core.$ZodIssue

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a record',
  record: 'a record',
}
const kindWords = (expected: string): string => kinds[expected] ?? expected

function valueAt(file: unknown, path: readonly PropertyKey[]): unknown {
  let value = file
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

/** What was wanted; if the schema has its own text, that follows "is ..." already. */
function wanted(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return kindWords(issue.expected)
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ')
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)
    default:
      return undefined
  }
}

function bound(origin: string, words: string, limit: number | bigint): string {
  if (origin === 'string') return `${words} ${limit} characters`
  if (origin === 'array') return `${words} ${limit} entries`
  return `${words} ${limit}`
}

function say(issue: Issue, file: unknown): { where: string; message: string } {
  const { path } = issue
  if (issue.code === 'invalid_key')
    return {
      where: pathWords(path.slice(0, -1)),
      message: `has the key ${givenWords(path.at(-1))}, which ${issue.issues[0]?.message ?? 'is not allowed'}`,
    }
  const value = valueAt(file, path)
  if (value === undefined && path.length > 0)
    return { where: pathWords(path.slice(0, -1)), message: `needs ${String(path.at(-1))}` }
  const want = wanted(issue)
  return {
    where: pathWords(path),
    message: want ? `is ${givenWords(value)}; wanted ${want}` : `is ${givenWords(value)}, which ${issue.message}`,
  }
}

/** The first problem of a file, or of another part of it with its own schema, and how many more there are. */
export function schemaProblem(
  error: z.ZodError,
  file: unknown,
  code: 'document.not-a-pipeline' | 'about.wrong' | 'lesson.wrong' | 'record.wrong' = 'document.not-a-pipeline',
): SightlineError {
  const [first] = error.issues
  if (!first) throw error
  const { where, message } = say(first, file)
  const more = error.issues.length - 1
  return new SightlineError(code, {
    where,
    message: more > 0 ? `${message} (and ${more} more like this)` : message,
  })
}
