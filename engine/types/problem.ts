/**
 * A problem is a code and its parameters; the words are in `words.ts`. It belongs to a node, a wire or the document,
 * and says what was given, what was wanted and what to do.
 */
import { type ProblemCode, problemWords } from './words.ts'

export type ProblemParams = Readonly<Record<string, string | number>>

export interface Problem {
  readonly code: ProblemCode
  readonly params: ProblemParams
  /** Of one element of a sequence: which. */
  readonly element?: string | undefined
}

/** Thrown wherever a problem is found; handled once, where its node, wire or request is known. */
export class SightlineError extends Error {
  override readonly name = 'SightlineError'
  readonly code: ProblemCode
  readonly params: ProblemParams
  constructor(code: ProblemCode, params: ProblemParams = {}, cause?: unknown) {
    super(wordsOf({ code, params }), cause === undefined ? undefined : { cause })
    this.code = code
    this.params = params
  }
}

let others: Readonly<Record<string, string>> = {}

/** Words of another language, by code; what it lacks is said in English. */
export function sayProblemsIn(words: Readonly<Record<string, string>>): void {
  others = words
}

/** The element is named first, unless the words name it already. */
export function wordsOf({ code, params, element }: Problem): string {
  const words = (others[code] ?? problemWords[code]).replace(/\{(\w+)\}/g, (_, name: string) =>
    String(params[name] ?? `{${name}}`),
  )
  return element === undefined || words.includes(element) ? words : `${element}: ${words}`
}

/** Whatever was thrown, as a problem: an unforeseen error keeps its own message. */
export function toProblem(error: unknown): Problem {
  if (error instanceof SightlineError) return { code: error.code, params: error.params }
  return { code: 'unexpected', params: { message: error instanceof Error ? error.message : String(error) } }
}
