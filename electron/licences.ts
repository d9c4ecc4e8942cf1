/** Adds to the page's list of licences what only the packaged program has: Electron, Chromium with all it is made of, and Node. */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Licence, type LicenceEntry, licenceFiles } from '../host/build/licences.ts'

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }

/** HTML's text. */
const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (given, decimal, hex, name) =>
      decimal
        ? String.fromCodePoint(Number(decimal))
        : hex
          ? String.fromCodePoint(Number.parseInt(hex, 16))
          : (signs[name] ?? given),
    )
    .trim()

/** The parts of Chromium, from its page of credits. Throws if it has another form. */
export function chromiumParts(html: string, version: string): readonly Licence[] {
  const [, ...products] = html.split('<div class="product">')
  const parts = products.map((product): Licence => {
    const name = /<span class="title">([\s\S]*?)<\/span>/.exec(product)?.[1]
    const text = /<pre>([\s\S]*?)<\/pre>/.exec(product)?.[1]
    if (name === undefined || !text) throw new Error('the licences of Chromium have an unknown form')
    return {
      name: plain(name),
      version: `in Chromium of Electron ${version}`,
      licence: 'see its text',
      text: plain(text),
    }
  })
  if (parts.length < 100) throw new Error(`only ${parts.length} licences of Chromium were found`)
  return parts
}

/** @param dist the folder of Electron's binary */
export async function programLicences(dist: string): Promise<readonly Licence[]> {
  const { resolve } = createRequire(import.meta.url)
  const version = (await readFile(join(dist, 'version'), 'utf8')).trim()
  const node = dirname(resolve('node/package.json'))
  // Its binary comes in a package of its own for each platform.
  const home = readdirSync(join(node, 'node_modules')).find((name) => /^node-(?!bin-setup)/.test(name))
  if (home === undefined) throw new Error('Node’s package has no licence beside it')
  const { version: nodeVersion } = JSON.parse(readFileSync(join(node, 'package.json'), 'utf8')) as { version: string }
  return [
    { name: 'Electron', version, licence: 'MIT', text: await readFile(join(dist, 'LICENSE'), 'utf8') },
    {
      name: 'Node.js',
      version: nodeVersion,
      licence: 'MIT, and those of its parts',
      text: await readFile(join(node, 'node_modules', home, 'LICENSE'), 'utf8'),
    },
    ...chromiumParts(await readFile(join(dist, 'LICENSES.chromium.html'), 'utf8'), version),
  ]
}

/** @param folder `licences` of the built page */
export async function addToList(folder: string, added: readonly Licence[]): Promise<void> {
  const index = join(folder, 'index.json')
  const before = JSON.parse(await readFile(index, 'utf8')) as LicenceEntry[]
  const files = new Map(licenceFiles(added))
  const entries = JSON.parse(files.get('index.json') ?? '[]') as LicenceEntry[]
  const names = new Set(entries.map(({ name, version }) => `${name} ${version}`))
  files.set(
    'index.json',
    JSON.stringify([...before.filter((one) => !names.has(`${one.name} ${one.version}`)), ...entries]),
  )
  for (const [name, text] of files) await writeFile(join(folder, name), text)
}
