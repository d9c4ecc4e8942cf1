/** The list of ops is made from the folders, and says which of them is not whole. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { indexSource } from './ops.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-ops-'))
})
afterEach(() => rm(root, { recursive: true }))

const whole = {
  'op.ts': 'export const blur = defineOp<A, B>({})',
  'samples.ts': '',
  'op.test.ts': '',
  'conformance.test.ts': 'conform(import.meta.dirname, { blur }, samples)',
}
async function folder(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(root, name))
  for (const [file, text] of Object.entries(files)) await writeFile(join(root, name, file), text)
}

it('lists the ops of all folders', async () => {
  await folder('smooth', whole)
  await folder('parts', { 'kernel.as.ts': '', 'helper.ts': 'export const helper = 1' })
  expect(await indexSource(root)).toContain("import { blur } from './smooth/op.ts'")
  expect(await indexSource(root)).toMatch(/ops = \{\n {2}blur,\n\}/)
})

it.each(['samples.ts', 'op.test.ts', 'conformance.test.ts'])('a folder with an op but without %s', async (file) => {
  const { [file as keyof typeof whole]: _, ...rest } = whole
  await folder('smooth', rest)
  await expect(indexSource(root)).rejects.toThrow(`engine/ops/smooth has no ${file}`)
})

it('a folder of an op in which no op is found', async () => {
  await folder('smooth', { ...whole, 'op.ts': 'export const blur = {}' })
  await expect(indexSource(root)).rejects.toThrow('exports no op')
})

it('an op that its conformance test leaves out', async () => {
  await folder('smooth', { ...whole, 'op.ts': `${whole['op.ts']}\nexport const sharpen = defineTensorOp<A>({})` })
  await expect(indexSource(root)).rejects.toThrow('does not name the op sharpen')
})

it('two ops of one name', async () => {
  await folder('smooth', whole)
  await folder('soft', whole)
  await expect(indexSource(root)).rejects.toThrow('Two ops are called blur')
})
