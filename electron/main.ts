/** The desktop program: keeps the engine process, opens windows, and gives them the system's menus, dialogs and files. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, session } from 'electron'
import { type Choose, type DesktopEndpoint, pageOrigin } from '../engine/protocol/desktop.ts'
import { enginePath } from '../engine/protocol/link.ts'
import { wordsOf } from '../engine/types/problem.ts'
import { type Keeper, startKeeper } from '../host/keeper.ts'
import { exitCodeOf, type Interruption, onInterruption } from '../host/signals.ts'
import { stackOf } from '../host/stack.ts'
import { say } from '../host/terminal/say.ts'
import { filesOf, openable } from './arguments.ts'
import { answer, tell } from './ipc.ts'
import { firstMenu, showMenu } from './menu.ts'
import { engineScript, nodeBinary } from './places.ts'
import { registerScheme, servePage } from './scheme.ts'
import { allowCamera, guardAllContents, guardSession } from './security.ts'
import { findUpdates, type Updates } from './updates.ts'
import { readWindows, writeWindows } from './window-state.ts'
import { type OpenWindow, Windows } from './windows.ts'

registerScheme()
guardAllContents()

/** Files to open that arrived before there were windows. */
const early: string[] = filesOf(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd())
let keeper: Promise<Keeper> | undefined
/** Windows can be opened: pages can reach the engine, and the windows of the last start are restored. */
let running = false
let quitting = false
/** What the next program opens: one was started while this one ends. */
let next: string[] | undefined
let updates: Updates | undefined
/** Signals that ask the program to end: windows then close as at any end. */
let interruption: Interruption | undefined
/** The program ends so that a newer one can replace it. */
let installing = false

const stateFile = (): string => join(app.getPath('userData'), 'windows.json')
/** Not once the program ends: then windows close one by one, and all of them should come back. */
const remember = (): void => {
  if (!quitting) writeWindows(stateFile(), windows.states())
}

const windows = new Windows({
  quitting: () => quitting,
  updated: () => updates !== undefined,
  changed: remember,
  focused: (entry) => menuOf(entry),
})
/** In the form the pages keep it. */
let recent: readonly string[] = []

function menuOf(entry: OpenWindow): void {
  if (!entry.menu) return
  showMenu(entry.window, entry.menu, {
    newWindow: () => windows.create(),
    openRecent: (path) => windows.open(path),
    recent: recent.filter((path) => existsSync(path)),
  })
}

async function choose(window: BrowserWindow, { kind, title, accept, start, name }: Choose): Promise<string | null> {
  const filters = accept.length
    ? [{ name: accept.map((ending) => `*.${ending}`).join(', '), extensions: [...accept] }]
    : []
  const defaultPath = start !== undefined && name !== undefined ? join(start, name) : (start ?? name)
  const options = { title, filters, ...(defaultPath !== undefined && { defaultPath }) }
  if (kind === 'save') {
    const { filePath, canceled } = await dialog.showSaveDialog(window, options)
    return canceled ? null : filePath
  }
  const properties: ('openFile' | 'openDirectory')[] = [kind === 'folder' ? 'openDirectory' : 'openFile']
  const { filePaths } = await dialog.showOpenDialog(window, { ...options, properties })
  return filePaths[0] ?? null
}

/** The window that asks; its page may outlive it by a moment. */
function answerWindows(): void {
  const entryOf = (contents: Electron.WebContents): OpenWindow => {
    const entry = windows.of(contents)
    if (!entry) throw new Error('this window is closed')
    return entry
  }
  answer('endpoint', async (_, { sender }): Promise<DesktopEndpoint> => {
    const { host, port, token } = await started()
    const entry = entryOf(sender)
    const { open } = entry
    entry.open = undefined
    return {
      url: `ws://${host}:${port}${enginePath}`,
      token,
      session: entry.session,
      ...(open !== undefined && { open }),
    }
  })
  answer('choose', (what, { sender }) => choose(entryOf(sender).window, what))
  answer('document', (document, { sender }) => {
    const entry = entryOf(sender)
    const before = entry.document?.path
    windows.show(entry, document)
    if (document.path !== undefined && document.path !== before) app.addRecentDocument(document.path)
  })
  answer('menu', (menu, { sender }) => {
    const entry = entryOf(sender)
    entry.menu = menu
    if (windows.current === entry) menuOf(entry)
  })
  answer('recent', (paths) => {
    recent = paths
    if (windows.current) menuOf(windows.current)
  })
  answer('update', (step) =>
    updates?.step(step, () => {
      installing = true
      app.quit()
    }),
  )
  answer('camera', (wanted, { sender }) => allowCamera(sender, wanted))
  answer('closed', (_, { sender }) => {
    const entry = entryOf(sender)
    entry.closing = true
    entry.window.close()
  })
}

function started(): Promise<Keeper> {
  if (!keeper) throw new Error('the engine was not started yet')
  return keeper
}

async function keepEngine(): Promise<Keeper> {
  const kept = await startKeeper({
    origins: [pageOrigin],
    node: nodeBinary(),
    script: engineScript(),
    folder: app.getPath('documents'),
    cache: join(app.getPath('userData'), 'compile-cache'),
  })
  void kept.ended.then((problem) => {
    if (!problem || quitting) return
    dialog.showErrorBox('Sightline cannot go on', wordsOf(problem))
    app.exit(1)
  })
  return kept
}

async function start(): Promise<void> {
  // Not before: Electron sets its own when it is ready, which end the program as a success.
  interruption = onInterruption(() => app.quit())
  firstMenu()
  const { defaultSession } = session
  guardSession(defaultSession)
  keeper = keepEngine()
  let address = ''
  servePage(defaultSession, () => address)
  answerWindows()
  try {
    const { host, port } = await keeper
    address = `${host}:${port}`
  } catch (error) {
    dialog.showErrorBox('Sightline does not start', error instanceof Error ? error.message : String(error))
    app.exit(1)
    return
  }
  updates = await findUpdates((state) => {
    for (const { window } of windows.all) tell(window, { type: 'update', state })
  })
  running = true
  for (const state of readWindows(stateFile())) windows.create({ state })
  for (const path of early.splice(0)) windows.open(path)
  if (windows.all.length === 0) windows.create()
}

/** The newer program starts while this one ends; everything it needs is written. */
function install(): void {
  app.releaseSingleInstanceLock()
  updates?.install((message) => {
    dialog.showErrorBox(
      'Sightline was not updated',
      `${wordsOf({ code: 'update.failed', params: { message } })}
Your work is kept: start Sightline again.`,
    )
    app.exit(1)
  })
}

/** Everything is written. Asked by a signal, the program ends with its number, as the command line does. */
function end(): void {
  if (interruption?.signal) app.exit(exitCodeOf(interruption.signal))
  else app.quit()
}

/** Files opened before there is a window wait for it. */
function openFile(path: string): void {
  if (running) windows.open(path)
  else early.push(path)
}

/** A second start. Two at once would write to the same folder, so the next one waits until this one has ended. */
function openAgain(paths: readonly string[], newWindow: boolean): void {
  if (quitting) {
    next = [...(next ?? []), ...paths]
    return
  }
  for (const path of paths) openFile(path)
  if (newWindow && running) windows.create()
  else if (paths.length === 0) windows.current?.window.focus()
}

function startNext(): void {
  if (!next || installing) return
  const own = process.argv.slice(1).filter((arg) => arg.startsWith('-') || !openable.test(arg))
  const { APPIMAGE } = process.env
  // The file system of an AppImage goes away with the program that runs from it.
  app.relaunch({ args: [...own, ...next], ...(APPIMAGE !== undefined && { execPath: APPIMAGE }) })
}

if (app.requestSingleInstanceLock({ files: early, newWindow: process.argv.includes('--new-window') })) {
  app.on('second-instance', (_, _args, _folder, data) => {
    const { files = [], newWindow = false } = (data ?? {}) as { files?: unknown[]; newWindow?: unknown }
    const paths = files.filter((path): path is string => typeof path === 'string')
    openAgain(paths, newWindow === true)
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    openAgain([path], false)
  })
  app.on('activate', () => {
    if (running && !quitting && BrowserWindow.getAllWindows().length === 0) windows.create()
  })
  app.on('before-quit', () => {
    remember()
    quitting = true
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', (event) => {
    if (!keeper) return
    event.preventDefault()
    const ending = keeper
    keeper = undefined
    ending
      .then((kept) => kept.stop())
      .catch(() => undefined)
      .finally(installing ? install : end)
  })
  app.on('quit', startNext)
  app.whenReady().then(start, (error: unknown) => {
    say(stackOf(error))
    app.exit(1)
  })
} else app.quit()
