/**
 * Keeps an engine process running: starts it, watches it, and replaces it when it dies, on the same port and with the same
 * token, so that windows reconnect by themselves. A spare one waits, ready except for the port, because starting takes half a
 * second. Used by `sightline serve` and by the desktop program's main process.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Problem, SightlineError } from '../engine/types/problem.ts'
import type { FileUse } from '../engine/types/services.ts'
import { ownEnvironment } from './environment.ts'
import { pruneUploads } from './files/uploads.ts'
import { type UserFolders, userFolders } from './files/user-folders.ts'
import { createToken } from './server/guard.ts'
import { boundedLog, followLines } from './terminal/log.ts'
import { say } from './terminal/say.ts'

/** An engine process's configuration: sent over IPC, because command lines and environments can be read by others. */
export interface EngineConfig {
  readonly host: string
  readonly token: string
  readonly origins: readonly string[]
  readonly device?: 'auto' | 'gpu' | 'cpu'
  /** Part of the GPU's name. */
  readonly adapter?: string
  /** Why the GPU is not used. */
  readonly noGpu?: string
  readonly threads?: number
  readonly memory?: number
  /** The folder of documents that have no file yet. */
  readonly folder: string
  /** Where dropped files go. */
  readonly uploads: string
  /** The user's settings folder. */
  readonly settings: string
  /** Where a pipeline's permissions are kept. */
  readonly allowed: string
  /** Where copies of unsaved documents are kept. */
  readonly recovery: string
  /** Where checkpoints and results of jobs are kept. */
  readonly jobs: string
  /** The file with the times of earlier runs, for estimates. */
  readonly times: string
  /** The pipeline that a window opens first: a file, or one without a file. Absent: the gallery's. */
  readonly start?:
    | { readonly path: string }
    | {
        readonly document: Record<string, unknown>
        /** What the user named at the start. */
        readonly allowed?: readonly FileUse[]
        /** A 3D scene shown over it. */
        readonly scene?: string
      }
}

export type ToEngine =
  /** Prepare, */
  | { readonly type: 'start'; readonly config: EngineConfig }
  /** then serve. `ticket`: opens the page once, instead of the token. */
  | { readonly type: 'listen'; readonly port: number; readonly ticket?: string }
  | { readonly type: 'stop' }
export type FromEngine =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly problem: Problem }

export interface KeeperOptions extends Pick<EngineConfig, 'device' | 'adapter' | 'threads' | 'memory' | 'start'> {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0: any free port. */
  readonly port?: number
  readonly origins?: readonly string[]
  readonly folder?: string
  /** Default: those of this user. */
  readonly user?: UserFolders
  /** The Node that runs the engine; the current one unless it is Electron. */
  readonly node?: string
  /** The file of the engine process. */
  readonly script: string
  /** The folder of Node's compile cache, which makes the next start faster. Absent: none. */
  readonly cache?: string
  /** When the spare one is started, in ms: after the first busy seconds. */
  readonly spareAfter?: number
  readonly log?: (line: string) => void
}

export interface Keeper {
  readonly host: string
  readonly port: number
  readonly token: string
  /** The prefix of addresses that work only once: `/open/TICKET`. */
  readonly ticket: string
  /** Of the engine now running. */
  readonly pid: number | undefined
  /** Settles when there will be no engine any more: with the reason, or with nothing after `stop`. */
  readonly ended: Promise<SightlineError | undefined>
  stop(): Promise<void>
}

/** An engine that lives this long (ms) counts as started; one that dies earlier five times in a row never will. */
const STARTED = 1000
const ATTEMPTS = 5
/** After this many ends in a row the GPU is not used any more. */
const WITHOUT_GPU = 3
/** After this long a death counts as the first again. */
const SETTLED = 30_000
const LONGEST = 5000

/** The wait before the n-th engine in a row, in ms. */
export const backOff = (deaths: number): number => (deaths <= 1 ? 0 : Math.min(LONGEST, 100 * 3 ** (deaths - 2)))

export async function startKeeper(options: KeeperOptions): Promise<Keeper> {
  const { host = '127.0.0.1', node = process.execPath, script, cache, spareAfter = 3000, start } = options
  const { log = say } = options
  /** What an engine writes. */
  const heard = boundedLog(log)
  const token = createToken()
  const ticket = randomBytes(18).toString('base64url')
  const user = options.user ?? userFolders()
  const uploads = join(user.data, 'pictures')
  let config: EngineConfig = {
    host,
    token,
    origins: options.origins ?? [],
    folder: options.folder ?? process.cwd(),
    uploads,
    settings: user.settings,
    allowed: join(user.settings, 'allowed'),
    recovery: join(user.data, 'recovery'),
    jobs: join(user.data, 'jobs'),
    times: join(user.data, 'times.json'),
    ...(options.device !== undefined && { device: options.device }),
    ...(options.adapter !== undefined && { adapter: options.adapter }),
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.memory !== undefined && { memory: options.memory }),
    ...(start && { start }),
  }

  let port = options.port ?? 0
  let child: ChildProcess
  let spare: ChildProcess | undefined
  let ready = false
  let stopping = false
  let deaths = 0
  let atOnce = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let spareTimer: ReturnType<typeof setTimeout> | undefined
  const first = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<SightlineError | undefined>()

  const tell = (engine: ChildProcess, message: ToEngine): void => {
    // Its exit tells whether it was still there to receive it.
    if (engine.connected) engine.send(message, () => undefined)
  }

  function spawn(): ChildProcess {
    const engine = fork(script, [], {
      execPath: node,
      execArgv: [],
      // Native libraries write there too, and may name what is in a file.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: ownEnvironment({ ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) }),
    })
    for (const output of [engine.stdout, engine.stderr]) if (output) followLines(output, heard)
    engine.on('error', (error) => log(`The engine process: ${error.message}`))
    tell(engine, { type: 'start', config })
    return engine
  }

  function makeSpare(): void {
    const engine = spawn()
    spare = engine
    engine.once('exit', () => {
      if (spare === engine) spare = undefined
    })
  }

  function launch(): void {
    const born = performance.now()
    timer = undefined
    clearTimeout(spareTimer)
    const engine = spare?.connected ? spare : spawn()
    child = engine
    spare = undefined
    tell(engine, { type: 'listen', port, ...(!ready && { ticket }) })
    engine.on('message', (said: FromEngine) => {
      if (said.type === 'ready') {
        if (ready) log('The engine is back.')
        port = said.port
        ready = true
        first.resolve()
        spareTimer = setTimeout(makeSpare, spareAfter)
        return
      }
      const problem = new SightlineError(said.problem.code, said.problem.params)
      // It ends by itself. At the first start another one would fail as well; later the port may soon be free again.
      if (ready) log(problem.message)
      else stopping = true
      first.reject(problem)
    })
    // A process that cannot be started emits only 'error'.
    const gone = engine.pid === undefined ? 'error' : 'exit'
    engine.once(gone, (code: unknown, signal: unknown) => died(performance.now() - born, String(signal ?? code)))
  }

  function died(lived: number, how: string): void {
    if (stopping) {
      ended.resolve(undefined)
      return
    }
    deaths = lived > SETTLED ? 1 : deaths + 1
    atOnce = lived > STARTED ? 0 : atOnce + 1
    if (atOnce === ATTEMPTS) {
      const problem = new SightlineError('engine.keeps-ending', { count: ATTEMPTS, how })
      stopping = true
      first.reject(problem)
      ended.resolve(problem)
      return
    }
    // A failing graphics driver takes the process with it; without the GPU the work goes on.
    if (deaths === WITHOUT_GPU && config.device !== 'cpu') {
      config = { ...config, device: 'cpu', noGpu: `the program ended ${deaths} times in a row with it` }
      spare?.kill('SIGKILL')
      spare = undefined
      log('Sightline goes on without the GPU.')
    }
    const wait = backOff(deaths)
    log(`The engine ended (${how}); another one starts${wait ? ` in ${wait / 1000} s` : ''}.`)
    timer = setTimeout(launch, wait)
  }

  async function stop(): Promise<void> {
    stopping = true
    // None runs while the next one is waiting to start.
    if (timer !== undefined) ended.resolve(undefined)
    clearTimeout(timer)
    tell(child, { type: 'stop' })
    const kill = setTimeout(() => child.kill('SIGKILL'), 3000)
    await finished
    clearTimeout(kill)
  }

  launch()
  const finished = ended.promise.then((problem) => {
    clearTimeout(spareTimer)
    spare?.kill('SIGKILL')
    return problem
  })
  await first.promise
  pruneUploads(uploads).catch((error: Error) => log(`Old pictures stay in ${uploads}: ${error.message}`))
  return {
    host,
    token,
    ticket,
    get port() {
      return port
    },
    get pid() {
      return child.pid
    },
    ended: finished,
    stop,
  }
}
