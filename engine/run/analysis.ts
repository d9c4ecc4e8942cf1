/** What the window is told about a graph before it runs; sent again only when something changed. */
import type { Analysis } from '../graph/analyse.ts'
import { shapesOf } from '../graph/report.ts'
import type { EngineMessage } from '../protocol/messages.ts'
import type { Problem } from '../types/problem.ts'

type AnalysisMessage = Extract<EngineMessage, { type: 'analysis' }>

export class AnalysisTold {
  #told: Analysis | undefined
  #problem: Problem | undefined

  /** The window has nothing any more. `problem`: the document could not be read at all. */
  forget(problem: Problem | undefined): void {
    this.#told = undefined
    this.#problem = problem
  }

  /** Undefined: the window is up to date. */
  message(rev: number, analysis: Analysis): AnalysisMessage | undefined {
    const before = this.#told
    this.#told = analysis
    if (before && sameAnalysis(before, analysis)) return undefined
    const problems = problemsOfWhole(analysis)
    return {
      type: 'analysis',
      rev,
      shapes: shapesOf(analysis),
      wires: Object.fromEntries(analysis.wires),
      sockets: Object.fromEntries(analysis.catalogue.sockets ?? []),
      problems: this.#problem ? [this.#problem, ...problems] : problems,
    }
  }
}

/** Cycles and subgraphs that contain themselves: each once, however many nodes they involve. */
function problemsOfWhole({ flat }: Analysis): Problem[] {
  const found = [...flat.problems.values()].filter(({ code }) => code.startsWith('graph.'))
  return [...new Map(found.map((problem) => [JSON.stringify(problem), problem])).values()]
}

/** Unchanged nodes have the same outputs, as the same objects. */
function sameAnalysis(a: Analysis, b: Analysis): boolean {
  if (a === b) return true
  if (a.catalogue.sockets !== b.catalogue.sockets) return false
  if (a.nodes.size !== b.nodes.size || a.flat.aliases.size !== b.flat.aliases.size) return false
  for (const [id, { outputs }] of b.nodes) {
    const before = a.nodes.get(id)?.outputs
    if (before === outputs) continue
    if (!before || Object.keys(before).length !== Object.keys(outputs).length) return false
    for (const port in outputs) if (before[port] !== outputs[port]) return false
  }
  for (const [ref, { node, port }] of b.flat.aliases) {
    const before = a.flat.aliases.get(ref)
    if (before?.node !== node || before.port !== port) return false
  }
  const wires = (analysis: Analysis): string => JSON.stringify([...analysis.wires])
  return wires(a) === wires(b) && JSON.stringify(problemsOfWhole(a)) === JSON.stringify(problemsOfWhole(b))
}
