/**
 * Writes engine/values/kinds.ts, the list of all kinds of value, from the files beside it, so that a new kind is one file.
 * Does nothing if the list is right. Run it as `node host/build/kinds.ts`.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeList } from './list.ts'

const values = fileURLToPath(new URL('../../engine/values/', import.meta.url))

/** The text of kinds.ts for the files in `folder`. Throws where a kind is not called as its file. */
export async function kindsSource(folder = values): Promise<string> {
  const names: string[] = []
  for (const file of (await readdir(folder)).sort()) {
    if (!/^[a-z]+\.ts$/.test(file)) continue
    const name = file.replace(/\.ts$/, '')
    const found = [...(await readFile(join(folder, file), 'utf8')).matchAll(/^export const (\w+): Kind</gm)]
    if (found.length === 0) continue
    if (found.length > 1 || found[0]?.[1] !== name) throw new Error(`${file} must export one kind, called ${name}`)
    names.push(name)
  }
  return [
    '/** Every kind of value. Made by host/build/kinds.ts from the files beside it; do not edit. */',
    ...names.map((name) => `import { ${name} } from './${name}.ts'`),
    '',
    'export const kinds = {',
    ...names.map((name) => `  ${name},`),
    '}',
    '',
  ].join('\n')
}

/** Writes the list if it is not right. Resolves to true when something was written. */
export const buildKinds = async (): Promise<boolean> => writeList(join(values, 'kinds.ts'), await kindsSource())

if (import.meta.main) console.log((await buildKinds()) ? 'list of kinds written' : 'list of kinds is up to date')
