/** Installing, checking and removing models for windows: one download of a model at a time, however many windows ask for it. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileCheck, ModelEntry as Listed, ModelPulls } from '../../engine/protocol/models.ts'
import { type HubOffer, hubTerms, lookUp, pullFromHub } from './hub.ts'
import { readLicence } from './licence.ts'
import { entryOf, hubName, type ModelEntry, readManifest, sizeOf, sourceOf } from './manifest.ts'
import { modelFolder } from './places.ts'
import type { withPackage } from './registry.ts'
import { withSource } from './source.ts'
import { pull, remove, verify } from './store.ts'

interface Pulling {
  readonly abort: AbortController
  readonly done: Promise<boolean>
  bytes: number
  /** Of all its files. */
  readonly of: number
}

/** By the sizes of its files, which is quick: hashing takes a second for 200 MB. */
async function stateOf({ name, files }: ModelEntry): Promise<Listed['state']> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(modelFolder(name), file.name)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  )
  if (sizes.every((size) => size === undefined)) return 'absent'
  return files.every(({ bytes }, i) => sizes[i] === bytes) ? 'installed' : 'incomplete'
}

const listed = async (entry: ModelEntry): Promise<Listed> => ({
  name: entry.name,
  title: entry.title,
  task: entry.task,
  summary: entry.summary,
  bytes: sizeOf(entry),
  source: sourceOf(entry),
  licence: { id: entry.licence.id, upstream: entry.licence.upstream },
  state: await stateOf(entry),
})

/** More are forgotten, the oldest first. */
const mostOffers = 20

const listedOffer = (name: string, offer: HubOffer): Listed => ({
  ...{ name, title: offer.repo, task: 'weights', bytes: offer.bytes, state: 'absent' },
  summary: `“${offer.files[0]?.path ?? ''}” of ${offer.repo}, at commit ${offer.revision.slice(0, 7)}.`,
  source: `${offer.address} of ${offer.hub}`,
  licence: { id: offer.licence ?? 'not stated', upstream: `${offer.hub}${offer.repo}` },
})

/** `changed`: the files of this model, as nodes name them (`model:NAME/FILE`), have come or gone. */
export type InstallListener = (pulls: ModelPulls, changed: readonly string[]) => void

export class Installs {
  readonly #withFiles: typeof withPackage
  readonly #pulling = new Map<string, Pulling>()
  readonly #listeners = new Set<InstallListener>()
  /** What was asked for of a hub and is not installed, by name. */
  readonly #offers = new Map<string, HubOffer>()

  constructor(withFiles: typeof withPackage = withSource) {
    this.#withFiles = withFiles
  }

  /** Calls `listener` on progress and changes, until the returned function is called. */
  listen(listener: InstallListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async list(): Promise<{ entries: readonly Listed[]; pulls: ModelPulls }> {
    const known = readManifest()
    const offered = [...this.#offers].filter(([name]) => known.every((entry) => entry.name !== name))
    const entries = await Promise.all(known.map(listed))
    return { entries: [...entries, ...offered.map(([name, offer]) => listedOffer(name, offer))], pulls: this.#pulls() }
  }

  /** What is at an address of a hub; gives the name by which it is listed. Throws `hub.*`, `model.unreachable`. */
  async offer(address: string): Promise<string> {
    const offer = await lookUp(address)
    const name = hubName(address)
    if (this.#offers.size >= mostOffers) this.#offers.delete(this.#offers.keys().next().value ?? '')
    this.#offers.set(name, offer)
    return name
  }

  /** Throws `model.unknown`, `file.*` */
  async licence(name: string): Promise<string> {
    const offer = this.#offers.get(name)
    return offer ? hubTerms(offer) : readLicence(entryOf(name))
  }

  /** Resolves to false if it was cancelled. Throws `model.*`, `file.*`; then nothing was installed. */
  async install(name: string): Promise<boolean> {
    const offer = this.#offers.get(name)
    const entry = offer ? undefined : entryOf(name)
    const under = this.#pulling.get(name)
    if (under) return under.done
    const abort = new AbortController()
    const progress = (bytes: number): void => {
      pulling.bytes = bytes
      this.#tell()
    }
    const watch = { signal: abort.signal, progress }
    const fromHub = (found: HubOffer): Promise<unknown> =>
      pullFromHub(found, watch).then(() => this.#offers.delete(name))
    const source = entry?.source
    const pulled: Promise<unknown> = offer
      ? fromHub(offer)
      : source && 'hub' in source
        ? lookUp(source.address, abort.signal).then(fromHub)
        : pull(entry as ModelEntry, this.#withFiles, watch)
    const done = pulled
      .then(
        () => true,
        (error: unknown) => {
          if (abort.signal.aborted) return false
          throw error
        },
      )
      .finally(() => {
        this.#pulling.delete(name)
        this.#tell(readManifest().find((one) => one.name === name))
      })
    const pulling: Pulling = { abort, done, bytes: 0, of: offer ? offer.bytes : sizeOf(entry as ModelEntry) }
    this.#pulling.set(name, pulling)
    this.#tell()
    return done
  }

  /** Resolves when the download has ended. */
  async cancel(name: string): Promise<void> {
    const under = this.#pulling.get(name)
    under?.abort.abort()
    await under?.done.catch(() => undefined)
  }

  /** Throws `model.unknown`, `file.*` */
  async verify(name: string): Promise<readonly FileCheck[]> {
    return verify(entryOf(name))
  }

  /** Throws `model.unknown`, `file.*` */
  async remove(name: string): Promise<void> {
    const entry = entryOf(name)
    await this.cancel(name)
    await remove(name)
    this.#tell(entry)
  }

  /** Stops every download. */
  async close(): Promise<void> {
    this.#listeners.clear()
    await Promise.all([...this.#pulling.keys()].map((name) => this.cancel(name)))
  }

  #pulls(): ModelPulls {
    return Object.fromEntries([...this.#pulling].map(([name, { bytes, of }]) => [name, { bytes, of }]))
  }

  #tell(changed?: ModelEntry): void {
    const { source } = changed ?? {}
    const paths =
      source && 'hub' in source
        ? [source.address]
        : (changed?.files.map((file) => `model:${changed.name}/${file.name}`) ?? [])
    const pulls = this.#pulls()
    for (const listener of this.#listeners) listener(pulls, paths)
  }
}
