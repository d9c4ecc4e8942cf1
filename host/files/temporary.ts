/**
 * Names of temporary files beside the files they become, and the removal of those that a killed program left behind. A name
 * says which process of which machine is writing, so that files in use are left alone.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { cutToBytes } from './names.ts'

const DAY = 24 * 60 * 60 * 1000
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
/** `.NAME.MACHINE-PID-RANDOM.tmp`; before, `.NAME.RANDOM.tmp`. */
const pattern = /^\..*\.(?:([0-9a-f]{8})-(\d+)-)?[0-9a-f]{12}\.tmp$/s

/** A new name in the same folder, well within the limit of a name's bytes. */
export function temporaryBeside(path: string): string {
  const unique = `${machine}-${process.pid}-${randomBytes(6).toString('hex')}`
  return join(dirname(path), `.${cutToBytes(basename(path), 100)}.${unique}.tmp`)
}

/** Whether there is a process of this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is one, of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether the process that made the file cannot be writing it any more. `changed`: when the file changed, in ms since 1970. */
function isLeft([, host, pid]: RegExpMatchArray, changed: number): boolean {
  if (Date.now() - changed > DAY) return true
  if (host !== machine) return false
  // Process numbers are used again: an older file of our own number is of another process.
  if (Number(pid) === process.pid) return changed < Date.now() - process.uptime() * 1000 - 1000
  return !isRunning(Number(pid))
}

const swept = new Map<string, Promise<void>>()

/** Removes what killed programs left in this folder; once for each folder, because listing a large one takes time. */
export function sweep(folder: string): Promise<void> {
  const known = swept.get(folder)
  if (known) return known
  const sweeping = sweepNow(folder).catch(() => undefined)
  swept.set(folder, sweeping)
  return sweeping
}

/** The same, as often as it is called. Throws errors of the file system. */
export async function sweepNow(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const parts = name.endsWith('.tmp') ? name.match(pattern) : null
    if (!parts) continue
    const path = join(folder, name)
    const stats = await stat(path).catch(() => undefined)
    if (stats?.isFile() && isLeft(parts, stats.mtimeMs)) await rm(path, { force: true }).catch(() => undefined)
  }
}
