/** `sightline serve`, and `sightline FILE`: the editor in a browser, until Ctrl-C. */
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from '../built.ts'
import { root } from '../installation.ts'
import { startKeeper } from '../keeper.ts'
import { isLoopback } from '../server/guard.ts'
import { exitCodeOf, onInterruption } from '../signals.ts'
import { print, say } from '../terminal/say.ts'
import { openBrowser } from './browser.ts'
import { startOf } from './start.ts'

export interface ServeOptions {
  readonly host: string
  readonly port?: number
  readonly device?: 'auto' | 'gpu' | 'cpu'
  readonly adapter?: string
  readonly memory?: number
  readonly threads?: number
  readonly open: boolean
  readonly file?: string
}

/** A browser stores what it knows (theme, recent files, lesson progress) by address, so reuse the same port if it is free. */
const usualPort = 47_474

const usualOrAny = (host: string): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(0))
    probe.listen(usualPort, host, () => probe.close(() => resolve(usualPort)))
  })

/** An address at which others reach a server that listens on all of them. */
function reachable(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
}

const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)

export async function serve({ file, host, port, open, ...machine }: ServeOptions): Promise<number> {
  const start = file === undefined ? undefined : await startOf(file)
  await ensureBuilt({ say })
  const keeper = await startKeeper({
    host,
    script: fileURLToPath(new URL('../engine-process-main.ts', import.meta.url)),
    cache: join(root, 'node_modules/.cache/sightline'),
    ...(start && { start }),
    port: port ?? (await usualOrAny(host)),
    ...(machine.device !== undefined && { device: machine.device }),
    ...(machine.adapter !== undefined && { adapter: machine.adapter }),
    ...(machine.memory !== undefined && { memory: machine.memory * 1e6 }),
    ...(machine.threads !== undefined && { threads: machine.threads }),
  })
  const interruption = onInterruption(() => void keeper.stop())
  if (!isLoopback(host))
    say(
      `Sightline listens on ${host}: whoever has the address below can read and write your files, and what goes over the network is not encrypted.`,
    )
  const base = `http://${inUrl(reachable(host))}:${keeper.port}`
  print(`Sightline is at ${base}/?token=${keeper.token}  (Ctrl-C ends it)`)
  if (open) openBrowser(`${base}/open/${keeper.ticket}`)

  const problem = await keeper.ended
  if (problem) say(`sightline: ${problem.message}`)
  return problem ? 1 : interruption.signal ? exitCodeOf(interruption.signal) : 0
}
