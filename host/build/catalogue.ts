/**
 * Writes nodes/catalogue.ts, the list of all node types, from the files nodes/CHAPTER/NAME.ts, so that a new node is one file.
 * Does nothing if the list is right. Run it as `node host/build/catalogue.ts`.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeList } from './list.ts'

const nodes = fileURLToPath(new URL('../../nodes/', import.meta.url))

const isNode = (file: string): boolean => /^[a-z0-9-]+\/[a-z0-9-]+\.ts$/.test(file)

/** `filter/gaussian-blur` → `filterGaussianBlur`: unique, whatever the files export. */
const nameOf = (path: string): string => path.replace(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase())

/** The names under which a file exports definitions made by `defineNode`. */
const exportsOf = (source: string): readonly string[] =>
  [...source.matchAll(/^export const (\w+)(?:: NodeDefinition)? = define(?:Node|Composite)\(/gm)].map(
    (match) => match[1] ?? '',
  )

interface Entry {
  readonly name: string
  readonly line: string
}

/** Throws if the file declares no node, or one that would not be found. */
async function entriesOf(folder: string, file: string): Promise<readonly Entry[]> {
  const text = await readFile(join(folder, file), 'utf8')
  const found = exportsOf(text)
  if (found.length === 0)
    throw new Error(
      `nodes/${file} has no "export const NAME = defineNode(" or "defineComposite(". Helpers go beside the chapters, in nodes/.`,
    )
  if (found.length < [...text.matchAll(/\bdefine(?:Node|Composite)\(/g)].length)
    throw new Error(
      `nodes/${file} declares a node that is not written as "export const NAME = defineNode(" or "defineComposite(".`,
    )
  return found.map((exported) => {
    const path = file.replace(/\.ts$/, '')
    const name = found.length === 1 ? nameOf(path) : nameOf(`${path}-${exported}`)
    const named = exported === name ? name : `${exported} as ${name}`
    return { name, line: `import { ${named} } from './${file}'` }
  })
}

/** CHAPTER/NAME.ts of every node, sorted as Biome sorts imports: "sam2" before "sam2-masks". */
export async function nodeFiles(folder = nodes): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true })
  return files
    .map((file) => file.replaceAll('\\', '/'))
    .filter(isNode)
    .map((file) => file.replace(/\.ts$/, ''))
    .sort()
    .map((path) => `${path}.ts`)
}

/** The text of catalogue.ts for the nodes in `folder`. Throws if a file declares no node. */
export async function catalogueSource(folder = nodes): Promise<string> {
  const entries = (await Promise.all((await nodeFiles(folder)).map((file) => entriesOf(folder, file)))).flat()
  return [
    '/** Every node type. Made by host/build/catalogue.ts from the files beside it; do not edit. */',
    "import type { NodeDefinition } from '../engine/graph/node.ts'",
    ...entries.map(({ line }) => line),
    '',
    'export const catalogue: readonly NodeDefinition[] = [',
    ...entries.map(({ name }) => `  ${name},`),
    ']',
    '',
  ].join('\n')
}

/** Writes the list if it is not right. Resolves to true when something was written. */
export const buildCatalogue = async (): Promise<boolean> =>
  writeList(join(nodes, 'catalogue.ts'), await catalogueSource())

if (import.meta.main) console.log((await buildCatalogue()) ? 'catalogue written' : 'catalogue is up to date')
