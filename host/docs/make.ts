/**
 * Writes docs/nodes from the declarations of the nodes: `npm run docs`. Pictures that are there stay; `npm run docs -- --pictures`
 * makes all of them again, with types behind it those of these. Pages of nodes that are gone are removed.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { ensureBuild } from '../build/all.ts'
import { makeEngine } from '../engine.ts'
import { root } from '../installation.ts'
import { loadNodes } from '../nodes.ts'
import { architecturesMarkdown } from './architectures.ts'
import { indexMarkdown, pageMarkdown } from './markdown.ts'
import { pictureOf } from './pictures.ts'

const folder = join(root, 'docs/nodes')
const again = process.argv.includes('--pictures')
/** Only of these types, if some are named. */
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

await ensureBuild({ page: false, say: (line) => console.log(line) })
const nodes = (await loadNodes()).map(nodeInfo)
const made = await makeEngine({ device: 'cpu' })
const kept = new Set(['README.md'])
for (const info of nodes) {
  const picture = `${info.type}.webp`
  const file = join(folder, picture)
  await mkdir(dirname(file), { recursive: true })
  if ((again && (asked.length === 0 || asked.includes(info.type))) || !existsSync(join(folder, `${info.type}.md`))) {
    const bytes = await pictureOf(info, made, root)
    await (bytes ? writeFile(file, bytes) : rm(file, { force: true }))
  }
  const shown = existsSync(file) ? basename(picture) : undefined
  await writeFile(join(folder, `${info.type}.md`), pageMarkdown(info, shown))
  kept.add(`${info.type}.md`)
  if (shown) kept.add(picture)
}
await writeFile(join(folder, 'README.md'), indexMarkdown(nodes))
await writeFile(join(root, 'docs/architectures.md'), architecturesMarkdown())
for (const name of await readdir(folder, { recursive: true }))
  if (/\.(md|webp)$/.test(name) && !kept.has(name.replaceAll('\\', '/'))) await rm(join(folder, name))
await made.close()
console.log(`${nodes.length} pages in docs/nodes`)
