/**
 * Updates, if the program was packaged with an update server: checked, downloaded and installed step by step, only at the
 * user's request. Pages are told the state; only this process connects to the server.
 */
import { existsSync } from 'node:fs'
import { app, session } from 'electron'
import type { AppUpdater, UpdateCheckResult, UpdateInfo } from 'electron-updater'
import type { UpdateState, UpdateStep } from '../engine/protocol/desktop.ts'
import { updatesFile } from './places.ts'
import { updateProblem } from './update-problems.ts'

const longestNotes = 20_000

const notesOf = ({ releaseNotes }: UpdateInfo): string => {
  const notes = Array.isArray(releaseNotes) ? releaseNotes.map(({ note }) => note).join('\n\n') : releaseNotes
  return (notes ?? '').trim().slice(0, longestNotes)
}

/** Encrypted, through every redirect; and without the id by which the library lets servers recognise a machine. */
function guardConnection(): void {
  const { webRequest } = session.fromPartition('electron-updater', { cache: false })
  const tried = !app.isPackaged
  webRequest.onBeforeRequest((details, decide) => {
    const { protocol, hostname } = new URL(details.url)
    decide({ cancel: protocol !== 'https:' && !(tried && hostname === '127.0.0.1') })
  })
  webRequest.onBeforeSendHeaders(({ requestHeaders: { 'x-user-staging-id': _, ...requestHeaders } }, send) =>
    send({ requestHeaders }),
  )
}

export class Updates {
  readonly #updater: AppUpdater
  readonly #tell: (state: UpdateState) => void
  #state: UpdateState = { kind: 'idle' }
  #found: UpdateCheckResult | undefined
  #looking: Promise<void> | undefined

  constructor(updater: AppUpdater, tell: (state: UpdateState) => void) {
    this.#updater = updater
    this.#tell = tell
    updater.on('download-progress', ({ percent }) => {
      if (this.#state.kind === 'loading') this.#become({ ...this.#state, part: percent / 100 })
    })
  }

  /** @param install ends the program, then calls `install` */
  async step(step: UpdateStep, install: () => void): Promise<UpdateState> {
    const { kind } = this.#state
    if (step === 'look' && kind !== 'loading' && kind !== 'ready') {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined
      })
      await this.#looking
    } else if (step === 'download' && kind === 'found') await this.#download()
    else if (step === 'stop') this.#found?.cancellationToken?.cancel()
    else if (step === 'install' && kind === 'ready') install()
    return this.#state
  }

  /** Runs once the windows are closed and the engine has ended: the new program may start before this one is gone. */
  install(failed: (message: string) => void): void {
    this.#updater.on('error', ({ message }) => failed(message))
    this.#updater.quitAndInstall(true, true)
  }

  #become(state: UpdateState): void {
    this.#state = state
    this.#tell(state)
  }

  async #look(): Promise<void> {
    this.#become({ kind: 'looking' })
    try {
      const found = await this.#updater.checkForUpdates()
      this.#found = found ?? undefined
      this.#become(
        found?.isUpdateAvailable
          ? { kind: 'found', version: found.updateInfo.version, notes: notesOf(found.updateInfo) }
          : { kind: 'latest' },
      )
    } catch (error) {
      this.#become({ kind: 'failed', problem: updateProblem(error) })
    }
  }

  async #download(): Promise<void> {
    const { updateInfo, cancellationToken } = this.#found as UpdateCheckResult
    const { version } = updateInfo
    this.#become({ kind: 'loading', version, part: 0 })
    try {
      await this.#updater.downloadUpdate(cancellationToken)
      this.#become({ kind: 'ready', version })
    } catch (error) {
      // A stopped download can be started again, after another check.
      this.#become(cancellationToken?.cancelled ? { kind: 'idle' } : { kind: 'failed', problem: updateProblem(error) })
    }
  }
}

/** Undefined without an update server, or for a form of the program (a bare folder) that cannot be updated. */
export async function findUpdates(tell: (state: UpdateState) => void): Promise<Updates | undefined> {
  const file = updatesFile()
  if (!existsSync(file)) return undefined
  const { default: updaters } = await import('electron-updater')
  const { autoUpdater } = updaters
  autoUpdater.logger = null
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = false
  if (!app.isPackaged) {
    autoUpdater.forceDevUpdateConfig = true
    autoUpdater.updateConfigPath = file
  }
  if (!autoUpdater.isUpdaterActive()) return undefined
  guardConnection()
  return new Updates(autoUpdater, tell)
}
