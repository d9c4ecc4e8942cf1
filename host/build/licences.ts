/**
 * The licences of what ships: of every package in the program, with its text, for the list in About. Read from the packages as
 * they are installed. A package without a licence that may ship, or without a text, is an error.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './newest.ts'

export interface Licence {
  readonly name: string
  readonly version: string
  /** As SPDX names it, or in words. */
  readonly licence: string
  /** What else must be said. */
  readonly note?: string
  readonly text: string
}

/** A line of `licences/index.json`; its text lies beside it. */
export interface LicenceEntry extends Omit<Licence, 'text'> {
  readonly file: string
}

/** Permissive licences, by their SPDX names. */
const permissive = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0'],
  ...['Python-2.0', 'Unlicense', 'Zlib'],
])

/** Packages that ship under another licence, and why they may. */
const exceptions: readonly { readonly name: RegExp; readonly licence: string; readonly note: string }[] = [
  {
    name: /^@img\/sharp-(libvips-|win32-)/,
    licence: 'LGPL-3.0-or-later',
    note: 'libvips and its parts, which read and write pictures. It is a shared library in a file of its own (engine/node_modules/@img in the installed program, never packed or linked in), so it can be replaced by another build of it. Its source: https://github.com/lovell/sharp-libvips.',
  },
  {
    name: /^elkjs$/,
    licence: 'EPL-2.0',
    note: 'Arranges nodes. It is used unchanged; its source: https://github.com/kieler/elkjs.',
  },
  {
    name: /^spdx-exceptions$/,
    licence: 'CC-BY-3.0',
    note: 'A list of names by the SPDX workgroup, unchanged: https://github.com/kemitchell/spdx-exceptions.json.',
  },
]

/** Texts for packages that bring none: of their project, or of their licence (in `assets/licences`). */
const ownTexts: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['onnxruntime'],
  'onnxruntime-common': ['onnxruntime'],
}
const licenceTexts: Readonly<Record<string, readonly string[]>> = {
  'LGPL-3.0-or-later': ['LGPL-3.0', 'GPL-3.0'],
}

const textsFolder = join(root, 'assets/licences')

/** Whether an SPDX expression without nested parentheses is met by these licences. Of an unknown form: no. */
export function isMetBy(expression: string, fine: (licence: string) => boolean): boolean {
  const inner = /^\(([^()]*)\)$/.exec(expression.trim())?.[1] ?? expression.trim()
  if (/[()]/.test(inner)) return false
  return inner.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every(fine))
}

interface Package {
  readonly name: string
  readonly version: string
  readonly license?: unknown
  readonly licenses?: unknown
  readonly author?: unknown
  readonly homepage?: string
}

const textFile = /^(licen[cs]e|copying|notice|third.?party)/i

function ownText(folder: string): string {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && textFile.test(entry.name))
    .map(({ name }) => name)
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n')
}

const authorOf = ({ author }: Package): string =>
  (typeof author === 'string' ? author : (author as { name?: string } | undefined)?.name) || 'its authors'

/** The text of a package that brings none: its README's words, who made it, and the licence. */
function standardText(about: Package, licence: string, folder: string): string | undefined {
  const names = ownTexts[about.name] ?? licence.split(/\s+(?:AND|OR)\s+/).flatMap((id) => licenceTexts[id] ?? [id])
  const files = names.map((name) => join(textsFolder, `${name}.txt`))
  if (!files.every((file) => existsSync(file))) return undefined
  const parts = files.map((file) => readFileSync(file, 'utf8').trim())
  if (ownTexts[about.name]) return parts.join('\n\n')
  const readme = join(folder, 'README.md')
  const licensing = existsSync(readme)
    ? /^## Licens[\s\S]*?(?=^## |$(?![\s\S]))/m.exec(readFileSync(readme, 'utf8'))?.[0]
    : undefined
  return [
    `${about.name} ${about.version}, copyright (c) ${authorOf(about)}. The package has no text of its licence; this is that of ${licence}.`,
    ...(licensing ? [licensing.trim()] : []),
    ...parts,
  ].join('\n\n')
}

/** @param folder of an installed package, absolute. Throws if it must not ship like this. */
export function licenceOf(folder: string): Licence {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
  const { name, version } = about
  const licence = typeof about.license === 'string' ? about.license : undefined
  const exception = exceptions.find((one) => one.name.test(name))
  if (licence === undefined || !isMetBy(licence, (id) => permissive.has(id) || id === exception?.licence))
    throw new Error(
      `${name} ${version} has the licence ${JSON.stringify(about.license ?? about.licenses ?? null)}, which is not known to be permissive. Leave the package out, or say in host/build/licences.ts why it may ship.`,
    )
  const text = ownText(folder) || standardText(about, licence, folder)
  if (!text)
    throw new Error(`${name} ${version} brings no text of its licence (${licence}). Add the text to assets/licences.`)
  return { name, version, licence, ...(exception && { note: exception.note }), text }
}

interface Locked {
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Lock = Readonly<Record<string, Locked>>

const readLock = (): Lock =>
  (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages

/** The packages needed at run time, by their paths, according to the lock file. Those for other platforms are not installed. */
export const productionPackages = (lock: Lock = readLock()): readonly string[] =>
  Object.entries(lock)
    .filter(([path, { dev, devOptional }]) => path.startsWith('node_modules/') && !dev && !devOptional)
    .map(([path]) => path)

/** A package and all that it needs, as installed. */
export function packagesOf(name: string, lock: Lock = readLock()): readonly string[] {
  const found = new Set<string>()
  const visit = (from: string, wanted: string): void => {
    for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
      const path = `${at && `${at}/`}node_modules/${wanted}`
      if (lock[path]) {
        if (found.has(path)) return
        found.add(path)
        const { dependencies, optionalDependencies } = lock[path]
        for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(path, next)
        return
      }
      if (at === '') return
    }
  }
  visit('', name)
  return [...found]
}

/** The package of a bundled module, by its path. */
export const packageOf = (module: string): string | undefined =>
  /^.*(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(module.replaceAll('\\', '/').split('\0').at(-1) ?? '')?.[0]

/** Models that can be installed: they do not ship, but what one is asked to agree to should be here. */
function modelLicences(): Licence[] {
  const folder = join(root, 'assets/models')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const { title, source, licence } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        title: string
        source: { package: string; version: string }
        licence: { id: string; upstream: string }
      }
      return {
        name: title,
        version: source.version,
        licence: licence.id,
        note: `A model, which does not ship with Sightline. "sightline models pull" installs it with the text of its licence. Its source: ${licence.upstream}.`,
        text: readFileSync(join(textsFolder, `${licence.id}.txt`), 'utf8'),
      }
    })
}

const ours = (): readonly Licence[] => [
  { name: 'Sightline', version: '', licence: 'MIT', text: readFileSync(join(root, 'LICENSE'), 'utf8') },
  {
    name: 'KaTeX fonts',
    version: '',
    licence: 'OFL-1.1',
    text: readFileSync(join(textsFolder, 'katex-fonts.txt'), 'utf8'),
  },
  {
    name: 'Sample pictures and gallery',
    version: '',
    licence: 'by file',
    text: readFileSync(join(root, 'assets/MANIFEST.md'), 'utf8'),
  },
]

/** @param bundled paths of the packages that the page and the desktop program contain. In the order of their names. */
export function allLicences(bundled: Iterable<string>): readonly Licence[] {
  const paths = new Set([...productionPackages(), ...packagesOf('electron-updater'), ...bundled])
  const folders = [...paths].map((path) => (path.startsWith('node_modules/') ? join(root, path) : path))
  const found = folders.filter((folder) => existsSync(join(folder, 'package.json'))).map(licenceOf)
  const once = new Map([...found, ...modelLicences()].map((one) => [`${one.name} ${one.version}`, one]))
  return [...ours(), ...[...once.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'))]
}

/** The files of the list, by name: the index, and each text once. */
export function licenceFiles(licences: readonly Licence[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  const entries = licences.map(({ text, ...rest }): LicenceEntry => {
    const file = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.txt`
    files.set(file, text)
    return { ...rest, file }
  })
  return new Map([['index.json', JSON.stringify(entries)], ...files])
}
