/** docs/nodes is what `npm run docs` writes: no page is stale, missing or left over. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeInfo } from '../../engine/graph/catalogue.ts'
import { catalogue } from '../../nodes/catalogue.ts'
import { root } from '../installation.ts'
import { architecturesMarkdown } from './architectures.ts'
import { indexMarkdown, pageMarkdown } from './markdown.ts'

const folder = join(root, 'docs/nodes')
const nodes = catalogue.map(nodeInfo)
const read = (name: string): string => {
  const file = join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : `docs/nodes/${name} is not there`
}
const hint = 'run "npm run docs"'

it.each(nodes.map((info) => [info.type, info] as const))('%s has its page', (type, info) => {
  const picture = existsSync(join(folder, `${type}.webp`)) ? `${type.split('/')[1]}.webp` : undefined
  expect(read(`${type}.md`), hint).toBe(pageMarkdown(info, picture))
})

it('the index has every node, and no page is left over', () => {
  expect(read('README.md'), hint).toBe(indexMarkdown(nodes))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'))
  const pages = files.filter((name) => name.endsWith('.md') && name !== 'README.md')
  expect(pages.sort(), hint).toEqual(nodes.map(({ type }) => `${type}.md`).sort())
  for (const picture of files.filter((name) => name.endsWith('.webp')))
    expect(pages).toContain(picture.replace('.webp', '.md'))
})

it('the page of architectures is what the layers say', () => {
  const page = readFileSync(join(root, 'docs/architectures.md'), 'utf8').replaceAll('\r\n', '\n')
  expect(page, hint).toBe(architecturesMarkdown())
})

it('all of it is small: no file of 100 kB, and 16 kB a page with its picture', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sizes = files.map((name) => statSync(join(folder, name))).map((file) => (file.isFile() ? file.size : 0))
  expect(Math.max(...sizes)).toBeLessThan(100_000)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(16_000 * nodes.length)
})
