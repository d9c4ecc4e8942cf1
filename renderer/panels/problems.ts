/** Every problem of the pipeline as a list item: where it is, the text, and where to go. */
import { splitPort } from '../../engine/graph/document.ts'
import type { NodeReport, WireReport } from '../../engine/protocol/reports.ts'
import { type Problem, wordsOf } from '../../engine/types/problem.ts'
import { type EditorState, goTo, select } from '../state/editor.ts'
import { titleAt } from '../state/info.ts'
import type { ToldProblem } from '../state/problem.ts'
import { toldWords } from '../state/words.ts'

export interface Line {
  readonly key: string
  readonly tone: 'error' | 'warning'
  /** "Gaussian blur", "Gaussian blur · image"; absent: the pipeline itself. */
  readonly about?: string
  readonly words: string
  /** Node ids from the outermost to the node itself. */
  readonly at?: readonly string[]
  readonly problem?: ToldProblem
  /** Of a wire: where it ends (`outer/inner.port`). */
  readonly wire?: string
}

export function problemLines(
  s: Pick<EditorState, 'document' | 'catalogue'>,
  whole: readonly Problem[],
  nodes: ReadonlyMap<string, NodeReport>,
  wires: ReadonlyMap<string, WireReport>,
): readonly Line[] {
  const lines: Line[] = whole.map((problem, i) => ({ key: `whole ${i}`, tone: 'error', words: wordsOf(problem) }))
  for (const [end, { problem, advice }] of wires) {
    const told = problem ?? advice
    const at = splitPort(end)[0].split('/')
    const about = told && titleAt(s, at)
    if (told && about)
      lines.push({
        key: `wire ${end}`,
        tone: problem ? 'error' : 'warning',
        about: `${about} · ${splitPort(end)[1]}`,
        words: toldWords(told, s),
        at,
        problem: told,
        wire: end,
      })
  }
  for (const [node, { status, problem }] of nodes) {
    const at = node.split('/')
    const about = problem && titleAt(s, at)
    if (!problem || !about || (status !== 'error' && status !== 'skipped')) continue
    lines.push({
      key: `node ${node}`,
      tone: status === 'error' ? 'error' : 'warning',
      about,
      words: toldWords(problem, s),
      at,
      problem,
    })
  }
  // Failures come before nodes that could not run because of them.
  return lines.sort((a, b) => Number(a.tone === 'warning') - Number(b.tone === 'warning'))
}

/** Selects the node of a list item, in its subgraph. */
export function goToNode(at: readonly string[]): string | undefined {
  const id = at.at(-1)
  if (id === undefined) return undefined
  goTo(at.slice(0, -1))
  select({ nodes: [id] })
  return id
}
