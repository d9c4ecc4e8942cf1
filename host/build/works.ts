/**
 * Writes nodes/works.ts, the list of what may run in a worker thread, from the files nodes/CHAPTER/NAME.work.ts. Workers call
 * functions by name and find them in this list alone. Does nothing when the list is right.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeList } from './list.ts'

const nodes = fileURLToPath(new URL('../../nodes/', import.meta.url))

const isWork = (file: string): boolean => /^[a-z0-9-]+\/[a-z0-9-]+\.work\.ts$/.test(file)

/** The text of works.ts for the files in `folder`. */
export async function worksSource(folder = nodes): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).map((file) => file.replaceAll('\\', '/')).filter(isWork)
  return [
    '/** What may run in a worker thread, by name. Made by host/build/works.ts from the files beside it; do not edit. */',
    'export const works: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {',
    ...files.sort().map((file) => `  '${file.replace(/\.work\.ts$/, '')}': () => import('./${file}'),`),
    '}',
    '',
  ]
    .join('\n')
    .replace('{\n}', '{}')
}

/** Writes the list if it is not right. Resolves to true when something was written. */
export const buildWorks = async (): Promise<boolean> => writeList(join(nodes, 'works.ts'), await worksSource())

if (import.meta.main) console.log((await buildWorks()) ? 'list of works written' : 'list of works is up to date')
