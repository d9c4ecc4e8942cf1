/**
 * Builds what is made from sources, if it is older than they are: the kernels, the lists of nodes and ops, the command line, the
 * page.
 * Run it as `node host/build/all.ts`.
 */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildKernels } from './kernels.ts'
import { lists } from './lists.ts'
import { hostBundle, hostIsBuilt, isNewer, root } from './newest.ts'

/** What Vite builds: from which folders, with which configuration and mode, and the output file. */
interface Bundle {
  readonly sources: readonly string[]
  readonly config: string
  readonly mode?: string
  readonly made: string
}

const shared = ['engine/protocol', 'engine/types', 'engine/values', 'package-lock.json']
const page: Bundle = {
  sources: ['renderer', 'engine/graph', 'host/build/texts.ts', 'host/build/licences.ts', 'assets/licences', ...shared],
  config: 'renderer/vite.config.ts',
  made: 'build/renderer/index.html',
}
/** The page of a shared scene, which the command line writes too. */
const share: Bundle = {
  sources: ['renderer/share', 'renderer/scene', 'host/build/single-page.ts', 'host/build/licences.ts', ...shared],
  config: 'renderer/share/vite.config.ts',
  made: 'build/share/viewer.html',
}
const desktop = (mode: 'main' | 'preload', made: string): Bundle => ({
  sources: ['electron', 'host', 'engine/graph', ...shared],
  config: 'electron/vite.config.ts',
  mode,
  made: `build/electron/${made}`,
})

/**
 * Runs a build script in its own process, because bundlers hold memory and change the environment. Tests that build set
 * `NODE_ENV` for themselves; the page would get React's development build with it, which renders at half the speed.
 */
async function build(made: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, {
      cwd: root,
      maxBuffer: 1 << 24,
      env: { ...process.env, NODE_ENV: 'production' },
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${made} does not build.\n${stdout}${stderr}`, { cause: error })
  }
}

/** Gives whether it had to be built. */
async function bundle({ sources, config, mode, made }: Bundle): Promise<boolean> {
  if (isNewer(made, sources)) return false
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const flags = ['--config', join(root, config), '--logLevel', 'warn', ...(mode ? ['--mode', mode] : [])]
  await build(made, [vite, 'build', ...flags])
  return true
}

/** The page of shared scenes alone, for tests. */
export const buildSharePage = (): Promise<boolean> => bundle(share)

/** The command line and the engine process. */
async function buildHost(): Promise<boolean> {
  if (hostIsBuilt()) return false
  await build(hostBundle, [join(root, 'host/build/bundle.ts')])
  return true
}

const buildDesktop = async (): Promise<boolean> =>
  (await Promise.all([bundle(desktop('main', 'main.js')), bundle(desktop('preload', 'preload.cjs'))])).some(Boolean)

export interface BuildOptions {
  /** Also the page, which the command line does not need. Default true. */
  readonly page?: boolean
  /** Also the desktop program's own scripts. Default false. */
  readonly desktop?: boolean
  /** Called with what is about to be built. */
  readonly say?: (line: string) => void
}

type Target = [name: string, build: () => Promise<boolean>]

/** Builds what is out of date. Returns the names of what was built. */
export async function ensureBuild(options: BuildOptions = {}): Promise<string[]> {
  const { page: withPage = true, desktop: withDesktop = false, say = () => undefined } = options
  const targets: Target[] = [
    ['kernels', buildKernels],
    ...lists,
    ['command line', buildHost],
    ['page of a shared scene', buildSharePage],
    ...(withPage ? [['page', () => bundle(page)] satisfies Target] : []),
    ...(withDesktop ? [['desktop program', buildDesktop] satisfies Target] : []),
  ]
  const built: string[] = []
  for (const [name, build] of targets) {
    // Reported only if it takes long enough to wonder.
    const slow = setTimeout(() => say(`Building the ${name} ...`), 300)
    try {
      if (await build()) built.push(name)
    } finally {
      clearTimeout(slow)
    }
  }
  return built
}

if (import.meta.main) {
  const start = performance.now()
  const built = await ensureBuild({ desktop: true, say: (line) => console.log(line) })
  const took = Math.round(performance.now() - start)
  console.log(built.length ? `built ${built.join(', ')} in ${took} ms` : 'everything is up to date')
}
