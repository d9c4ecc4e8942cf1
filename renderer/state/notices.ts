/** For what may fail outside of any node: says it instead of losing it. */
import { type Problem, toProblem, wordsOf } from '../../engine/types/problem.ts'
import { toast } from '../ui/toasts.ts'

export const notifyProblem = (problem: Problem): void => toast(wordsOf(problem), { tone: 'error' })
export const notifyError = (error: unknown): void => notifyProblem(toProblem(error))
