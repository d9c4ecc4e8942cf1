/** When sources last changed. Synchronous, because every command asks first, and a few hundred files take milliseconds. */
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** In ms since 1970; 0 where there is nothing. */
export const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Of a file, or of everything in a folder that is no test. Folders count, because their time reflects deleted files. */
export function newest(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 0
  let latest = stats.mtimeMs
  if (stats.isDirectory())
    for (const name of readdirSync(path))
      if (name !== 'fixtures' && !name.includes('.test.')) latest = Math.max(latest, newest(`${path}/${name}`))
  return latest
}

/** Whether a file was made after all of its sources. Paths from the root of the tree. */
export function isNewer(made: string, sources: readonly string[]): boolean {
  const time = modified(root + made)
  return sources.every((source) => newest(root + source) < time)
}

/** The sources of the command line and the engine process, and the last file that their build writes. */
export const hostSources = ['engine', 'nodes', 'host', 'package-lock.json'] as const
export const hostBundle = 'build/host/main.js'
/** The command line does not run without these. */
const kernels = ['build/kernels.shared.wasm', 'build/kernels.wasm']

export const hostIsBuilt = (): boolean =>
  kernels.every((file) => modified(root + file) > 0) && isNewer(hostBundle, hostSources)
