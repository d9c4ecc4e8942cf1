/** Problems in the form the protocol sends them. */
import type { Problem, ProblemParams } from '../../engine/types/problem.ts'
import { type ProblemCode, problemWords } from '../../engine/types/words.ts'

export interface ToldProblem {
  readonly code: string
  readonly params: ProblemParams
  readonly element?: string | undefined
}

/** A code unknown to this window keeps its own text. */
export function problemOf({ code, params, element }: ToldProblem): Problem {
  return code in problemWords
    ? { code: code as ProblemCode, params, element }
    : { code: 'unexpected', params: { message: `${code} ${JSON.stringify(params)}` } }
}
