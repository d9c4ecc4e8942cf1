/**
 * Where the times of earlier runs are kept between two starts: one small file in the user's folder, bounded by `PastTimes`. It is
 * a help for estimates and no more: a damaged file counts as none, and what cannot be written is not.
 */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { PastTimes } from '../../engine/run/past-times.ts'
import { writeAtomic } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'

const amount = z.number().nonnegative()
const schema = z.object({
  format: z.literal('sightline-times'),
  version: z.literal(1),
  times: z.record(z.string().max(500), z.array(z.object({ variant: z.string(), size: amount, ms: amount })).max(100)),
  models: z.record(z.string().max(128), amount),
})

/** What a file of times may have at most; PastTimes keeps to a tenth of it. */
const largest = 8 << 20

export interface TimesFile {
  readonly times: PastTimes
  /** Writes what is new. */
  save(): Promise<void>
}

export async function openTimes(path: string): Promise<TimesFile> {
  const times = await readTimes(path)
  let last: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    const changes = times.takeChanges()
    if (!changes) return
    try {
      await makeFolder(dirname(path), 0o700)
      await writeAtomic(path, `${JSON.stringify({ format: 'sightline-times', version: 1, ...changes })}\n`)
    } catch {
      // A folder that is read-only or full: the next start estimates from fewer runs.
    }
  }
  return {
    times,
    save() {
      last = last.then(write)
      return last
    },
  }
}

async function readTimes(path: string): Promise<PastTimes> {
  try {
    const text = await readFile(path, 'utf8')
    const { times, models } = schema.parse(text.length > largest ? undefined : JSON.parse(text))
    return new PastTimes(times, models)
  } catch {
    return new PastTimes()
  }
}
