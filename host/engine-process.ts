/**
 * The process around an engine that serves windows. Its keeper (`keeper.ts`) tells it what to do; it ends with its keeper, and
 * leaves Ctrl-C, which a terminal sends to both, to it.
 */
import module from 'node:module'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { protocolVersion } from '../engine/protocol/messages.ts'
import { SightlineError, toProblem } from '../engine/types/problem.ts'
import { defaultGpuMemory, defaultThreads, type MachineOptions, makeEngine } from './engine.ts'
import { UserSettings } from './files/user-settings.ts'
import { drawWith } from './gallery/draw.ts'
import { createGallery } from './gallery/gallery.ts'
import { listAdapters } from './gpu/open.ts'
import { firstPipeline, root, version } from './installation.ts'
import { JobFolder } from './jobs/folder.ts'
import type { EngineConfig, FromEngine, ToEngine } from './keeper.ts'
import { defaultMemory } from './memory.ts'
import { Copies } from './recovery/copies.ts'
import { Presence } from './recovery/presence.ts'
import { readPipeline } from './server/pipeline-file.ts'
import type { SettingsDesk } from './server/requests.ts'
import { startServer } from './server/server.ts'
import { createSessions } from './server/sessions.ts'
import { exitCodeOf } from './signals.ts'
import { stackOf } from './stack.ts'
import { Installs } from './store/installs.ts'
import { boundedLog } from './terminal/log.ts'
import { say } from './terminal/say.ts'
import { openTimes } from './times/file.ts'

/** Windows and strangers cause entries. */
const log = boundedLog(say)
const tell = (message: FromEngine): void => {
  process.send?.(message)
}

/** The file as it is now: it may have been saved since the start. A gallery entry is a starting point, not a file to overwrite. */
async function startFor({ start }: EngineConfig) {
  if (start && 'document' in start) return start
  try {
    return start
      ? await readPipeline(start.path)
      : { document: (await readPipeline(firstPipeline)).document, sample: true }
  } catch (error) {
    log(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

type Listen = Extract<ToEngine, { type: 'listen' }>

const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

/** The command line takes precedence over the user's settings. */
async function machineFor(config: EngineConfig, own: OwnNodes) {
  const kept = new UserSettings(config.settings)
  const settings = await kept.read().catch((error: SightlineError) => {
    log(error.message)
    return undefined
  })
  const bytes = (mb: number | undefined): number | undefined => (mb === undefined ? undefined : mb * 1e6)
  const options = {
    adapter: config.adapter ?? settings?.adapter,
    gpuMemory: bytes(settings?.gpuMemory),
    threads: config.threads ?? settings?.threads,
    memory: config.memory ?? bytes(settings?.memory),
    jobs: new JobFolder(config.jobs, log),
    times: await openTimes(config.times),
    ...own,
  }
  const device = config.device ?? settings?.device ?? 'auto'
  let noGpu = config.noGpu
  const made = await makeEngine({ ...options, device }).catch((error: unknown) => {
    // A device requested on the command line is not silently replaced.
    if (config.device !== undefined || !(error instanceof SightlineError) || error.code !== 'gpu.none') throw error
    noGpu = String(error.params.reason)
    return makeEngine({ ...options, device: 'cpu' })
  })
  noGpu ??= made.noGpu
  const gpus = await listAdapters().catch(() => [])
  const use: SettingsDesk['use'] = () => ({
    now: {
      device: made.device.name,
      threads: made.device.threads,
      memory: megabytes(made.memory),
      gpuMemory: megabytes(made.devices.gpu?.buffers.budget ?? options.gpuMemory ?? defaultGpuMemory),
    },
    usual: {
      device: 'auto',
      threads: defaultThreads(),
      memory: megabytes(defaultMemory()),
      gpuMemory: megabytes(defaultGpuMemory),
    },
    given: (['device', 'threads', 'memory'] as const).filter(
      (key) => config[key] !== undefined && !(key === 'device' && config.noGpu !== undefined),
    ),
    machine: {
      cores: availableParallelism(),
      memory: megabytes(totalmem()),
      gpus: gpus.map(({ name, software }) => ({ name, software })),
      ...(noGpu !== undefined && { noGpu }),
    },
  })
  return { made, settings: { kept, use }, jobs: options.jobs }
}

/** Prepares everything except the port. Returns a function that opens it, which returns one that ends everything. */
async function prepare(config: EngineConfig, own: OwnNodes): Promise<(at: Listen) => Promise<() => Promise<void>>> {
  const { made, settings, jobs } = await machineFor(config, own)
  const { uploads, allowed, recovery } = config
  const copies = new Copies({ folder: recovery })
  const presence = new Presence(recovery)
  const installs = new Installs()
  jobs.prune().catch((error: Error) => log(`Old jobs stay in ${config.jobs}: ${error.message}`))
  copies.prune().catch((error: Error) => log(`Old copies stay in ${recovery}: ${error.message}`))
  const sessions = createSessions({
    engine: made.engine,
    async welcome() {
      const start = await startFor(config)
      return {
        type: 'welcome',
        protocol: protocolVersion,
        version,
        device: made.device,
        catalogue: made.catalogue,
        samples: [...made.services(config.folder, { uploads }).samples],
        ...(start && { start }),
      }
    },
    services: (folder, options) => made.services(folder, { uploads, ...options }),
    catalogue: new Map(made.catalogue.map((info) => [info.type, info])),
    folder: config.folder,
    uploads,
    allowed,
    gallery: createGallery({
      folder: join(root, 'assets/gallery'),
      catalogue: new Map(made.catalogue.map((info) => [info.type, info])),
      draw: drawWith(made, made.services(config.folder)),
    }),
    copies,
    presence,
    settings,
    installs,
  })
  // A killed process writes no cache at its end, and the next start is the one that must be fast.
  module.flushCompileCache()
  return async ({ port, ticket }) => {
    const { host, token, origins } = config
    const page = join(root, 'build/renderer')
    const options = { host, port, token, origins, page, sessions, log, ...(ticket !== undefined && { ticket }) }
    const server = await startServer(options)
    tell({ type: 'ready', port: server.port })
    return async () => {
      await server.close()
      sessions.close()
      await installs.close()
      await copies.flush()
      await presence.close()
      await made.close()
    }
  }
}

/** Nodes other than those that ship with Sightline, and their works: for tests. */
export type OwnNodes = Pick<MachineOptions, 'nodes' | 'works'>

/** How long the end may take, in ms. */
const PATIENCE = 3000

let failed = false

/** An uncaught error ends the process, once the keeper has been told. */
function fail(error: unknown): void {
  if (failed) return
  failed = true
  const problem = toProblem(error)
  if (problem.code === 'unexpected') log(stackOf(error))
  process.send?.({ type: 'failed', problem } satisfies FromEngine, () => process.exit(1))
}

/** Does what the keeper says, until it is told to stop or the keeper has gone. */
export function serveKeeper(own: OwnNodes = {}): void {
  let ready: ReturnType<typeof prepare> | undefined
  let stop: Promise<() => Promise<void>> | undefined

  async function end(code = 0): Promise<void> {
    // The keeper ends a process that takes longer; one without a keeper ends itself.
    setTimeout(() => process.exit(code), PATIENCE).unref()
    await Promise.resolve(stop)
      .then((close) => close?.())
      .catch((error: unknown) => log(stackOf(error)))
    process.exit(code)
  }

  // The keeper hears of Ctrl-C too, and says when to end. Other signals may come to this process alone.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(exitCodeOf(signal)))
  process.once('disconnect', () => void end())
  process.on('message', (message: ToEngine) => {
    switch (message.type) {
      case 'start':
        ready = prepare(message.config, own)
        ready.catch(fail)
        break
      case 'listen':
        stop = ready?.then((listen) => listen(message))
        stop?.catch(fail)
        break
      case 'stop':
        void end()
        break
    }
  })
}
