/** The report of a run: one JSON object for programs, a table for people. */
import { sweepType } from '../../engine/graph/sweep.ts'
import type { Profile } from '../../engine/protocol/methods.ts'
import type { RunResult } from '../../engine/run/engine.ts'
import { jsonText } from '../../engine/types/json.ts'
import { wordsOf } from '../../engine/types/problem.ts'
import { describeShape, kindOf, type Shape } from '../../engine/values/index.ts'
import type { Comparison } from '../record/compare.ts'
import { comparisonText } from '../record/words.ts'
import { visible } from '../terminal/visible.ts'
import { rounded } from '../text/figures.ts'
import { table } from '../text/table.ts'
import type { Written } from './outputs.ts'
import type { Times } from './repeat.ts'

export interface Report {
  readonly result: RunResult
  readonly times: Times
  /** By `NODE.PORT`. */
  readonly written: ReadonlyMap<string, Written>
  readonly device: { readonly name: string; readonly threads: number }
  readonly repeat: number | undefined
  /** Say where the time of the (last) run went. */
  readonly profile: boolean
  /** Where the run record was written. */
  readonly record: string | undefined
  /** With the run that was repeated. */
  readonly comparison: Comparison | undefined
}

const told = (shape: Shape): Record<string, unknown> => ({ ...shape, summary: describeShape(shape) })

/** One object: `ok`, `device`, `ms`, `nodes`. */
export async function reportJson(report: Report): Promise<string> {
  const { result, times, written, device, repeat, record, comparison } = report
  const contents = new Map<string, object>()
  for (const { node, port, value } of result.sinks)
    contents.set(`${node}.${port}`, (await kindOf(value).report?.(value, result.read)) ?? {})
  const nodes = result.nodes.map(({ id, type, status, problem, problems, note, outputs }) => ({
    id,
    type,
    status,
    ms: rounded(times.nodes.get(id) ?? 0),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([port, shape]) => {
        const name = `${id}.${port}`
        return [port, { ...told(shape), ...contents.get(name), ...written.get(name) }]
      }),
    ),
    ...(note !== undefined && { note }),
    ...(problem && { error: { ...problem, message: wordsOf(problem) } }),
    ...(problems && { errors: problems.map((each) => ({ ...each, message: wordsOf(each) })) }),
  }))
  return jsonText({
    ok: result.ok,
    device: device.name,
    threads: device.threads,
    ms: rounded(times.ms),
    ...(repeat !== undefined && { repeat }),
    ...(record !== undefined && { record }),
    ...(comparison && { comparison }),
    nodes,
    ...(report.profile && { profile: profileJson(result.profile) }),
    ...(result.problems.length > 0 && {
      problems: result.problems.map((problem) => ({ ...problem, message: wordsOf(problem) })),
    }),
  })
}

/** The nodes as in the run's profile. */
const profileJson = ({ ms, between, nodes }: Profile): object => ({
  ms: rounded(ms),
  between: rounded(between),
  nodes: nodes.map(({ node, compute, transfer, wait, runs }) => ({
    id: node,
    compute: rounded(compute),
    transfer: rounded(transfer),
    wait: rounded(wait),
    runs,
  })),
})

function profileText({ ms: whole, between, nodes, count }: Profile): string {
  const rows = nodes.map(({ node, compute, transfer, wait, runs }) => [
    node,
    ms(compute),
    ms(transfer),
    ms(wait),
    runs > 1 ? `${runs} runs` : '',
  ])
  const more = count > nodes.length ? `and ${count - nodes.length} more, ` : ''
  return [
    `Where ${ms(whole)} went:`,
    table([['', 'computing', 'moving numbers', 'waiting'], ...rows], ['left', 'right', 'right', 'right']),
    `${more}${ms(between)} between nodes`,
  ].join('\n')
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`

export function reportText({ result, times, written, device, repeat, profile, record, comparison }: Report): string {
  // What a sweep runs for each cell is told where it failed only.
  const sweeps = result.nodes.filter(({ type }) => type === sweepType).map(({ id }) => `${id}/`)
  const told = result.nodes.filter(
    ({ id, status }) => status === 'error' || !sweeps.some((prefix) => id.startsWith(prefix)),
  )
  const rows = told.map(({ id, type, status, outputs }) => [
    id,
    type,
    status,
    status === 'skipped' ? '' : ms(times.nodes.get(id) ?? 0),
    Object.entries(outputs)
      .map(([port, shape]) => `${port}: ${describeShape(shape)}`)
      .join(', '),
  ])
  const files = [...written].flatMap(([, { files, display }]) => {
    const [low, high] = (display?.range ?? []).map((end) => String(Number(end.toPrecision(4))))
    const how = display ? `  (${display.mode}${low === undefined ? '' : ` ${low} to ${high}`})` : ''
    return files.map((file) => `wrote ${file}${file.endsWith('.png') ? how : ''}`)
  })
  const notes = result.nodes.flatMap(({ id, note }) => (note === undefined ? [] : [`note: ${id}: ${note}`]))
  const failed = result.nodes.filter(({ status }) => status === 'error').length
  const total = `${result.nodes.length} nodes, ${failed ? `${failed} failed, ` : ''}${ms(times.ms)}${
    repeat === undefined ? '' : ` (medians of ${repeat} runs)`
  } on ${device.name}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`
  return [
    table(rows, ['left', 'left', 'left', 'right']),
    visible(total),
    ...(profile ? [profileText(result.profile)] : []),
    ...[...notes, ...files, ...(record === undefined ? [] : [`wrote ${record}`])].map(visible),
    ...(comparison ? [comparisonText(comparison)] : []),
  ]
    .filter(Boolean)
    .join('\n')
}
