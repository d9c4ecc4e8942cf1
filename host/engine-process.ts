/**
 * The process around an engine that serves windows. It is told what to do by its keeper (`keeper.ts`), ends with it, and
 * leaves the answer to Ctrl-C, which a terminal sends to both, to it.
 */
import module from 'node:module'
import { join } from 'node:path'
import { protocolVersion } from '../engine/protocol/messages.ts'
import { toProblem } from '../engine/types/problem.ts'
import { makeEngine, root, version } from './engine.ts'
import type { EngineConfig, FromEngine, ToEngine } from './keeper.ts'
import { startServer } from './server/server.ts'
import { createSessions } from './server/sessions.ts'

const log = (line: string): void => console.error(line)
const tell = (message: FromEngine): void => {
  process.send?.(message)
}

async function start(config: EngineConfig): Promise<() => Promise<void>> {
  const made = await makeEngine({ threads: config.threads, memory: config.memory })
  const { engine, device, catalogue } = made
  const services = (folder: string) => made.services(folder, config.uploads)
  const sessions = createSessions({
    engine,
    welcome: {
      type: 'welcome',
      protocol: protocolVersion,
      version,
      device,
      catalogue,
      samples: [...services(config.folder).samples],
      ...(config.start && { start: config.start }),
    },
    services,
    folder: config.folder,
    uploads: config.uploads,
  })
  const server = await startServer({ ...config, page: join(root, 'build/renderer'), sessions, log })
  tell({ type: 'ready', port: server.port })
  // A process that is killed writes no cache at its end, and the next start is the one that must be fast.
  module.flushCompileCache()
  return async () => {
    await server.close()
    sessions.close()
    await made.close()
  }
}

let stop: (() => Promise<void>) | undefined
let starting: Promise<void> | undefined

async function end(): Promise<never> {
  await starting
  await stop?.()
  process.exit()
}

process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
process.on('message', (message: ToEngine) => {
  if (message.type === 'stop') {
    void end()
    return
  }
  starting = start(message.config).then(
    (ready) => {
      stop = ready
    },
    (error: unknown) => {
      const problem = toProblem(error)
      if (problem.code === 'unexpected') log(error instanceof Error ? String(error.stack) : String(error))
      process.send?.({ type: 'failed', problem } satisfies FromEngine, () => process.exit(1))
    },
  )
})
