/**
 * The window's side of the protocol: mirrors the document to the engine, distributes what comes back to the stores, and
 * restores everything after a lost connection. The user never sees the word "engine".
 */
import { create } from 'zustand'
import { catalogueSchema } from '../../engine/graph/catalogue.ts'
import { serialise } from '../../engine/graph/file.ts'
import type { Sockets } from '../../engine/graph/node.ts'
import { learnSockets, withSockets } from '../../engine/graph/sockets.ts'
import { closeCodes, maxTail } from '../../engine/protocol/link.ts'
import { type ClientMessageInput, type EngineMessage, protocolVersion } from '../../engine/protocol/messages.ts'
import { type Method, type MethodParams, type MethodResult, methods } from '../../engine/protocol/methods.ts'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import type { DeviceWords } from '../../engine/types/device.ts'
import { type Problem, SightlineError } from '../../engine/types/problem.ts'
import type { Shape } from '../../engine/values/index.ts'
import { capture, release, releaseAll } from '../camera/captures.ts'
import { type Change, isDirty, onChange, setCatalogue, setFileState, useEditor } from './editor.ts'
import { openSocket, renewSession, sessionId } from './endpoint.ts'
import { type EngineLink, type LinkState, openLink } from './engine-link.ts'
import { setMemoryUsed } from './memory.ts'
import { receiveModels } from './models.ts'
import { notifyError, notifyProblem } from './notices.ts'
import { problemOf } from './problem.ts'
import { clearReports, nodeReports, nodeShapes, replaceAll, wireReports } from './reports.ts'
import { forgetPreviews, onViewsChanged, receivePreviews, sendViews } from './views.ts'

type RunState = Extract<EngineMessage, { type: 'status' }>['run']

export interface EngineStore {
  readonly link: LinkState
  /** Why there will be no connection: one of `closeCodes`. */
  readonly refusal: number | undefined
  readonly device: DeviceWords | undefined
  readonly version: string | undefined
  readonly samples: readonly string[]
  readonly run: RunState
  /** Problems of the whole document (cycles, recursion). */
  readonly problems: readonly Problem[]
  /** False until a document is open and can be edited. */
  readonly ready: boolean
}

const noRun: RunState = { state: 'idle', done: 0, total: 0 }

export const useEngine = create<EngineStore>(() => ({
  link: 'connecting',
  refusal: undefined,
  device: undefined,
  version: undefined,
  samples: [],
  run: noRun,
  problems: [],
  ready: false,
}))
const set = useEngine.setState

let link: EngineLink | undefined
let openFirst: (welcome: Pick<Extract<EngineMessage, { type: 'welcome' }>, 'start' | 'resume'>) => Promise<void>
let rev = 0
/** Reports on anything before the last `open` belong to another document. */
let openedAt = 0
/** Whether the engine has the document, so that edits apply. */
let mirrored = false

const send = (message: ClientMessageInput, tails?: readonly Uint8Array[]): boolean =>
  link?.send(message, tails) ?? false

function sendOpen(): void {
  const state = useEditor.getState()
  const { document, path, stamp, allowed } = state
  openedAt = ++rev
  mirrored = send({
    ...{ type: 'open', rev, document: serialise(document), allowed, unsaved: isDirty(state) },
    ...(path !== undefined && { path }),
    ...(stamp !== undefined && { stamp }),
  })
  sendViews()
}

function mirror(change: Change): void {
  if (change.kind === 'open') {
    collected = undefined
    clearReports()
    forgetPreviews()
    set({ ready: true, run: noRun, problems: [] })
    if (useEngine.getState().link === 'open' && useEngine.getState().version) sendOpen()
    return
  }
  if (!mirrored) return
  if (change.kind === 'settle') send({ type: 'settle' })
  else send({ type: 'edit', rev: ++rev, edit: [...change.edit], draft: change.draft })
}

/** A result, and its bytes: a view into the frame. */
export interface Answer<M extends Method> {
  readonly result: MethodResult<M>
  readonly tail: Uint8Array
}

interface Pending {
  readonly method: Method
  readonly resolve: (answer: Answer<never>) => void
  readonly reject: (error: unknown) => void
}
const pending = new Map<number, Pending>()
let nextRequest = 1

/** Sends a request and waits for the reply. Rejects with the problem's text, also when the connection is lost meanwhile. */
export const request = async <M extends Method>(
  method: M,
  params: MethodParams<M>,
  tail?: Uint8Array,
): Promise<MethodResult<M>> => (await requestBytes(method, params, tail)).result

/** Like `request`, for replies with bytes. */
export function requestBytes<M extends Method>(
  method: M,
  params: MethodParams<M>,
  tail?: Uint8Array,
): Promise<Answer<M>> {
  return new Promise((resolve, reject) => {
    const id = nextRequest++
    if (!send({ type: 'request', id, method, params }, tail && [tail])) {
      reject(new SightlineError('protocol.lost'))
      return
    }
    pending.set(id, { method, resolve: resolve as Pending['resolve'], reject })
  })
}

function settleRequest({ id, problem, result }: Extract<EngineMessage, { type: 'reply' }>, tail: Uint8Array): void {
  const waiting = pending.get(id)
  if (!waiting) return
  pending.delete(id)
  if (problem) {
    const { code, params } = problemOf(problem)
    waiting.reject(new SightlineError(code, params))
    return
  }
  const parsed = methods[waiting.method].result.safeParse(result)
  if (parsed.success) waiting.resolve({ result: parsed.data, tail } as Answer<never>)
  else waiting.reject(new SightlineError('protocol.bad-message', { message: `the reply to ${waiting.method}` }))
}

function welcome(message: Extract<EngineMessage, { type: 'welcome' }>): void {
  if (message.protocol !== protocolVersion) {
    set({ link: 'refused', refusal: closeCodes.version })
    link?.close()
    return
  }
  const infos = catalogueSchema.parse(message.catalogue)
  // What was known of sockets is still: the engine tells of others.
  const { sockets = new Map() } = useEditor.getState().catalogue
  setCatalogue(withSockets(new Map(infos.map((info) => [info.type, info])), sockets))
  set({ device: message.device, version: message.version, samples: message.samples })
  if (useEngine.getState().ready) {
    sendOpen()
    return
  }
  void openFirst(message)
}

function learn(told: Readonly<Record<string, Sockets>> = {}): void {
  const { catalogue } = useEditor.getState()
  const next = learnSockets(catalogue, told)
  if (next !== catalogue) setCatalogue(next)
}

/** Reports wait for the next animation frame: while a slider moves, several arrive in one frame. */
let collected: { nodes: Map<string, NodeReport>; run: RunState } | undefined

function collectStatus({ nodes, run }: Extract<EngineMessage, { type: 'status' }>): void {
  if (!collected) {
    collected = { nodes: new Map(), run }
    requestAnimationFrame(spreadStatus)
  }
  for (const [node, report] of Object.entries(nodes)) collected.nodes.set(node, report)
  collected.run = run
}

function spreadStatus(): void {
  if (!collected) return
  const { nodes, run } = collected
  collected = undefined
  nodeReports.set(nodes)
  if (run.memory !== undefined) setMemoryUsed(run.memory)
  set({ run })
}

function receive(message: EngineMessage, tail: Uint8Array): void {
  switch (message.type) {
    case 'welcome':
      welcome(message)
      break
    case 'analysis':
      if (message.rev < openedAt) return
      learn(message.sockets)
      replaceAll(nodeShapes, message.shapes as Record<string, Record<string, Shape>>)
      replaceAll(wireReports, message.wires)
      set({ problems: message.problems.map(problemOf) })
      break
    case 'status':
      if (message.rev >= openedAt) collectStatus(message)
      break
    case 'previews':
      if (message.rev < openedAt) return
      receivePreviews(message.items, tail)
      // For the latency bench: what was just drawn.
      window.dispatchEvent(
        new CustomEvent('sightline:previews', {
          detail: { rev: message.rev, quality: message.quality, views: message.items.map((item) => item.view) },
        }),
      )
      break
    case 'file':
      setFileState(message.state)
      break
    case 'device':
      set({ device: message.device })
      break
    case 'capture':
      void capture(message, send)
      break
    case 'release':
      release(message)
      break
    case 'models':
      receiveModels(message)
      break
    case 'notice':
      notifyProblem(problemOf(message.problem))
      break
    case 'resync':
      sendOpen()
      break
    case 'reply':
      settleRequest(message, tail)
      break
  }
}

/**
 * Connects, and stays connected. Called once at start.
 * @param first opens a document once there is a connection, if none is open yet: `start`, or another
 */
export function startEngine(first: typeof openFirst): void {
  openFirst = first
  onChange(mirror)
  onViewsChanged((views) => {
    if (mirrored) send({ type: 'views', views: [...views] })
  })
  link = openLink({
    socket: openSocket,
    onOpen: () => send({ type: 'hello', protocol: protocolVersion, session: sessionId() }),
    onMessage: receive,
    onReplaced: renewSession,
    onState: (state, code) => {
      set({ link: state, refusal: code, ...(state !== 'open' && { run: noRun }) })
      if (state === 'open') return
      mirrored = false
      releaseAll()
      for (const { reject } of pending.values()) reject(new SightlineError('protocol.lost'))
      pending.clear()
    },
    onError: notifyError,
  })
}

/** Resolves once there is a connection and a document; from then on requests are answered. */
export const connected = (): Promise<void> =>
  new Promise((resolve) => {
    const check = ({ link, ready }: EngineStore): boolean => {
      if (link !== 'open' || !ready) return false
      resolve()
      return true
    }
    if (check(useEngine.getState())) return
    const stop = useEngine.subscribe((state) => check(state) && stop())
  })

/** The number of the last change made here: previews with this number or a later one show it. */
export const currentRev = (): number => rev

/** An explicit run, which may write files. `nodes` (`outer/inner`): only these and their inputs. */
export const runPipeline = (nodes?: readonly string[], restart = false): boolean =>
  send({ type: 'run', ...(nodes && { nodes: [...nodes] }), restart })
/** Jobs stop at their next checkpoint and can be resumed. `nodes`: only these; default: all. */
export const pauseJobs = (nodes?: readonly string[]): boolean =>
  send({ type: 'pause', ...(nodes && { nodes: [...nodes] }) })
/** Starts live sources. `nodes`: only these; default: all. */
export const playSources = (nodes?: readonly string[]): boolean =>
  send({ type: 'play', ...(nodes && { nodes: [...nodes] }) })
export const stopSources = (nodes?: readonly string[]): boolean =>
  send({ type: 'stop', ...(nodes && { nodes: [...nodes] }) })
export const cancelRun = (): boolean => send({ type: 'cancel' })
/** Shows element `index` of a sequence. */
export const scrub = (node: string, index: number): boolean => send({ type: 'scrub', node, index })
/**
 * Keeps a dropped file on the machine that computes. Returns its path there. Throws `protocol.too-large`.
 * @param beside an earlier one, to which it belongs
 */
export async function upload(file: File, beside?: string): Promise<string> {
  if (file.size > maxTail)
    throw new SightlineError('protocol.too-large', {
      bytes: Math.ceil(file.size / 1e6),
      limit: Math.floor(maxTail / 1e6),
    })
  return (
    await request(
      'upload',
      { name: file.name, ...(beside !== undefined && { beside }) },
      new Uint8Array(await file.arrayBuffer()),
    )
  ).path
}

/** Tries to connect at once. */
export const retryLink = (): void => link?.retry()
