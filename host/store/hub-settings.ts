/**
 * Where the hub is, and who asks: a mirror's address from the settings or HF_ENDPOINT, and a token. The token lies in a file of its
 * own, which only the user may read; it never goes to a window, into a pipeline or into a record.
 */
import { chmod, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isHubAddress } from '../../engine/protocol/settings.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { writeAtomic } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'
import { fileProblem } from '../files/problems.ts'
import { userFolders } from '../files/user-folders.ts'
import { UserSettings } from '../files/user-settings.ts'

export interface Hub {
  /** With a slash at its end. */
  readonly address: string
  readonly token?: string
}

const usual = 'https://huggingface.co/'

const tokenFile = (): string => join(userFolders().settings, 'hub-token')

/** Letters, digits and a few signs: what may be in a header. */
const isToken = (text: string): boolean => /^[\w.-]{1,200}$/.test(text)

/** Throws `hub.token`, `file.*`. Undefined: forgets it. */
export async function keepToken(token: string | undefined): Promise<void> {
  if (token === undefined) return rm(tokenFile(), { force: true })
  if (!isToken(token)) throw new SightlineError('hub.token')
  try {
    await makeFolder(userFolders().settings, 0o700)
    await writeAtomic(tokenFile(), `${token}\n`)
    await chmod(tokenFile(), 0o600)
  } catch (error) {
    throw fileProblem(error, tokenFile(), 'write')
  }
}

async function readToken(): Promise<string | undefined> {
  const given = process.env.HF_TOKEN?.trim()
  if (given) return isToken(given) ? given : undefined
  const text = await readFile(tokenFile(), 'utf8').catch(() => '')
  return isToken(text.trim()) ? text.trim() : undefined
}

/** Throws `hub.mirror`. */
export async function readHub(): Promise<Hub> {
  const { hub } = await new UserSettings(userFolders().settings).read()
  const given = process.env.HF_ENDPOINT?.trim() || hub || usual
  const address = given.endsWith('/') ? given : `${given}/`
  if (!isHubAddress(address)) throw new SightlineError('hub.mirror', { given })
  const token = await readToken()
  return { address, ...(token !== undefined && { token }) }
}
