/** The user's settings of the engine: one small file in the user's folder, read at every start. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type MachineSettings, machineSettings } from '../../engine/protocol/settings.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { writeAtomic } from './atomic.ts'
import { makeFolder } from './make-folder.ts'

const none: MachineSettings = { device: 'auto' }
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

export class UserSettings {
  readonly #folder: string
  readonly path: string

  constructor(folder: string) {
    this.#folder = folder
    this.path = join(folder, 'settings.json')
  }

  /** A missing file has no settings. Throws `settings.unreadable`. */
  async read(): Promise<MachineSettings> {
    try {
      return machineSettings.parse(JSON.parse(await readFile(this.path, 'utf8')))
    } catch (error) {
      if (isMissing(error)) return none
      const issue = error instanceof Error && 'issues' in error ? (error.issues as { message: string }[])[0] : undefined
      throw new SightlineError('settings.unreadable', { path: this.path, message: issue?.message ?? messageOf(error) })
    }
  }

  /** Throws `settings.not-written`. */
  async keep(settings: MachineSettings): Promise<void> {
    try {
      await makeFolder(this.#folder, 0o700)
      await writeAtomic(this.path, `${JSON.stringify(settings, null, 2)}\n`)
    } catch (error) {
      throw new SightlineError('settings.not-written', { path: this.path, message: messageOf(error) }, error)
    }
  }
}
