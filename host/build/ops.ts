/**
 * Writes engine/ops/index.ts, the list of all ops, from the folders engine/ops/NAME, so that a new op is one folder; and checks
 * that each folder has what an op needs. Does nothing when the list is right. Run it as `node host/build/ops.ts`.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAtomic } from '../files/atomic.ts'

const root = fileURLToPath(new URL('../../engine/ops/', import.meta.url))

/** What the tests of a folder with ops need. */
const needed = ['samples.ts', 'conformance.test.ts', 'op.test.ts']
/** What only a folder with ops has. */
const telling = [...needed, 'op.ts', 'bench.ts', 'truth.py']

interface Found {
  readonly name: string
  /** From engine/ops on. */
  readonly file: string
}

/** The names under which a file exports what `defineOp` or `defineTensorOp` made. */
const exportsOf = (source: string): readonly string[] =>
  [...source.matchAll(/^export const (\w+) = define(?:Tensor)?Op\b/gm)].map((match) => match[1] ?? '')

/** The ops of one folder. Throws where it lacks what an op needs, or has it without an op. */
async function opsOf(folder: string, path: string): Promise<readonly Found[]> {
  const names = (await readdir(path)).sort()
  const sources = names.filter((name) => name.endsWith('.ts') && !name.includes('.test.') && !name.endsWith('.as.ts'))
  const found: Found[] = []
  for (const source of sources)
    for (const name of exportsOf(await readFile(join(path, source), 'utf8')))
      found.push({ name, file: `${folder}/${source}` })
  const where = `engine/ops/${folder}`
  if (found.length === 0) {
    const sign = telling.find((name) => names.includes(name))
    if (sign) throw new Error(`${where} has ${sign}, but exports no op made by defineOp.`)
    return []
  }
  const missing = needed.find((name) => !names.includes(name))
  if (missing) throw new Error(`${where} has no ${missing}, which every folder with an op needs (CONTRIBUTING.md).`)
  const test = await readFile(join(path, 'conformance.test.ts'), 'utf8')
  const untested = found.find(({ name }) => !new RegExp(`\\b${name}\\b`).test(test.replace(/^import .*$/gm, '')))
  if (untested) throw new Error(`${where}/conformance.test.ts does not name the op ${untested.name}.`)
  return found
}

/** The text of index.ts for the ops in `folder`. Throws where a folder is not whole, or two ops have one name. */
export async function indexSource(folder = root): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const found = (await Promise.all(folders.sort().map((name) => opsOf(name, join(folder, name))))).flat()
  const files = new Map<string, string[]>()
  for (const { name, file } of found) {
    const other = found.find((one) => one.name === name && one.file !== file)
    if (other) throw new Error(`Two ops are called ${name}: in engine/ops/${file} and engine/ops/${other.file}.`)
    files.set(file, [...(files.get(file) ?? []), name])
  }
  return [
    '/** Every op, by the name that nodes call it. Made by host/build/ops.ts from the folders beside it; do not edit. */',
    ...[...files].map(([file, names]) => `import { ${names.sort().join(', ')} } from './${file}'`),
    '',
    'export const ops = {',
    ...found.map(({ name }) => `  ${name},`),
    '} as const',
    '',
  ].join('\n')
}

/** Writes the list where it is not right. Resolves to true when something was written. */
export async function buildOps(): Promise<boolean> {
  const file = join(root, 'index.ts')
  const source = await indexSource()
  if (source === (await readFile(file, 'utf8').catch(() => ''))) return false
  await writeAtomic(file, source)
  return true
}

if (import.meta.main) console.log((await buildOps()) ? 'list of ops written' : 'the list of ops is up to date')
