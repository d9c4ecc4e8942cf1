/** `sightline run`: runs a pipeline, or what a run record contains, without a window. */
import { dirname, join, resolve } from 'node:path'
import { check } from '../../engine/graph/analyse.ts'
import { type Catalogue, nodeInfo } from '../../engine/graph/catalogue.ts'
import type { Document } from '../../engine/graph/document.ts'
import { makeOps } from '../../engine/ops/context.ts'
import type { Foreseen, RunResult, Sink } from '../../engine/run/engine.ts'
import { type Problem, SightlineError, wordsOf } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { rasterOf } from '../../engine/values/index.ts'
import { type MachineOptions, type Made, makeEngine } from '../engine.ts'
import { Consent } from '../files/consent.ts'
import { makeFolder } from '../files/make-folder.ts'
import type { FileServices } from '../files/services.ts'
import { userFolders } from '../files/user-folders.ts'
import { JobFolder } from '../jobs/folder.ts'
import { loadNodes } from '../nodes.ts'
import { Comparer } from '../record/compare.ts'
import { allowRecorded, baseOf } from '../record/consent.ts'
import { type RunRecord, readRunnable, writeRecord } from '../record/format.ts'
import { Recorder } from '../record/take.ts'
import { exitCodeOf, onInterruption } from '../signals.ts'
import { print, printJson, say } from '../terminal/say.ts'
import { openTimes } from '../times/file.ts'
import { assign, namedFiles, parseInput, parseSet } from './assign.ts'
import { dryComplaints, dryJson, dryText, wouldRun } from './dry.ts'
import { jobTeller } from './jobs.ts'
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
  readonly record?: string
  readonly device?: 'auto' | 'gpu' | 'cpu'
  readonly adapter?: string
  readonly repeat?: number
  /** How many frames live sources give. */
  readonly frames?: number
  /** Jobs start from the beginning, whatever is kept of them. */
  readonly restart?: boolean
  readonly memory?: number
  readonly threads?: number
  readonly profile?: boolean
  /** Say what would come of it, and run nothing. */
  readonly dry?: boolean
  readonly json?: boolean
}

/** Errors that make the graph impossible to run as intended, with their place. A missing input is not one. */
export function graphProblems(
  document: Document,
  catalogue: Catalogue,
): readonly { readonly at: string; readonly problem: Problem }[] {
  const { flat, nodes, wires } = check(document, catalogue)
  const found = new Map<string, Problem>()
  for (const [at, problem] of flat.problems) found.set(at, problem)
  for (const [at, { problem }] of wires) if (problem) found.set(at, problem)
  // A node in error because of its wire would repeat the message.
  const said = new Set([...found.values()].map(wordsOf))
  for (const [at, { state, problem }] of nodes)
    if (state === 'error' && problem && !said.has(wordsOf(problem))) found.set(at, problem)
  return [...found].map(([at, problem]) => ({ at, problem }))
}

/** `own`: nodes other than those that ship with Sightline, for tests. */
export async function run(command: RunCommand, own: Pick<MachineOptions, 'nodes' | 'works'> = {}): Promise<number> {
  if (command.raw && command.out === undefined)
    throw new SightlineError('cli.usage', { message: '--raw says what --out writes: give --out DIR as well.' })
  if (command.dry && [command.out, command.record, command.repeat].some((given) => given !== undefined))
    throw new SightlineError('cli.usage', {
      message: '--dry runs nothing, so there is nothing to write or to repeat. Leave out --out, --record and --repeat.',
    })
  const assignments = [...(command.input ?? []).map(parseInput), ...(command.set ?? []).map(parseSet)]
  const path = resolve(command.file)
  const types = own.nodes ?? (await loadNodes())
  const { document: given, record: earlier } = await readRunnable(path)
  const document = assign(given, assignments, types)
  const catalogue = new Map(types.map((type) => [type.type, nodeInfo(type)]))
  const problems = graphProblems(document, catalogue)
  if (problems.length > 0) {
    for (const { at, problem } of problems) say(`sightline: ${at ? `${at}: ` : ''}${wordsOf(problem)}`)
    return 2
  }
  if (command.frames !== undefined && !types.some(({ type, feed }) => feed && usesType(document, type)))
    throw new SightlineError('cli.usage', {
      message: '--frames says how many frames live sources give, and this pipeline has none. Leave it out.',
    })
  const folder = command.out === undefined ? undefined : resolve(command.out)
  const recordPath = command.record !== undefined ? resolve(command.record) : folder && join(folder, 'run.json')
  if (recordPath === path)
    throw new SightlineError('cli.usage', {
      message: `This would overwrite ${command.file}, which is run. Choose another place with --out or --record.`,
    })
  const stop = new AbortController()
  const interruption = onInterruption(() => stop.abort())
  const made = await makeEngine({
    device: command.device,
    adapter: command.adapter,
    ...(command.threads !== undefined && { threads: command.threads }),
    ...(command.memory !== undefined && { memory: command.memory * 1e6 }),
    jobs: new JobFolder(join(userFolders().data, 'jobs')),
    times: await openTimes(join(userFolders().data, 'times.json')),
    ...own,
  })
  try {
    // Before a run that may be long.
    for (const wanted of [folder, recordPath && dirname(recordPath)]) if (wanted !== undefined) await makeFolder(wanted)
    const base = earlier ? baseOf(path, earlier) : dirname(path)
    const consent = await consentOf(base, namedFiles(document, assignments, catalogue), command.allow ?? [])
    const allow = earlier ? await allowRecorded(path, earlier, consent) : consent.allows.bind(consent)
    const services = made.services(base, { own: !earlier, allow })
    if (command.dry)
      return tellDry(await made.engine.foresee(document, { services, signal: stop.signal }), command.json)
    const job = { ...command, path, base, services, earlier, catalogue, folder, recordPath, signal: stop.signal }
    return await runWith(made, document, job)
  } catch (error) {
    if (!interruption.signal) throw error
    say('sightline: cancelled')
    return exitCodeOf(interruption.signal)
  } finally {
    interruption.stop()
    await made.close()
  }
}

function tellDry(foreseen: Foreseen, json = false): number {
  if (json) printJson(dryJson(foreseen))
  else print(dryText(foreseen))
  for (const line of dryComplaints(foreseen)) say(`sightline: ${line}`)
  return wouldRun(foreseen) ? 0 : 1
}

/** Whether the document, or a subgraph in it, has a node of this type. */
const usesType = ({ nodes, graphs }: Document, type: string): boolean =>
  [nodes, ...Object.values(graphs).map((graph) => graph.nodes)].some((table) =>
    Object.values(table).some((node) => node.type === type),
  )

/** Naming a path on the command line allows it. `allow` is relative to the current folder, not to the pipeline. */
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
  /** Where the document's paths start. */
  readonly base: string
  readonly services: FileServices
  readonly catalogue: Catalogue
  /** The record being repeated. */
  readonly earlier: RunRecord | undefined
  readonly folder: string | undefined
  readonly recordPath: string | undefined
  readonly signal: AbortSignal
}

async function runWith(made: Made, document: Document, job: Job): Promise<number> {
  const { folder, signal, services, earlier, recordPath, repeat = 1 } = job
  const frames = job.frames ?? earlier?.frames ?? 1
  const used = makeOps(made.devices, signal)
  const writer =
    folder === undefined ? undefined : createWriter({ folder, raw: job.raw ?? false, ops: used.ops, signal })
  const recorder =
    earlier || recordPath !== undefined
      ? new Recorder({
          path: recordPath ?? job.path,
          base: job.base,
          services,
          device: made.device,
          tensorflow: (await made.devices.tensors?.backend()) ?? 'wasm',
          // A repetition compares; the files saved by the first run stay as they are.
          dry: earlier !== undefined,
        })
      : undefined
  const comparer = earlier && new Comparer(job.path, earlier)
  /** Compare before writing: the files of the previous run may be where those of this one go. */
  const take = async (sink: Sink, at: readonly number[], read: RunResult['read']): Promise<void> => {
    const seen = await recorder?.see(sink, at, read)
    const raster = rasterOf(sink.value)
    const range = raster?.kind === 'image' ? raster.range : undefined
    if (seen?.numbers) await comparer?.see(seen.output, seen.numbers, range)
    await writer?.write(sink, at, read)
  }
  const told = jobTeller()
  const times: NodeTimes[] = []
  let result: RunResult | undefined
  try {
    for (let i = 0; i < repeat; i++) {
      result?.release()
      const last = i === repeat - 1
      result = await made.engine.run(document, {
        services,
        signal,
        frames,
        fresh: job.repeat !== undefined,
        restart: job.restart === true || job.repeat !== undefined,
        onReport: told,
        // Elements of a sequence are released after this; single values are written afterwards, outside the run's time.
        ...(last && { onSink: (sink, read) => (sink.path.length > 0 ? take(sink, sink.path, read) : undefined) }),
        ...(recorder && last && { servicesOf: (node) => recorder.servicesOf(node) }),
      })
      times.push(result)
    }
    if (!result) return 2
    for (const sink of result.sinks) await take(sink, [], result.read)
    const record = await recorder?.record(document, job.catalogue, result, frames)
    if (record && recordPath !== undefined) await writeRecord(recordPath, record, signal)
    const comparison = record && comparer?.compare(record)
    const written = writer?.written ?? new Map<string, Written>()
    const report = {
      result,
      times: medians(times),
      written,
      device: made.device,
      repeat: job.repeat,
      profile: job.profile ?? false,
      record: recordPath,
      comparison,
    }
    if (job.json) printJson(await reportJson(report))
    else print(reportText(report))
    for (const line of complaints(result)) say(`sightline: ${line}`)
    return result.ok && comparison?.same !== false ? 0 : 1
  } finally {
    used.finish([])
    result?.release()
  }
}

/** Each problem once, with its node if it has one. */
function complaints({ nodes, problems }: RunResult): string[] {
  // What is wrong inside a composite is said of the composite alone.
  const isInside = (id: string): boolean => nodes.some((node) => node.problem && id.startsWith(`${node.id}/`))
  const ofNodes = nodes.flatMap(({ id, problem, problems = problem ? [problem] : [] }) =>
    isInside(id) ? [] : problems.map((each) => ({ id, words: wordsOf(each) })),
  )
  const said = new Set(ofNodes.map(({ words }) => words))
  return [
    ...ofNodes.map(({ id, words }) => `${id}: ${words}`),
    ...problems.map(wordsOf).filter((words) => !said.has(words)),
  ]
}
