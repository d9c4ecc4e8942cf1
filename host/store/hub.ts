/**
 * Models from a hub that speaks Hugging Face's interface (huggingface.co/docs/hub/api): what a repository holds, and its files. A
 * model from there is installed under an entry of the user's own, which names the commit and the hash of each file.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { hubAddress } from '../../engine/types/hub.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { makeFolder } from '../files/make-folder.ts'
import { hashFile } from '../record/hash.ts'
import { type Hub, readHub } from './hub-settings.ts'
import { hubName, keepEntry, type ModelEntry } from './manifest.ts'
import type { Watch } from './registry.ts'
import { pull } from './store.ts'
import { fetchFile, partFolder, removeParts } from './url.ts'

/** Seconds of an answer that is no file. */
const patience = 30
const mostBytes = 16_000_000
const mostPages = 50

const info = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  tags: z.array(z.string()).default([]),
  cardData: z
    .object({ license: z.union([z.string(), z.array(z.string())]).optional() })
    .loose()
    .nullish(),
})
/** `oid`: git's hash of the content; of a large file its own hash is in `lfs`. */
const treeFile = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string(),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
})
type TreeFile = z.output<typeof treeFile>

/** What a person should know before anything of it is downloaded. */
export interface HubOffer {
  /** As it was asked for: "hf:OWNER/REPO/FILE". */
  readonly address: string
  readonly repo: string
  /** The commit. */
  readonly revision: string
  readonly hub: string
  readonly bytes: number
  /** As the hub names it; undefined: it does not say. */
  readonly licence: string | undefined
  /** The weights first. */
  readonly files: readonly TreeFile[]
}

const weightsOf = (path: string): boolean => /\.(safetensors|pth|pt|onnx|bin)$/i.test(path)
/** The names under which a repository has its weights, in the order in which they are looked for. */
const usual = ['model.safetensors', 'pytorch_model.bin', 'model.onnx', 'onnx/model.onnx', 'model.pth', 'model.pt']

const url = (hub: Hub, ...parts: readonly string[]): URL =>
  new URL(parts.map((part) => part.split('/').map(encodeURIComponent).join('/')).join('/'), hub.address)

const headersOf = ({ token }: Hub): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

const messageOf = (error: unknown): string =>
  error instanceof Error ? String((error.cause as Error | undefined)?.message ?? error.message) : String(error)

/** Throws where it is too long. */
async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    parts.push(part)
    bytes += part.length
    if (bytes > mostBytes) throw new Error('its answer is too long')
  }
  return Buffer.concat(parts).toString()
}

/** An answer as JSON, and where its next page is. Throws `hub.unknown`, `hub.gated`, `model.unreachable`. */
async function ask(hub: Hub, from: URL, repo: string, signal: AbortSignal): Promise<{ json: unknown; next?: string }> {
  let response: Response
  let text: string
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(1000 * patience)])
    response = await fetch(from, { headers: headersOf(hub), signal: both })
    if (Number(response.headers.get('content-length') ?? 0) > mostBytes) throw new Error('its answer is too long')
    text = response.ok ? await textOf(response) : ''
  } catch (error) {
    signal.throwIfAborted()
    throw new SightlineError('model.unreachable', { name: repo, message: messageOf(error) }, error)
  }
  const { status } = response
  // A repository that one may not see is not there, as far as the hub says.
  if (status === 401 || status === 404) throw new SightlineError('hub.unknown', { hub: hub.address, repo })
  if (status === 403) throw new SightlineError('hub.gated', { hub: hub.address, repo })
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  try {
    if (!response.ok) throw new Error(`it answers ${status} ${response.statusText}`.trim())
    return { json: JSON.parse(text) as unknown, ...(next !== undefined && { next }) }
  } catch (error) {
    throw new SightlineError('model.unreachable', { name: repo, message: messageOf(error) }, error)
  }
}

function parsed<T>(schema: z.ZodType<T>, json: unknown, repo: string): T {
  const read = schema.safeParse(json)
  if (read.success) return read.data
  const message = `its answer is not what a hub says (${read.error.issues[0]?.message ?? 'unknown'})`
  throw new SightlineError('model.unreachable', { name: repo, message })
}

async function filesOf(hub: Hub, repo: string, revision: string, signal: AbortSignal): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = []
  let from: URL | undefined = url(hub, 'api/models', repo, 'tree', revision)
  from.searchParams.set('recursive', 'true')
  for (let page = 0; from && page < mostPages; page++) {
    const { json, next } = await ask(hub, from, repo, signal)
    for (const file of parsed(z.array(treeFile.catch({ type: '', path: '', size: 0, oid: '' })), json, repo))
      files.push(file)
    // The token goes to the hub alone.
    const onward: URL | undefined = next === undefined ? undefined : new URL(next, hub.address)
    from = onward?.origin === new URL(hub.address).origin ? onward : undefined
  }
  return files.filter(({ type, path }) => type === 'file' && hubAddress(`hf:${repo}/${path}`) !== undefined)
}

/** The file that is meant. Throws `hub.no-file`. */
function chosen(files: readonly TreeFile[], repo: string, named: string | undefined): TreeFile {
  const weights = files.filter(({ path }) => weightsOf(path))
  const only = weights.length === 1 ? weights[0] : undefined
  const found =
    named === undefined
      ? (usual.flatMap((name) => files.filter(({ path }) => path === name))[0] ?? only)
      : files.find(({ path }) => path === named)
  if (found) return found
  const known = (weights.length > 0 ? weights : files).slice(0, 8).map(({ path }) => path)
  throw new SightlineError('hub.no-file', { repo, file: named ?? 'weights', known: known.join(', ') || 'none' })
}

/**
 * What is at an address, without downloading it.
 * @throws `hub.unknown`, `hub.gated`, `hub.no-file`, `model.unreachable`, the signal's reason
 */
export async function lookUp(path: string, signal: AbortSignal = new AbortController().signal): Promise<HubOffer> {
  const address = hubAddress(path)
  if (!address) throw new SightlineError('hub.address', { given: path })
  const { repo, file } = address
  const hub = await readHub()
  const { json } = await ask(hub, url(hub, 'api/models', repo), repo, signal)
  const { sha, tags, cardData } = parsed(info, json, repo)
  const files = await filesOf(hub, repo, sha, signal)
  const weights = chosen(files, repo, file)
  const terms = files.filter(({ path: own }) => /^(LICEN[CS]E|COPYING)(\.(txt|md))?$/i.test(own)).slice(0, 1)
  const stated = [cardData?.license ?? []].flat()[0] ?? tags.find((tag) => tag.startsWith('license:'))?.slice(8)
  return {
    ...{ address: path, repo, revision: sha, hub: hub.address, licence: stated?.slice(0, 200) },
    bytes: [weights, ...terms].reduce((sum, one) => sum + (one.lfs?.size ?? one.size), 0),
    files: [weights, ...terms],
  }
}

/** What is known of the licence before anything comes, and instead of a text where there is none. */
export function hubTerms({ licence, hub, repo }: HubOffer): string {
  const stated = licence === undefined ? 'The hub states no licence.' : `The hub states this licence: ${licence}`
  return `${stated}\nSee ${new URL(repo, hub)}\n`
}

/** Of content as git stores it. */
async function gitHash(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha1').update(`blob ${bytes}\0`)
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * Downloads and installs what was offered. What came before an interruption is kept, and the next call goes on from there.
 * @throws `model.not-genuine`, `model.unreachable`, `file.*`, the signal's reason; then nothing was installed
 */
export async function pullFromHub(offer: HubOffer, watch: Watch = {}): Promise<ModelEntry> {
  const { address, repo, revision, files, licence } = offer
  const { signal = new AbortController().signal, progress = () => undefined } = watch
  const hub = await readHub()
  const name = hubName(address)
  // A download of another commit cannot be resumed.
  const folder = join(partFolder(name), revision.slice(0, 12))
  await makeFolder(folder)
  let come = 0
  const placed: { readonly name: string; readonly from: string; readonly bytes: number; readonly sha256: string }[] = []
  for (const { path, size, oid, lfs } of files) {
    const [bytes, own] = [lfs?.size ?? size, basename(path)]
    const to = join(folder, own)
    const from = url(hub, repo, 'resolve', revision, path)
    try {
      const count = (more: number): void => {
        come += more
        progress(come)
      }
      await fetchFile(from, { bytes }, to, { signal, progress: count }, headersOf(hub))
    } catch (error) {
      signal.throwIfAborted()
      throw new SightlineError('model.unreachable', { name: address, message: messageOf(error) }, error)
    }
    const { sha256 } = await hashFile(to, to)
    const genuine = lfs ? sha256 === lfs.oid : (await gitHash(to, bytes)) === oid
    if (!genuine) {
      await rm(to, { force: true })
      throw new SightlineError('model.not-genuine', { name: address, what: path })
    }
    placed.push({ name: own, from: path, bytes, sha256 })
  }
  const [main, terms] = placed
  if (!main) throw new Error('no file was offered')
  if (!terms) {
    const to = join(folder, 'LICENSE')
    await writeFile(to, hubTerms(offer))
    const { sha256, bytes } = await hashFile(to, to)
    placed.push({ name: 'LICENSE', from: 'LICENSE', bytes, sha256 })
  }
  const entry: ModelEntry = {
    ...{ name, title: repo, task: 'weights', summary: `"${main.from}" of ${repo}, from a hub.` },
    source: { hub: hub.address, address, revision },
    licence: { id: licence ?? 'not stated', file: placed[1]?.name ?? 'LICENSE', upstream: String(url(hub, repo)) },
    ...{ expects: [], main: main.name, files: placed },
  }
  await pull(entry, (_, use) => use(({ name: file }) => ({ path: join(folder, file) })), { signal })
  await keepEntry(entry)
  await removeParts(name)
  return entry
}
