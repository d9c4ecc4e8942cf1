/** Problems in words, with the names of nodes that the user sees. */
import { wordsOf } from '../../engine/types/problem.ts'
import { type EditorState, useEditor } from './editor.ts'
import { titleAt } from './info.ts'
import { problemOf, type ToldProblem } from './problem.ts'

export function toldWords(problem: ToldProblem, s: Pick<EditorState, 'document' | 'catalogue'>): string {
  const { code, params } = problemOf(problem)
  const title = code === 'input.upstream' ? titleAt(s, String(params.node).split('/')) : undefined
  return wordsOf({ code, params: title === undefined ? params : { ...params, node: title } })
}

/** The same for display: follows when the node is renamed. */
export const useToldWords = (problem: ToldProblem | undefined): string | undefined =>
  useEditor((s) => problem && toldWords(problem, s))
