/** Finds an Electron for the desktop tests, and a screen for it; says what it chose, or why there is none. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type FoundElectron = { readonly path: string; readonly says: string } | { readonly why: string }

/** The one in the `electron` package, or named by ELECTRON_OVERRIDE_DIST_PATH; tests never download one. */
export function findElectron(): FoundElectron {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const names = join(folder, 'path.txt')
  const home = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const path = join(home, existsSync(names) ? readFileSync(names, 'utf8') : 'electron')
  if (!existsSync(path))
    return { why: 'the package "electron" has not fetched its binary yet ("npx install-electron" does)' }
  const version = readFileSync(join(home, 'version'), 'utf8').trim()
  return { path, says: `Electron ${version} (${path})` }
}

const xvfb = '/usr/bin/Xvfb'

function hasXvfb(): boolean {
  if (existsSync(xvfb)) return true
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  console.log('Installing Debian’s xvfb with apt-get, as this runs as root.')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
  apt('update', '-q')
  return apt('install', '-y', '-q', '--no-install-recommends', 'xvfb').status === 0
}

export type FoundScreen = { readonly display: string | undefined; close(): void } | { readonly why: string }

/** This machine's screen, or a virtual one. */
export async function findScreen(): Promise<FoundScreen> {
  const there = process.platform !== 'linux' || Boolean(process.env.DISPLAY)
  if (there) return { display: process.env.DISPLAY, close() {} }
  if (!hasXvfb()) return { why: 'there is no screen here, and no Xvfb to make one' }
  // It chooses a free number and writes it to the given file descriptor.
  const server: ChildProcess = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    server.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
  })
  return { display: `:${number}`, close: () => void server.kill() }
}
