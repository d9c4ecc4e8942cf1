#!/usr/bin/env node
// The `sightline` command. Plain JavaScript that any Node npm still runs on understands: everything behind it runs on the
// Node 24 that comes with the package, bundled (host/build/bundle.ts).
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handOver, suitableNode } from './node.js'

const self = fileURLToPath(import.meta.url)
const here = dirname(self)
const args = process.argv.slice(2)

async function run() {
  const node = suitableNode()
  if (node !== process.execPath) return handOver(node, self, args)
  // Beside the packages, not in the system's temporary folder, where another user could have put it before.
  module.enableCompileCache?.(join(here, '../node_modules/.cache/sightline'))
  // An installed program has no build.
  if (existsSync(join(here, 'build/all.ts'))) {
    const { hostIsBuilt } = await import('./build/newest.ts')
    if (!hostIsBuilt()) {
      const { ensureBuild } = await import('./build/all.ts')
      await ensureBuild({ page: false, say: (line) => console.error(line) })
    }
  }
  const { main } = await import('../build/host/main.js')
  process.exitCode = await main(args)
}

try {
  await run()
} catch (error) {
  console.error(`sightline: ${error.message}`)
  process.exitCode = 2
}
