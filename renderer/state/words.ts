/** Problems in words, with the names of nodes that the user sees. */
import { wordsOf } from '../../engine/types/problem.ts'
import type { ProblemCode } from '../../engine/types/words.ts'
import { type EditorState, useEditor } from './editor.ts'
import { titleAt } from './info.ts'
import { problemOf, type ToldProblem } from './problem.ts'

/** Problems whose `node` is a node of the document. */
const namesNode: ReadonlySet<string> = new Set([
  'input.upstream',
  'file.target-shared',
  'file.target-read',
] satisfies ProblemCode[])

export function toldWords(problem: ToldProblem, s: Pick<EditorState, 'document' | 'catalogue'>): string {
  const { code, params, element } = problemOf(problem)
  const title = namesNode.has(code) ? titleAt(s, String(params.node).split('/')) : undefined
  return wordsOf({ code, params: title === undefined ? params : { ...params, node: title }, element })
}

/** The same for display: follows when the node is renamed. */
export const useToldWords = (problem: ToldProblem | undefined): string | undefined =>
  useEditor((s) => problem && toldWords(problem, s))
