/** `sightline run`: a pipeline without a window. */
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { check } from '../../engine/graph/analyse.ts'
import { type Catalogue, nodeInfo } from '../../engine/graph/catalogue.ts'
import type { Document } from '../../engine/graph/document.ts'
import { makeOps } from '../../engine/ops/context.ts'
import type { RunResult } from '../../engine/run/engine.ts'
import { type Problem, SightlineError, wordsOf } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { loadNodes, type Made, makeEngine } from '../engine.ts'
import { Consent } from '../files/consent.ts'
import { fileProblem } from '../files/problems.ts'
import { readDocument } from '../server/pipeline-file.ts'
import { assign, namedFiles, parseInput, parseSet } from './assign.ts'
import { createWriter, type Written } from './outputs.ts'
import { medians, type NodeTimes } from './repeat.ts'
import { reportJson, reportText } from './report.ts'

export interface RunCommand {
  readonly file: string
  readonly input?: readonly string[]
  readonly set?: readonly string[]
  readonly allow?: readonly string[]
  readonly out?: string
  readonly raw?: boolean
  readonly device: 'auto' | 'gpu' | 'cpu'
  readonly repeat?: number
  readonly memory?: number
  readonly threads?: number
  readonly json?: boolean
}

/** Ended by Ctrl-C, as a shell has it: 128 + SIGINT. */
const INTERRUPTED = 130

/** What makes the graph one that cannot be run as it is meant, by where it is. A missing input does not. */
export function graphProblems(
  document: Document,
  catalogue: Catalogue,
): readonly { readonly at: string; readonly problem: Problem }[] {
  const { flat, nodes, wires } = check(document, catalogue)
  const found = new Map<string, Problem>()
  for (const [at, problem] of flat.problems) found.set(at, problem)
  for (const [at, { problem }] of wires) if (problem) found.set(at, problem)
  // A node that is in error because of its wire says the same again.
  const said = new Set([...found.values()].map(wordsOf))
  for (const [at, { state, problem }] of nodes)
    if (state === 'error' && problem && !said.has(wordsOf(problem))) found.set(at, problem)
  return [...found].map(([at, problem]) => ({ at, problem }))
}

export async function run(command: RunCommand): Promise<number> {
  if (command.device === 'gpu')
    throw new SightlineError('cli.usage', {
      message: '--device gpu: this version of Sightline computes on the CPU only. Leave --device out.',
    })
  if (command.raw && command.out === undefined)
    throw new SightlineError('cli.usage', { message: '--raw says what --out writes: give --out DIR as well.' })
  const assignments = [...(command.input ?? []).map(parseInput), ...(command.set ?? []).map(parseSet)]
  const path = resolve(command.file)
  const types = await loadNodes()
  const document = assign((await readDocument(path)).document, assignments, types)
  const catalogue = new Map(types.map((type) => [type.type, nodeInfo(type)]))
  const problems = graphProblems(document, catalogue)
  if (problems.length > 0) {
    for (const { at, problem } of problems) console.error(`sightline: ${at ? `${at}: ` : ''}${wordsOf(problem)}`)
    return 2
  }
  const folder = command.out === undefined ? undefined : resolve(command.out)
  if (folder !== undefined)
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw fileProblem(error, command.out ?? '', 'write')
    })

  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const made = await makeEngine({
    ...(command.threads !== undefined && { threads: command.threads }),
    ...(command.memory !== undefined && { memory: command.memory * 1e6 }),
  })
  try {
    const consent = await consentOf(dirname(path), namedFiles(document, assignments, catalogue), command.allow ?? [])
    return await runWith(made, document, { ...command, path, consent, folder, signal: stop.signal })
  } catch (error) {
    if (!stop.signal.aborted) throw error
    console.error('sightline: cancelled')
    return INTERRUPTED
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    await made.close()
  }
}

/** What the command line names is allowed by that. `allow` starts where the person is, not at the pipeline. */
async function consentOf(folder: string, named: readonly FileUse[], allow: readonly string[]): Promise<Consent> {
  const consent = new Consent()
  await consent.give([
    ...named.map(({ path, access }) => ({ path: resolve(folder, path), access })),
    ...allow.map((path) => ({ path: resolve(path), access: 'write' as const })),
  ])
  return consent
}

interface Job extends Omit<RunCommand, 'allow'> {
  readonly path: string
  readonly consent: Consent
  readonly folder: string | undefined
  readonly signal: AbortSignal
}

async function runWith(made: Made, document: Document, job: Job): Promise<number> {
  const { folder, signal, repeat = 1 } = job
  const services = made.services(dirname(job.path), { allow: job.consent.allows.bind(job.consent) })
  const used = makeOps(made.cpu, made.arena, signal)
  const writer =
    folder === undefined ? undefined : createWriter({ folder, raw: job.raw ?? false, ops: used.ops, signal })
  const times: NodeTimes[] = []
  let result: RunResult | undefined
  try {
    for (let i = 0; i < repeat; i++) {
      result?.release()
      const last = i === repeat - 1
      result = await made.engine.run(document, {
        services,
        signal,
        fresh: job.repeat !== undefined,
        // Elements of a sequence are gone after this; single values are written afterwards, outside the time of the run.
        ...(writer &&
          last && { onSink: (sink, read) => (sink.path.length > 0 ? writer.write(sink, sink.path, read) : undefined) }),
      })
      times.push(result)
    }
    if (!result) return 2
    if (writer) for (const sink of result.sinks) await writer.write(sink, [], result.read)
    const written = writer?.written ?? new Map<string, Written>()
    const report = { result, times: medians(times), written, device: made.device, repeat: job.repeat }
    console.log(job.json ? reportJson(report) : reportText(report))
    for (const line of complaints(result)) console.error(`sightline: ${line}`)
    return result.ok ? 0 : 1
  } finally {
    used.finish([])
    result?.release()
  }
}

/** Each problem once, with its node where it has one. */
function complaints({ nodes, problems }: RunResult): string[] {
  const ofNodes = nodes.flatMap(({ id, problem }) => (problem ? [{ id, words: wordsOf(problem) }] : []))
  const said = new Set(ofNodes.map(({ words }) => words))
  return [
    ...ofNodes.map(({ id, words }) => `${id}: ${words}`),
    ...problems.map(wordsOf).filter((words) => !said.has(words)),
  ]
}
