/** The desktop program from the source tree: finds Electron, or says why there is none. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ensureBuild } from '../build/all.ts'
import { ownEnvironment } from '../environment.ts'
import { root } from '../installation.ts'
import { exitCodeOf, onInterruption } from '../signals.ts'
import { say } from '../terminal/say.ts'

export type Found = { readonly electron: string } | { readonly why: string }

/** Why no window can be shown here, whatever is installed. */
export function obstacle(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, user: number | undefined) {
  if (env.CI) return 'this is a test machine (CI is set)'
  if (platform !== 'linux') return undefined
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY)
    return 'there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)'
  if (user === 0) return 'this runs as root, for whom Chromium has no sandbox'
  return undefined
}

/** The folder of the `electron` package, if it is installed. */
function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}

/** The binary that the package has or is told of; it names it in `path.txt` once it has one. */
function binary(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const names = join(folder, 'path.txt')
  const name = existsSync(names) ? readFileSync(names, 'utf8') : 'electron'
  const path = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name)
  return existsSync(path) ? path : undefined
}

/** Where Electron is. Its package comes without the binary and downloads it on first use. */
export function findElectron(say: (line: string) => void): Found {
  const why = obstacle(process.env, process.platform, process.getuid?.())
  if (why) return { why }
  const folder = packageFolder()
  if (folder === undefined) return { why: 'the package "electron" is not installed' }
  const there = binary(folder, process.env)
  if (there) return { electron: there }
  say('Fetching Electron for the desktop program (about 120 MB), this once ...')
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 600_000,
  })
  const fetched = binary(folder, process.env)
  if (status === 0 && fetched) return { electron: fetched }
  const [reason = 'it took too long'] = stderr.split('\n').filter((line) => line.trim())
  return { why: `Electron could not be fetched (${reason.trim()})` }
}

/** Opens the desktop program and ends with it. Returns its exit code. */
export async function openDesktop(electron: string, files: readonly string[]): Promise<number> {
  await ensureBuild({ desktop: true, say })
  const child = spawn(electron, [root, ...files], { stdio: 'inherit', env: ownEnvironment() })
  const interruption = onInterruption((signal) => void child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      // Asked before it is ready, Electron ends in order and calls it a success.
      const ended = signal ?? (code === 0 ? interruption.signal : undefined)
      resolve(ended ? exitCodeOf(ended) : (code ?? 1))
    })
  })
}
