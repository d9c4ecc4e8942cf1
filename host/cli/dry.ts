/** The report of `sightline run --dry`: every fault, what each node would give, and what the run would take. */
import type { Estimate } from '../../engine/protocol/estimate.ts'
import type { Foreseen, PlacedProblem } from '../../engine/run/engine.ts'
import { jsonText } from '../../engine/types/json.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { describeShape } from '../../engine/values/index.ts'
import { visible } from '../terminal/visible.ts'
import { rounded } from '../text/figures.ts'
import { table } from '../text/table.ts'

/** Nothing is wrong, and nothing is missing that a run needs. */
export const wouldRun = ({ problems, nodes }: Foreseen): boolean =>
  problems.length === 0 && nodes.every(({ status }) => status === 'ready' || status === 'bypassed')

const timeWords = (ms: number): string => {
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 1000
    ? `${Math.round(ms)} ms`
    : ms < 60_000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.round(ms / 60_000)} min`
}
const megabytes = (bytes: number): string => `${bytes < 10e6 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6)} MB`

/** "about 1.2 s, 340 MB; 2 of 7 nodes never ran here, their time is not counted" */
export function estimateWords({ ms, bytes, nodes }: Estimate): string {
  const [all, untimed, unsized] = [
    nodes,
    nodes.filter((node) => node.ms === undefined),
    nodes.filter((node) => node.bytes === undefined),
  ].map((list) => list.length) as [number, number, number]
  const time = untimed === all ? '' : `about ${timeWords(ms)}, `
  const never =
    untimed === 0
      ? ''
      : `; ${untimed} of ${all} ${all === 1 ? 'node' : 'nodes'} never ran here: their time is not counted`
  const unknown = unsized === 0 ? '' : `; the memory of ${unsized} is not known before`
  return `${time}${time === '' ? 'about ' : ''}${megabytes(bytes)}${never}${unknown}`
}

export function dryText(foreseen: Foreseen): string {
  const { nodes, advice, estimate } = foreseen
  const costs = new Map(estimate.nodes.map((cost) => [cost.node, cost]))
  const rows = nodes.map(({ id, type, status, outputs }) => {
    const cost = status === 'ready' ? costs.get(id) : undefined
    return [
      id,
      type,
      status,
      cost?.ms === undefined ? '' : timeWords(cost.ms),
      cost?.bytes === undefined ? '' : megabytes(cost.bytes),
      Object.entries(outputs)
        .map(([port, shape]) => `${port}: ${describeShape(shape)}`)
        .join(', '),
    ]
  })
  return [
    table([['', '', '', 'time', 'memory'], ...rows], ['left', 'left', 'left', 'right', 'right']),
    ...advice.map(({ at, problem }) => visible(`advice: ${at}: ${wordsOf(problem)}`)),
    wouldRun(foreseen) ? `It would run: ${estimateWords(estimate)}.` : 'It would not run.',
  ].join('\n')
}

/** What is said of nodes that would not run: what is wrong, and what is missing. */
export function dryComplaints({ problems, nodes }: Foreseen): readonly string[] {
  const missing = nodes.flatMap(({ id, status, problem }): PlacedProblem[] =>
    status === 'waiting' && problem ? [{ at: id, problem }] : [],
  )
  return [...problems, ...missing].map(({ at, problem }) => `${at ? `${at}: ` : ''}${wordsOf(problem)}`)
}

const toldProblem = ({ at, problem }: PlacedProblem) => ({ at, ...problem, message: wordsOf(problem) })

/** One object: `ok`, `dry`, `ms`, `bytes`, `nodes`, `problems`, `advice`. */
export function dryJson(foreseen: Foreseen): string {
  const { nodes, problems, advice, estimate } = foreseen
  const costs = new Map(estimate.nodes.map((cost) => [cost.node, cost]))
  return jsonText({
    ok: wouldRun(foreseen),
    dry: true,
    ms: rounded(estimate.ms),
    bytes: estimate.bytes,
    untimed: estimate.nodes.filter(({ ms }) => ms === undefined).length,
    nodes: nodes.map(({ id, type, status, outputs, problem }) => {
      const { ms, bytes, runs } = costs.get(id) ?? {}
      return {
        ...{ id, type, status },
        ...(ms !== undefined && { ms: rounded(ms) }),
        ...(bytes !== undefined && { bytes }),
        ...(runs !== undefined && { runs }),
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([port, shape]) => [port, { ...shape, summary: describeShape(shape) }]),
        ),
        ...(problem && { error: { ...problem, message: wordsOf(problem) } }),
      }
    }),
    problems: problems.map(toldProblem),
    advice: advice.map(toldProblem),
  })
}
