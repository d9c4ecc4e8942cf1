/** The text of the kernels, as the engine's GPU device wants them: the engine reads no files. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ops = fileURLToPath(new URL('../../engine/ops/', import.meta.url))

export async function kernelSources(): Promise<ReadonlyMap<string, string>> {
  const folders = (await readdir(ops, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const texts = await Promise.all(
    folders.map(async ({ name }) => {
      const text = await readFile(join(ops, name, 'kernel.wgsl'), 'utf8').catch(() => undefined)
      return text === undefined ? [] : [[name, text] as const]
    }),
  )
  return new Map([['common', await readFile(join(ops, 'common.wgsl'), 'utf8')], ...texts.flat()])
}
