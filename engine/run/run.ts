/** One run from start to end, for the command line: the whole document, including effects and jobs. */
import type { Document } from '../graph/document.ts'
import { problemsOf } from '../graph/report.ts'
import { type FlatGraph, type FlatGroup, isSink, neededBy, outsideOf } from '../graph/topology.ts'
import { bringToCpu, readNumbers } from '../ops/context.ts'
import type { NodeReport } from '../protocol/reports.ts'
import { type Problem, SightlineError } from '../types/problem.ts'
import { type Numbers, rasterOf, type Shape, type Value } from '../values/index.ts'
import { planOf } from './document-plan.ts'
import type { RunOptions, RunResult, Sink } from './engine.ts'
import { Execution } from './execution.ts'
import { withFirstFrames } from './gather.ts'
import { Lease } from './lease.ts'
import { Outside, shapeOfValue } from './outside.ts'
import { type Plan, usedBy } from './plan.ts'
import { RunReports } from './reports.ts'
import { RunTime } from './run-time.ts'
import type { Machine } from './scope.ts'
import { runThrough, type Target } from './stream.ts'
import { Targets } from './targets.ts'
import type { NodeEvent, Task } from './task.ts'
import type { World } from './world.ts'

type NodeResult = RunResult['nodes'][number]

/** `signal`: the engine closes, or the caller cancels. */
export async function runDocument(
  world: World,
  document: Document,
  options: RunOptions,
  signal: AbortSignal,
): Promise<RunResult> {
  const time = new RunTime(performance.now())
  const { machine } = world
  const lease = new Lease()
  let outside: Outside | undefined
  try {
    const planned = await planOf(world, document, options.services, signal)
    const chosen = options.nodes && neededBy(planned.analysis.flat, options.nodes)
    const plan = await withFirstFrames(planned, {
      count: options.frames ?? 1,
      wanted: (node) => !chosen || chosen.has(node),
      servicesOf: (node) => options.servicesOf?.(node) ?? options.services,
      signal,
    })
    const { flat } = plan.analysis
    const shapes = new Map<string, Record<string, Shape>>()
    const reports = new RunReports((node, report) => {
      if (!chosen || chosen.has(node)) options.onReport?.(node, report)
    })
    const targets = targetsOf(plan, chosen)
    const task: Task = {
      signal,
      services: options.services,
      servicesOf: options.servicesOf,
      full: world.full,
      drafts: world.drafts,
      since: time.since,
      explicit: options.effects ?? true,
      restart: options.restart,
      urgent: false,
      seen: new Set(),
      targets: new Targets({
        definitions: world.definitions,
        services: options.services,
        signal,
        nodes: plan.nodes.values(),
        running: targets.map(({ planned }) => planned),
      }),
      report(node, event) {
        noteShapes(shapes, plan, node, event)
        time.listen(node, event)
        reports.listen(node, event)
      },
    }
    const read = (value: Value) => readValue(machine, value)
    const out = new Outside(task, machine.elementBytes)
    outside = out
    const execution = new Execution(machine, task)
    const sinks = new Map<string, Sink>()
    const sinkOf = (node: string, port: string, value: Value): Sink => ({
      ...(outsideOf(flat, { node, port }) ?? { node, port }),
      value,
    })
    const put = (node: string, port: string, value: Value): void => {
      sinks.set(`${node}.${port}`, sinkOf(node, port, value))
    }
    await runThrough(execution, targets, {
      onValue: async ({ planned: { node } }, port, given, path) => {
        if (path.length === 0) {
          lease.add(given.owner)
          put(node, port, out.value(given, node))
        }
        await options.onSink?.({ ...sinkOf(node, port, out.value(given, node)), path }, read)
      },
      onSequence({ planned: { node } }, port, given) {
        lease.add(given.owner)
        put(node, port, out.value(given, node))
      },
    })
    reports.settle(plan)
    const nodes = [...flat.nodes.values()]
      .filter(({ id }) => !chosen || chosen.has(id))
      .map(({ id, type }) => nodeResult(id, type, reports.get(id), shapes.get(id) ?? {}))
    const problems = problemsIn(plan, nodes)
    time.end(performance.now())
    return {
      ok: problems.length === 0 && nodes.every(({ problem }) => !problem || problem.code === 'run.explicit'),
      ms: time.ms,
      profile: time.profile(),
      problems,
      nodes: withComposites(flat, nodes, time),
      sinks: targets.flatMap(({ planned, ports }) =>
        ports.flatMap((port) => sinks.get(`${planned.node}.${port}`) ?? []),
      ),
      read,
      release() {
        out.end()
        lease.end()
      },
    }
  } catch (error) {
    outside?.end()
    lease.end()
    if (signal.aborted) throw new SightlineError('run.cancelled', {}, error)
    throw error
  }
}

async function readValue({ devices }: Machine, value: Value): Promise<Numbers> {
  const raster = rasterOf(value)
  if (!raster) throw new Error(`${value.kind} has no stored numbers of its own: read its parts`)
  const done = await bringToCpu(raster, devices.arena)
  try {
    return readNumbers(raster)
  } finally {
    done()
  }
}

/** Effects, jobs, nodes with an output that no (chosen) node consumes, and those whose consumers cannot run. */
function targetsOf(plan: Plan, chosen: ReadonlySet<string> | undefined): Target[] {
  const { analysis, nodes } = plan
  const { flat } = analysis
  const waitedFor = usedBy(plan)
  const targets: Target[] = []
  for (const id of flat.nodes.keys()) {
    const planned = nodes.get(id)
    if (!planned || (chosen && !chosen.has(id))) continue
    const uses = (flat.uses.get(id) ?? []).filter(({ node }) => !chosen || chosen.has(node))
    const ports = Object.keys(planned.sockets.outputs).filter((port) => isSink(flat, { node: id, port }, uses))
    const { kind } = planned.definition
    if (ports.length > 0 || kind === 'effect' || kind === 'job' || !waitedFor.has(id)) targets.push({ planned, ports })
  }
  return targets
}

/** The shapes of the outputs; of nodes that run for each element, what is known of the whole. */
function noteShapes(shapes: Map<string, Record<string, Shape>>, plan: Plan, node: string, event: NodeEvent): void {
  if (event.type !== 'done') return
  const check = plan.analysis.nodes.get(node)
  if (!check || event.result.key !== plan.nodes.get(node)?.key) return
  const found = Object.entries(event.result.outputs).map(([port, value]) => [port, shapeOfValue(value)] as const)
  shapes.set(node, Object.fromEntries(found))
}

function nodeResult(
  id: string,
  type: string,
  report: NodeReport | undefined,
  shapes: Record<string, Shape>,
): NodeResult {
  const problem: Problem | undefined =
    report?.status === 'manual' || report?.status === 'paused'
      ? { code: 'run.explicit', params: {} }
      : (report?.problem as Problem | undefined)
  const status =
    report?.status === 'done'
      ? 'done'
      : report?.status === 'unchanged'
        ? 'cached'
        : report?.status === 'error'
          ? 'error'
          : 'skipped'
  const ms = status === 'cached' ? 0 : (report?.ms ?? 0)
  const problems = report?.elements?.problems as readonly Problem[] | undefined
  return {
    id,
    type,
    status,
    ms,
    outputs: shapes,
    ...(problem && { problem }),
    ...(problems && status === 'error' && { problems }),
    ...(report?.note !== undefined && { note: report.note }),
  }
}

const worst: readonly NodeResult['status'][] = ['error', 'skipped', 'done', 'cached']

/** Each composite before the nodes inside. */
function withComposites(flat: FlatGraph, nodes: readonly NodeResult[], time: RunTime): NodeResult[] {
  const told = new Set<string>()
  return nodes.flatMap((node) => {
    const around = [...flat.groups.values()].filter(({ id, builtIn }) => builtIn && node.id.startsWith(`${id}/`))
    const fresh = around.filter(({ id }) => !told.has(id))
    for (const { id } of fresh) told.add(id)
    return [...fresh.map((group) => compositeResult(flat, group, nodes, time)), node]
  })
}

/** A composite has the worst state of the nodes inside, their time, and the outputs that it passes on. */
function compositeResult(
  flat: FlatGraph,
  { id, record, graph }: FlatGroup,
  nodes: readonly NodeResult[],
  time: RunTime,
): NodeResult {
  const inside = nodes.filter((node) => node.id.startsWith(`${id}/`))
  const status = worst.find((one) => inside.some((node) => node.status === one)) ?? 'skipped'
  const problem = inside.find((node) => node.status === status)?.problem
  const outputs = Object.keys(graph.outputs).flatMap((port): [string, Shape][] => {
    const output = flat.aliases.get(`${id}.${port}`)
    const shape = output && inside.find((node) => node.id === output.node)?.outputs[output.port]
    return shape ? [[port, shape]] : []
  })
  const sum = inside.reduce((sum, node) => sum + node.ms, 0)
  // Nodes that worked at the same time do not add up.
  const ms = Math.min(
    sum,
    time.wall((node) => node.startsWith(`${id}/`)),
  )
  return { id, type: record.type, status, ms, outputs: Object.fromEntries(outputs), ...(problem && { problem }) }
}

/** Of wires and of nodes that ran, each once. */
function problemsIn({ analysis }: Plan, nodes: readonly NodeResult[]): Problem[] {
  const found = new Set<Problem>(problemsOf(analysis).map(({ problem }) => problem))
  for (const { status, problem } of nodes) if (status === 'error' && problem) found.add(problem)
  return [...new Map([...found].map((problem) => [JSON.stringify(problem), problem])).values()]
}
