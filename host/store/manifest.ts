/** The models that Sightline can install: one file each in assets/models, with source, files, hashes and licence. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { SightlineError } from '../../engine/types/problem.ts'
import { expects } from '../../engine/values/expects.ts'
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

const entry = z.strictObject({
  name,
  title: z.string(),
  /** What it does: "classification", "detection", "segmentation", "depth", ... */
  task: z.string(),
  /** Inputs and outputs, in a sentence or two. */
  summary: z.string(),
  source: z.union([fromPackage, fromUrl]),
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

/** Every model that can be installed, by name. */
export function readManifest(): readonly ModelEntry[] {
  const from = folder()
  const files = readdirSync(from).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => readEntry(JSON.parse(readFileSync(join(from, file), 'utf8'))))
}

/** Throws `model.unknown`. */
export function entryOf(name: string, entries: readonly ModelEntry[] = readManifest()): ModelEntry {
  const found = entries.find((entry) => entry.name === name)
  if (found) return found
  throw new SightlineError('model.unknown', { name, known: entries.map(({ name }) => name).join(', ') || 'none' })
}

/** Of the installed files, in bytes. */
export const sizeOf = ({ files }: ModelEntry): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

/** The file with the text of a licence that a package does not bring. */
export const licenceText = (id: string): string => join(root, 'assets/licences', `${id}.txt`)

/** Where it comes from, in words. */
export const sourceOf = ({ source }: ModelEntry): string =>
  'url' in source ? source.url : `${source.package}@${source.version} of the npm registry`

const found = new Map<string, ModelEntry | undefined>()

/** Undefined where the manifest has none. Read once. */
export function findEntry(name: string): ModelEntry | undefined {
  const key = `${name} ${folder()}`
  if (!found.has(key))
    found.set(
      key,
      readManifest().find((entry) => entry.name === name),
    )
  return found.get(key)
}
