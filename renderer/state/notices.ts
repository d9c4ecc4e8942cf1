/** Wraps work that may fail outside any node, and shows the failure. */
import { type Problem, toProblem, wordsOf } from '../../engine/types/problem.ts'
import { toast } from '../ui/toasts.ts'

export const notifyProblem = (problem: Problem): void => toast(wordsOf(problem), { tone: 'error' })
export const notifyError = (error: unknown): void => notifyProblem(toProblem(error))
