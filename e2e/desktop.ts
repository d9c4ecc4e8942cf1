/** The desktop program as a user starts it, each time with its own home folder that outlives the program. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, expect, type Page } from '@playwright/test'

/** Set by `e2e/run.ts`; absent: there is no Electron, or no screen for it. */
export const electron = process.env.SIGHTLINE_ELECTRON

/** Software rendering instead of a GPU, a camera that Chromium makes up; no sandbox for root. */
const switches = [
  '--use-fake-device-for-media-stream',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-gpu-compositing',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

/** Unsaved work of earlier tests is not offered to the next. */
export const forgetCopies = (home: string): void =>
  rmSync(join(home, 'sightline/data/recovery'), { recursive: true, force: true, maxRetries: 5 })

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}

export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-desktop-'))
  readonly #electron: string | undefined
  readonly #running = new Set<Desktop>()

  constructor(path = electron) {
    this.#electron = path
  }

  async start(files: readonly string[] = [], settings: Readonly<Record<string, string>> = {}): Promise<Desktop> {
    const app = await _electron.launch({
      executablePath: this.#electron,
      args: this.#args(files),
      env: { ...this.#env, ...settings } as Record<string, string>,
    })
    const desktop = new Desktop(app, this.folder)
    this.#running.add(desktop)
    return desktop
  }

  /** Like `start`, by a user who does not check whether it still runs. Resolves when that process has ended. */
  async startAgain(files: readonly string[]): Promise<void> {
    const child = spawn(String(this.#electron), this.#args(files), { env: this.#env, stdio: 'ignore' })
    await new Promise((resolve) => child.once('exit', resolve))
  }

  #args(files: readonly string[]): string[] {
    return ['.', ...switches, `--user-data-dir=${join(this.folder, 'user-data')}`, ...files]
  }

  get #env(): NodeJS.ProcessEnv {
    const { folder } = this
    return { ...process.env, HOME: folder, USERPROFILE: folder, SIGHTLINE_HOME: join(folder, 'sightline') }
  }

  /** The files open in the windows now, or at the end. */
  inWindows(): (string | undefined)[] {
    const { windows } = JSON.parse(readFileSync(join(this.folder, 'user-data/windows.json'), 'utf8'))
    return windows.map(({ path }: { path?: string }) => path)
  }

  /** The documents that are in no file, as they would be found after the end. */
  copies(): unknown[] {
    const folder = join(this.folder, 'sightline/data/recovery')
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
    return names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).document)
  }

  async close(): Promise<void> {
    for (const desktop of this.#running) await desktop.kill()
    // Processes it started itself.
    const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    for (const line of stdout.split('\n'))
      if (line.includes(join(this.folder, 'user-data'))) endNow(Number.parseInt(line, 10))
    // Electron's helpers may still write for a moment.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

export class Desktop {
  readonly app: ElectronApplication
  readonly process: ChildProcess
  readonly ended: Promise<void>
  /** The user's home folder. */
  readonly folder: string
  #killed = false
  constructor(app: ElectronApplication, home: string) {
    this.app = app
    this.folder = home
    // Playwright forgets it when it ends.
    this.process = app.process()
    this.ended = new Promise((resolve) =>
      this.process.once('exit', (code, signal) => {
        // Playwright only reports that its windows are gone.
        if (!this.#killed && code !== 0) console.log(`The desktop program ended by itself: ${signal ?? code}.`)
        resolve()
      }),
    )
  }

  /** The first window, with a pipeline in it and without the start screen. */
  async window(): Promise<Page> {
    const page = await this.app.firstWindow()
    await expect(page.locator('[data-node]').first()).toBeVisible({ timeout: 30_000 })
    // The start screen takes Escape, if it is open.
    await page.keyboard.press('Escape')
    return page
  }

  /** Nothing is kept from earlier windows. */
  async forget(): Promise<void> {
    await this.app.firstWindow()
    forgetCopies(this.folder)
    await this.app.evaluate(({ session }) => session.defaultSession.clearStorageData({ storages: ['localstorage'] }))
  }

  async newWindow(): Promise<Page> {
    const opened = this.app.waitForEvent('window')
    await this.app.evaluate(({ app }) => void app.emit('second-instance', {}, [], '', { files: [], newWindow: true }))
    const page = await opened
    const window = await this.app.browserWindow(page)
    await window.evaluate((shown: Electron.BrowserWindow) => shown.setContentSize(1440, 900))
    return page
  }

  /** Answers the next system dialog with this file; later ones are cancelled. Returns whether it was asked. */
  async chooses(path: string): Promise<() => Promise<boolean>> {
    await this.app.evaluate(({ dialog }, chosen) => {
      const asked = { times: 0 }
      Object.assign(globalThis, { asked })
      const answer = async () =>
        asked.times++ === 0
          ? { canceled: false, filePath: chosen, filePaths: [chosen] }
          : { canceled: true, filePath: '', filePaths: [] }
      dialog.showOpenDialog = answer as typeof dialog.showOpenDialog
      dialog.showSaveDialog = answer as typeof dialog.showSaveDialog
    }, path)
    return () => this.app.evaluate(() => (globalThis as unknown as { asked: { times: number } }).asked.times > 0)
  }

  /** Saves the next file that a page downloads there, without asking. Returns whether it was written. */
  async downloadsTo(path: string): Promise<() => Promise<boolean>> {
    await this.app.evaluate(({ session }, to) => {
      const written = { done: false }
      Object.assign(globalThis, { written })
      session.defaultSession.once('will-download', (_, item) => {
        item.setSavePath(to)
        item.once('done', () => {
          written.done = true
        })
      })
    }, path)
    return () => this.app.evaluate(() => (globalThis as unknown as { written: { done: boolean } }).written.done)
  }

  /** Closes a window without asking. */
  async drop(page: Page): Promise<void> {
    if (page.isClosed()) return
    // Playwright's answer may be collected as garbage on its way: the second is not.
    const window = await this.app.browserWindow(page).catch(() => this.app.browserWindow(page))
    const gone = page.waitForEvent('close')
    // Not inside the debugger's call: on a busy machine that ended the whole program about once in twenty windows.
    await window.evaluate((shown: Electron.BrowserWindow) => void setTimeout(() => shown.destroy()))
    await gone
  }

  /** Asks the first window's page, even one that crashed and was reloaded, which Playwright cannot do. */
  ask<T>(question: () => T): Promise<T | undefined> {
    return this.app.evaluate(
      ({ BrowserWindow }, script) =>
        // A page that has just crashed never answers.
        Promise.race([
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script),
          new Promise((resolve) => setTimeout(resolve, 1000)),
        ]),
      `(${question})()`,
    )
  }

  crashWindow(): Promise<void> {
    return this.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    )
  }

  titles(): Promise<string[]> {
    return this.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.getTitle()))
  }

  enginePid(): number {
    const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(this.process.pid)], {
      encoding: 'utf8',
    })
    const pid = Number(/^\s*(\d+) .*engine-process/m.exec(stdout)?.[1])
    if (!pid) throw new Error(`the engine process is not there:\n${stdout}`)
    return pid
  }

  /** Kills window, main process and engine at once. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.process
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    this.#killed = true
    const children = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout
    for (const child of [String(pid), ...children.split('\n')]) if (child.trim()) endNow(Number(child))
    await this.ended
  }
}
