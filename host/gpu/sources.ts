/** The text of the kernels, for the engine's GPU device: the engine reads no files. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ops = fileURLToPath(new URL('../../engine/ops/', import.meta.url))

/** Each op folder's kernel.wgsl by the folder's name, another NAME.wgsl as "FOLDER.NAME"; and `common`. */
export async function kernelSources(): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(ops, { recursive: true })).filter((path) => path.endsWith('.wgsl'))
  const texts = files.map(async (path) => {
    const name = path.slice(0, -'.wgsl'.length).replace(/[\\/]/, '.')
    return [name.replace(/\.kernel$/, ''), await readFile(join(ops, path), 'utf8')] as const
  })
  return new Map(await Promise.all(texts))
}
