/**
 * `npm run package [-- --dir | --linux AppImage ...]`: builds, stages and packs the program for this platform. Arguments go to
 * electron-builder. With ELECTRON_OVERRIDE_DIST_PATH, which the `electron` package reads too, Electron is taken from there.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ensureBuild } from '../host/build/all.ts'
import { stage } from './stage.ts'

await ensureBuild({ desktop: true, say: (line) => console.log(line) })
console.log('Staging the engine ...')
await stage()
const builder = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js')
const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
const args = ['--publish', 'never', ...(dist ? [`--config.electronDist=${dist}`] : []), ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, [builder, '--config', 'electron-builder.yml', ...args], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
