/**
 * `npm run package [-- --dir | --linux AppImage ...]`: builds, stages and packages the program for this platform. Arguments go
 * to electron-builder. With ELECTRON_OVERRIDE_DIST_PATH, which the `electron` package reads too, Electron is taken from there.
 * With SIGHTLINE_UPDATES=https://..., the program can check there for updates; dist/ then has what to publish: installers and
 * latest*.yml.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ensureBuild } from '../host/build/all.ts'
import { addToList, programLicences } from './licences.ts'
import { stage, staged } from './stage.ts'

const updates = process.env.SIGHTLINE_UPDATES
if (updates && URL.parse(updates)?.protocol !== 'https:') {
  console.error(
    `SIGHTLINE_UPDATES is "${updates}"; updates come over encrypted connections only. Give an address that begins with https://.`,
  )
  process.exit(2)
}

await ensureBuild({ desktop: true, say: (line) => console.log(line) })
const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
const electron = dist ?? join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist')
await addToList(join(staged, '../renderer/licences'), await programLicences(electron))
console.log('Staging the engine ...')
await stage()
const builder = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js')
const publish = updates ? ['--config.publish.provider=generic', `--config.publish.url=${updates}`] : []
const args = [
  '--publish',
  'never',
  ...publish,
  ...(dist ? [`--config.electronDist=${dist}`] : []),
  ...process.argv.slice(2),
]
const { status } = spawnSync(process.execPath, [builder, '--config', 'electron-builder.yml', ...args], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
