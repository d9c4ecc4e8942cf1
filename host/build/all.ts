/**
 * Makes what is made from sources, where it is older than they are: the kernels, the list of nodes, the page.
 * Run it as `node host/build/all.ts`.
 */
import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildCatalogue } from './catalogue.ts'
import { buildKernels } from './kernels.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What the page is made from. */
const pageSources = ['renderer', 'engine/graph', 'engine/protocol', 'engine/types', 'package-lock.json']
const page = join(root, 'build/renderer/index.html')

/** 0 where there is nothing. */
async function modified(path: string): Promise<number> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.mtimeMs ?? 0
}

/** Of everything in there that is no test; folders count, as their time tells of files that are gone. */
async function newest(path: string): Promise<number> {
  const own = await modified(path)
  const names = await readdir(path, { recursive: true }).catch(() => [])
  const times = names.filter((name) => !name.includes('.test.')).map((name) => modified(join(path, name)))
  return Math.max(own, ...(await Promise.all(times)))
}

async function buildPage(): Promise<boolean> {
  if ((await modified(join(root, 'renderer/index.html'))) === 0) return false
  const times = await Promise.all(pageSources.map((source) => newest(join(root, source))))
  if ((await modified(page)) > Math.max(...times)) return false
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const args = [vite, 'build', '--config', join(root, 'renderer/vite.config.ts'), '--logLevel', 'warn']
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 1 << 24 })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`The page does not build.\n${stdout}${stderr}`, { cause: error })
  }
  return true
}

export interface BuildOptions {
  /** Also the page, which the command line needs not. Default true. */
  readonly page?: boolean
  /** Told what is being made, before it is. */
  readonly say?: (line: string) => void
}

/** Builds what is out of date. Gives the names of what was built. */
export async function ensureBuild({ page = true, say = () => undefined }: BuildOptions = {}): Promise<string[]> {
  const steps: [string, () => Promise<boolean>][] = [
    ['kernels', buildKernels],
    ['catalogue', buildCatalogue],
    ...(page ? [['page', buildPage] satisfies [string, () => Promise<boolean>]] : []),
  ]
  const built: string[] = []
  for (const [name, build] of steps) {
    // Said only where it takes long enough to wonder.
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
  const built = await ensureBuild({ say: (line) => console.log(line) })
  const took = Math.round(performance.now() - start)
  console.log(built.length ? `built ${built.join(', ')} in ${took} ms` : 'everything is up to date')
}
