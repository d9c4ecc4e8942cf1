/**
 * Keeps an engine process running: starts it, watches it, puts another in its place when it dies, on the same port and with
 * the same token, so that windows find it again by themselves. A spare one waits, ready but for the port, because starting
 * takes half a second. Used by `sightline serve` and by the desktop's main process.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Problem, SightlineError } from '../engine/types/problem.ts'
import type { FileUse } from '../engine/types/services.ts'
import { pruneUploads } from './files/uploads.ts'
import { type UserFolders, userFolders } from './files/user-folders.ts'
import { createToken } from './server/guard.ts'

/** What an engine process is told at its start: over IPC, because command lines and environments can be read by others. */
export interface EngineConfig {
  readonly host: string
  readonly token: string
  readonly origins: readonly string[]
  readonly device?: 'auto' | 'gpu' | 'cpu'
  /** A part of the GPU's name. */
  readonly adapter?: string
  /** Why the GPU is not looked for. */
  readonly noGpu?: string
  readonly threads?: number
  readonly memory?: number
  /** The folder of documents that have no file yet. */
  readonly folder: string
  /** Where dropped files go. */
  readonly uploads: string
  /** The user's folder of what was decided. */
  readonly settings: string
  /** Where it is remembered what a pipeline was allowed. */
  readonly allowed: string
  /** Where copies of what no file has are kept. */
  readonly recovery: string
  /** The pipeline that a window opens first: a file, or one that has none. Absent: the gallery's. */
  readonly start?:
    | { readonly path: string }
    | {
        readonly document: Record<string, unknown>
        /** What the person named at the start. */
        readonly allowed?: readonly FileUse[]
        /** A 3D scene that is shown in front of it. */
        readonly scene?: string
      }
}

export type ToEngine =
  /** Get ready, */
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
  /** 0: a free one. */
  readonly port?: number
  readonly origins?: readonly string[]
  readonly folder?: string
  /** Default: those of this user. */
  readonly user?: UserFolders
  /** The Node that runs the engine; the one that runs this where it is no Electron. */
  readonly node?: string
  readonly script?: string
  /** Where Node keeps what it compiled, so that the next start is faster. */
  readonly cache?: string
  /** When the spare one is made: after the rush of the first seconds. In ms. */
  readonly spareAfter?: number
  readonly log?: (line: string) => void
}

export interface Keeper {
  readonly host: string
  readonly port: number
  readonly token: string
  /** The first part of addresses that only work once: `/open/TICKET`. */
  readonly ticket: string
  /** Of the engine that runs now. */
  readonly pid: number | undefined
  /** Settles when there will be no engine any more: with the reason, or with nothing after `stop`. */
  readonly ended: Promise<SightlineError | undefined>
  stop(): Promise<void>
}

/** An engine that lives this long (ms) did start; one that dies earlier five times in a row never will. */
const STARTED = 1000
const ATTEMPTS = 5
/** After so many ends in a row the GPU is no longer used. */
const WITHOUT_GPU = 3
/** After this long a death counts as the first again. */
const SETTLED = 30_000
const LONGEST = 5000

/** How long to wait before the n-th engine in a row, in ms. */
export const backOff = (deaths: number): number => (deaths <= 1 ? 0 : Math.min(LONGEST, 100 * 3 ** (deaths - 2)))

export async function startKeeper(options: KeeperOptions): Promise<Keeper> {
  const { host = '127.0.0.1', node = process.execPath, spareAfter = 3000, start } = options
  const { log = (line) => console.error(line) } = options
  const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  const { script = beside('./engine-process.ts'), cache = beside('../node_modules/.cache/sightline') } = options
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
    // Whether it is still there to hear it is told by its end.
    if (engine.connected) engine.send(message, () => undefined)
  }

  function spawn(): ChildProcess {
    const engine = fork(script, [], {
      execPath: node,
      execArgv: [],
      // What the engine prints is for people: this process's stdout may be read by programs.
      stdio: ['ignore', 2, 2, 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    })
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
      // It ends by itself. At the first start another one would fail as well; later the port may be free again soon.
      if (ready) log(problem.message)
      else stopping = true
      first.reject(problem)
    })
    // A process that cannot even be started tells by 'error' alone.
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
    // A graphics driver that breaks takes the process with it; without it the work goes on.
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
    // None runs while the next one waits for its time.
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
