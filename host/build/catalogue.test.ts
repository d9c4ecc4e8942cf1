/** The list of nodes is made from their files: none is left out in silence. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../server/testing.ts'
import { catalogueSource } from './catalogue.ts'

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
const node = (name: string): string => `export const ${name} = defineNode({ type: 'x' })\n`

it('lists every node of every chapter; tests and helpers beside the chapters are none', async () => {
  const folder = folderOf({
    'filter/box-blur.ts': node('boxBlur'),
    'math/add.ts': node('add'),
    'math/add.test.ts': '',
    'border.ts': 'export const border = 1',
  })
  const source = await catalogueSource(folder)
  expect(source).toContain("import { boxBlur as filterBoxBlur } from './filter/box-blur.ts'")
  expect(source).toContain('= [\n  filterBoxBlur,\n  mathAdd,\n]')
})

it('refuses a file of a chapter without a node, and a node that it would not find', async () => {
  await expect(catalogueSource(folderOf({ 'math/helper.ts': 'export const two = 2' }))).rejects.toThrow(
    'nodes/math/helper.ts has no "export const NAME = defineNode("',
  )
  const hidden = folderOf({ 'math/add.ts': `${node('add')}export default defineNode({})\n` })
  await expect(catalogueSource(hidden)).rejects.toThrow('nodes/math/add.ts declares a node that is not written as')
})
