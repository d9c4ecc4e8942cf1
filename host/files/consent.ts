/**
 * The paths outside its folder that the user allowed a document to use: files, or folders with everything in them. Stored as real
 * paths (links followed), so that a link cannot be redirected afterwards, and kept per document file in the user's settings: not
 * in the document, whose sender could write anything there.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { writeAtomic } from './atomic.ts'
import { isInside } from './inside.ts'
import { makeFolder } from './make-folder.ts'
import { type Access, realPlace } from './paths.ts'

/** `path` is absolute. Write access includes reading. */
export type Grant = FileUse

const covers = (grant: Grant, real: string): boolean => {
  const name = basename(grant.path)
  // A name with {placeholders} stands for everything that they may become.
  if (!/\{\w+\}/.test(name)) return isInside(grant.path, real)
  const pattern = name
    .split(/\{\w+\}/)
    .map((part) => RegExp.escape(part))
    .join(process.platform === 'win32' ? '[^/\\\\]*' : '[^/]*')
  return dirname(grant.path) === dirname(real) && new RegExp(`^${pattern}$`).test(basename(real))
}

export class Consent {
  readonly #grants = new Map<string, Grant>()
  /** Everything given so far is in place. */
  #ready: Promise<void>

  constructor(known: Promise<readonly Grant[]> | readonly Grant[] = []) {
    this.#ready = Promise.resolve(known).then((grants) => this.#add(grants))
  }

  /** Effective at once, also for requests made before its real path is known. */
  give(grants: readonly Grant[]): Promise<void> {
    const places = Promise.all(grants.map(async ({ path, access }) => ({ path: await realPlace(path), access })))
    this.#ready = this.#ready.then(async () => this.#add(await places))
    return this.#ready
  }

  /** @param real links followed */
  async allows(real: string, access: Access): Promise<boolean> {
    await this.#ready
    for (const grant of this.#grants.values())
      if ((access === 'read' || grant.access === 'write') && covers(grant, real)) return true
    return false
  }

  async list(): Promise<readonly Grant[]> {
    await this.#ready
    return [...this.#grants.values()]
  }

  #add(grants: readonly Grant[]): void {
    for (const grant of grants) this.#grants.set(`${grant.access} ${grant.path}`, grant)
  }
}

const record = z.object({
  /** For people who read the file. */
  document: z.string(),
  allowed: z.array(z.object({ path: z.string(), access: z.enum(['read', 'write']) })),
})

/** One file per document, so that two windows never write the same one for different documents. */
async function recordOf(folder: string, document: string): Promise<{ file: string; document: string }> {
  const real = await realPlace(document)
  const name = createHash('sha256').update(real).digest('hex').slice(0, 32)
  return { file: join(folder, `${name}.json`), document: real }
}

/**
 * What was allowed earlier for the document at this path (absolute). An unreadable record allows nothing: the user is asked
 * again.
 */
export async function recall(folder: string, document: string): Promise<readonly Grant[]> {
  try {
    const { file, document: real } = await recordOf(folder, document)
    const found = record.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return found.success && found.data.document === real ? found.data.allowed : []
  } catch {
    return []
  }
}

/** With nothing allowed there is no record. Throws `settings.not-kept`. */
export async function remember(folder: string, document: string, allowed: readonly Grant[]): Promise<void> {
  const { file, document: real } = await recordOf(folder, document)
  try {
    if (allowed.length === 0) return await rm(file, { force: true })
    await makeFolder(folder, 0o700)
    await writeAtomic(file, `${JSON.stringify({ document: real, allowed }, null, 2)}\n`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new SightlineError('settings.not-kept', { message }, error)
  }
}
