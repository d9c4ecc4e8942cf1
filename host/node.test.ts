/** Scripts of ours run on a Node that takes TypeScript, whichever Node npm was started with. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from './server/testing.ts'

const launcher = fileURLToPath(new URL('./node.js', import.meta.url))
const folder = temporaryFolder()
const script = join(folder, 'script.ts')
writeFileSync(
  script,
  `const args: string[] = process.argv.slice(2)
console.log(JSON.stringify({ main: import.meta.main, args, major: Number(process.versions.node.split('.')[0]) }))
process.exitCode = 7`,
)

const start = (node: string, ...args: string[]) => spawnSync(node, [launcher, ...args], { encoding: 'utf8' })

it('passes arguments on and ends as the script does', () => {
  const { status, stdout } = start(process.execPath, script, '--page', 'a b')
  expect(status).toBe(7)
  expect(JSON.parse(stdout)).toMatchObject({ main: true, args: ['--page', 'a b'] })
})

it('without a script says how it is used', () => {
  const { status, stderr } = start(process.execPath)
  expect(status).toBe(2)
  expect(stderr).toContain('node host/node.js SCRIPT')
})

/** A Node on the system that cannot run TypeScript by itself. */
const older = (process.env.PATH ?? '')
  .split(delimiter)
  .map((path) => join(path, 'node'))
  .filter((path) => !path.includes('node_modules') && existsSync(path))
  .find(
    (path) => Number(spawnSync(path, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).stdout) < 24,
  )

it.skipIf(!older)('starts the Node of the packages where the system has an older one', () => {
  const { status, stdout } = start(older ?? '', script)
  expect(status).toBe(7)
  expect(JSON.parse(stdout)).toEqual({ main: true, args: [], major: 24 })
})
