/** Where the parts of the program are: in the source tree, or in the installed program's resources. */
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { app } from 'electron'

/** The folder that contains `build/`: the source tree, or the archive. */
const home = resolve(import.meta.dirname, '../..')

/** When installed: plain Node reads no archive, so what the engine process needs lies beside it (`electron-builder.yml`). */
const engineHome = (): string => (app.isPackaged ? join(process.resourcesPath, 'engine') : home)

export const page = join(home, 'build/renderer')
export const preload = join(home, 'build/electron/preload.cjs')
export const engineScript = (): string => join(engineHome(), 'build/host/engine-process.js')

/** The Node that runs the engine: never Electron's own, in which GPU libraries cannot work. */
export function nodeBinary(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  if (app.isPackaged) return join(engineHome(), name)
  return join(dirname(createRequire(join(home, 'package.json')).resolve('node/package.json')), 'bin', name)
}

/** Names the update server: written into packages built with one (`electron/package.ts`). For a test, a file. */
export const updatesFile = (): string =>
  (app.isPackaged ? join(process.resourcesPath, 'app-update.yml') : process.env.SIGHTLINE_UPDATES_FILE) ?? ''
