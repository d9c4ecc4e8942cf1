/**
 * Finds a Chromium for the window tests, or installs one: a given path, Playwright's own, the system's, then Playwright's
 * download, then apt as root. Says what it chose, and why the others would not do.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

/**
 * The headless shell comes first, as in Playwright's own choice: it draws the same page without a browser's own window, which
 * cost 40 % of the processor time of a run.
 */
const systemNames = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
]
const systemPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const onPath = (): string | undefined =>
  systemNames
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find(executable)

/** A browser that exists but does not start (a snap stub, a missing library) does not count. */
function starts(path: string): string | undefined {
  const { status, stdout } = spawnSync(path, ['--version', '--no-sandbox'], { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? stdout.trim() : undefined
}

const run = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 }).status === 0

const isRoot = (): boolean => process.getuid?.() === 0

export interface FoundBrowser {
  readonly path: string
  readonly says: string
}

/** Throws, saying what was tried and what to do. */
export function findChromium(): FoundBrowser {
  const tried: string[] = []
  const accept = (path: string | undefined, what: string): FoundBrowser | undefined => {
    if (!path || !existsSync(path)) {
      tried.push(`${what}: not there`)
      return undefined
    }
    const version = starts(path)
    if (version) return { path, says: `${what}: ${version} (${path})` }
    tried.push(`${what}: ${path} does not start`)
    return undefined
  }
  const given = process.env.SIGHTLINE_CHROMIUM
  if (given) {
    const found = accept(given, 'SIGHTLINE_CHROMIUM')
    if (found) return found
    throw new Error(`SIGHTLINE_CHROMIUM names ${given}, which is not a browser that starts. Correct or unset it.`)
  }
  const installed = (): FoundBrowser | undefined =>
    accept(chromium.executablePath(), "Playwright's own Chromium") ??
    accept(onPath() ?? systemPaths.find(existsSync), "the system's Chromium")
  const there = installed()
  if (there) return there
  console.log("No Chromium here. Asking Playwright to download its own ('npx playwright install chromium').")
  if (run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])) {
    const found = installed()
    if (found) return found
  } else tried.push("Playwright's download: failed")
  if (process.platform === 'linux' && isRoot() && existsSync('/usr/bin/apt-get')) {
    console.log("Installing Debian's headless Chromium with apt-get, as this runs as root.")
    process.env.DEBIAN_FRONTEND = 'noninteractive'
    const install = ['install', '-y', '-q', '--no-install-recommends', 'fonts-dejavu-core']
    // Older releases of Debian have no shell of its own.
    if (
      run('apt-get', ['update', '-q']) &&
      ['chromium-headless-shell', 'chromium'].some((name) => run('apt-get', [...install, name]))
    ) {
      const found = installed()
      if (found) return found
    } else tried.push('apt-get install chromium: failed')
  }
  throw new Error(
    `The tests in the window need a Chromium, and none could be had:\n  ${tried.join('\n  ')}\nInstall Chromium or Chrome, or set SIGHTLINE_CHROMIUM to its path.`,
  )
}

// Runs before the unit tests, because those of the GPU kernels use the driver that comes with Chromium. A missing one is an
// error of the window tests, later.
if (import.meta.main)
  try {
    findChromium()
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error))
  }
