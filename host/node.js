// Plain JavaScript for any Node that npm runs on. As a command, `node host/node.js SCRIPT ARGS...` runs a script of ours,
// TypeScript too, on the Node 24 that comes with the packages.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Throws where there is none that can run TypeScript. */
export function suitableNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major >= 24) return process.execPath
  try {
    const home = dirname(module.createRequire(import.meta.url).resolve('node/package.json'))
    const file = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (existsSync(file)) return file
  } catch {
    // Not installed: the one that runs may do.
  }
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  throw new Error(`This is Node ${process.versions.node}; wanted 22.18 or newer. Run "npm ci", which brings one.`)
}

/** Runs a script in another process and ends as it does. */
export function handOver(node, script, args) {
  const child = spawn(node, [script, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`${node} does not start: ${error.message}`)
    process.exitCode = 2
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

const [, started, script, ...args] = process.argv
// `sightline.js` imports this as a library.
if (started && basename(started) === 'node.js') {
  try {
    if (script === undefined) throw new Error('Usage: node host/node.js SCRIPT ARGS...')
    handOver(suitableNode(), script, args)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 2
  }
}
