#!/usr/bin/env node
// The `sightline` command. Plain JavaScript that any Node npm still runs on understands: everything behind it is TypeScript
// and runs on the Node 24 that comes with the package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

function packagedNode() {
  try {
    const home = dirname(module.createRequire(import.meta.url).resolve('node/package.json'))
    const file = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`sightline: ${node} does not start: ${error.message}`)
    process.exitCode = 2
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

const [major, minor] = process.versions.node.split('.').map(Number)
const node = major < 24 ? packagedNode() : undefined
if (node) handOver(node)
else if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `sightline: this is Node ${process.versions.node}; wanted 22.18 or newer. Run "npm ci", which brings one.`,
  )
  process.exitCode = 2
} else {
  // Beside the packages, not in the system's temporary folder, where another user could have put it before.
  module.enableCompileCache?.(join(here, '../node_modules/.cache/sightline'))
  const { main } = await import('./cli/main.ts')
  process.exitCode = await main(process.argv.slice(2))
}
