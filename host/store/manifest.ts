/** The models that Sightline can install: one file each in assets/models, with source, files, hashes and licence. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { hubAddress } from '../../engine/types/hub.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { expects } from '../../engine/values/expects.ts'
import { writeAtomic } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'
import { userFolders } from '../files/user-folders.ts'
import { root } from '../installation.ts'

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)
/** A plain file name: it becomes a file in the model's own folder. */
const fileName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/)

/** A package of the registry; `integrity` is that of its tarball (Subresource Integrity, SHA-512). */
const fromPackage = z.strictObject({
  package: z.string(),
  version: z.string(),
  integrity: z.string().startsWith('sha512-'),
})
/** The files of a web server, each at its `from` below this address. A server on this machine needs no https. */
const fromUrl = z.strictObject({ url: z.string().regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/]).*\/$/) })

/** A file of a hub at one commit, as the user asked for it. Such entries are the user's own. */
const fromHub = z.strictObject({
  hub: z.string().regex(/^https?:\/\//),
  address: z.string().startsWith('hf:'),
  revision: z.string().regex(/^[0-9a-f]{40}$/),
})

const entry = z.strictObject({
  name,
  title: z.string(),
  /** What it does: "classification", "detection", "segmentation", "depth", ... */
  task: z.string(),
  /** Inputs and outputs, in a sentence or two. */
  summary: z.string(),
  source: z.union([fromPackage, fromUrl, fromHub]),
  /**
   * `id`: SPDX. `file`: its text, one of `files`; absent where the source has none: then the text in assets/licences is installed as
   * LICENSE. `upstream`: who trained the weights, where they were published, and under which licence.
   */
  licence: z.strictObject({ id: z.string(), file: fileName.optional(), upstream: z.string() }),
  /** One for each input that takes a picture. */
  expects: z.array(expects).default([]),
  /**
   * Names of the classes, in the order of the network's numbers: the names themselves, or one of `files`. It is JSON (a list, or an
   * object of numbers and names), or text with a name a line.
   */
  labels: z.union([fileName, z.array(z.string())]).optional(),
  /** The file that nodes open. */
  main: fileName,
  /** `from`: its path in the source. `offset`: where it begins in that file, which holds several; it has `bytes` from there. */
  files: z.array(
    z.strictObject({
      name: fileName,
      from: z.string(),
      offset: z.int().nonnegative().optional(),
      bytes: z.int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type ModelEntry = Readonly<z.infer<typeof entry>>

export const readEntry = (json: unknown): ModelEntry => entry.parse(json)

/** `SIGHTLINE_MODELS` names another folder of entries, such as a school's own. */
const folder = (): string => process.env.SIGHTLINE_MODELS ?? join(root, 'assets/models')

/** Entries of models that came from a hub. */
const ownFolder = (): string => join(userFolders().data, 'models', '.entries')

/** What a model from a hub is called: its address in short, with a hash of it, so that no two are called alike. */
export function hubName(address: string): string {
  const short = address
    .replace(/^hf:/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/-$/, '')
  return `hf-${short}-${createHash('sha256').update(address).digest('hex').slice(0, 8)}`
}

/** Of an own one; undefined where there is none, or it is damaged. */
function readOwn(name: string): ModelEntry | undefined {
  try {
    return readEntry(JSON.parse(readFileSync(join(ownFolder(), `${name}.json`), 'utf8')))
  } catch {
    return undefined
  }
}

/** Throws `file.*`. */
export async function keepEntry(own: ModelEntry): Promise<void> {
  await makeFolder(ownFolder())
  await writeAtomic(join(ownFolder(), `${own.name}.json`), `${JSON.stringify(own, null, 2)}\n`)
}

export const forgetEntry = (name: string): Promise<void> => rm(join(ownFolder(), `${name}.json`), { force: true })

const jsonFilesIn = (from: string): readonly string[] =>
  readdirSync(from)
    .filter((file) => file.endsWith('.json'))
    .sort()

/** Every model that can be installed, and those that came from a hub, by name. */
export function readManifest(): readonly ModelEntry[] {
  const from = folder()
  const listed = jsonFilesIn(from).map((file) => readEntry(JSON.parse(readFileSync(join(from, file), 'utf8'))))
  const own = existsSync(ownFolder())
    ? jsonFilesIn(ownFolder()).flatMap((file) => readOwn(file.slice(0, -5)) ?? [])
    : []
  return [...listed, ...own]
}

/** Of a name, or an address of a hub. Throws `model.unknown`. */
export function entryOf(given: string, entries: readonly ModelEntry[] = readManifest()): ModelEntry {
  const name = hubAddress(given) ? hubName(given) : given
  const found = entries.find((entry) => entry.name === name)
  if (found) return found
  throw new SightlineError('model.unknown', {
    name: given,
    known: entries.map(({ name }) => name).join(', ') || 'none',
  })
}

/** Of the installed files, in bytes. */
export const sizeOf = ({ files }: ModelEntry): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

/** The file with the text of a licence that a package does not bring. */
export const licenceText = (id: string): string => join(root, 'assets/licences', `${id}.txt`)

/** Where it comes from, in words. */
export const sourceOf = ({ source }: ModelEntry): string =>
  'hub' in source
    ? `${source.address} of ${source.hub}`
    : 'url' in source
      ? source.url
      : `${source.package}@${source.version} of the npm registry`

const found = new Map<string, ModelEntry | undefined>()

/** Undefined where the manifest has none. Read once. */
export function findEntry(name: string): ModelEntry | undefined {
  // Those come and go.
  if (name.startsWith('hf-')) return readOwn(name)
  const key = `${name} ${folder()}`
  if (!found.has(key))
    found.set(
      key,
      readManifest().find((entry) => entry.name === name),
    )
  return found.get(key)
}
