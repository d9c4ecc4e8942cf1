/** The windows: one per document. Each has its own session, by whose name its work is found again. */
import { randomUUID } from 'node:crypto'
import { BrowserWindow, type WebContents } from 'electron'
import { type DocumentState, type MenuBarState, pageOrigin, updatesSwitch } from '../engine/protocol/desktop.ts'
import { tell } from './ipc.ts'
import { preload } from './places.ts'
import { usualSize, visible, type WindowState } from './window-state.ts'

/** Wait before reloading a crashed page, in ms, so that a page that crashes at once does not use up all processor time. */
const crashPause = 300

export interface OpenWindow {
  readonly window: BrowserWindow
  readonly session: string
  /** What the page opens first; told once. */
  open: string | undefined
  document: DocumentState | undefined
  /** Until its page has reported: none. */
  menu: MenuBarState | undefined
  /** Closing it would lose nothing. */
  closing: boolean
}

export interface WindowsOptions {
  /** Whether the program is ending: windows then close without asking, and come back at the next start. */
  readonly quitting: () => boolean
  /** Whether there is a server to update from. */
  readonly updated: () => boolean
  /** Windows opened, closed or moved. */
  readonly changed: () => void
  readonly focused: (entry: OpenWindow) => void
}

export class Windows {
  readonly #options: WindowsOptions
  readonly #all = new Map<WebContents, OpenWindow>()

  constructor(options: WindowsOptions) {
    this.#options = options
  }

  get all(): readonly OpenWindow[] {
    return [...this.#all.values()]
  }

  of(contents: WebContents): OpenWindow | undefined {
    return this.#all.get(contents)
  }

  /** The most recently used one. */
  get current(): OpenWindow | undefined {
    const focused = BrowserWindow.getFocusedWindow()
    return (focused && this.#all.get(focused.webContents)) ?? this.all.at(-1)
  }

  states(): WindowState[] {
    return this.all.map(({ window, session, document }) => ({
      session,
      bounds: window.getNormalBounds(),
      maximised: window.isMaximized(),
      fullScreen: window.isFullScreen(),
      ...(document?.path !== undefined && { path: document.path }),
    }))
  }

  /** @param state as at the end of the last start */
  create({ open, state }: { readonly open?: string; readonly state?: WindowState } = {}): OpenWindow {
    const bounds = state && visible(state.bounds)
    const window = new BrowserWindow({
      ...usualSize,
      ...bounds,
      minWidth: 640,
      minHeight: 420,
      show: false,
      title: 'Sightline',
      backgroundColor: '#f2f3f5',
      webPreferences: {
        preload,
        additionalArguments: this.#options.updated() ? [updatesSwitch] : [],
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        // Previews continue while another window is in front.
        backgroundThrottling: false,
      },
    })
    const entry: OpenWindow = {
      window,
      session: state?.session ?? randomUUID(),
      // If nothing is unsaved, the window's content is in its file.
      open: open ?? state?.path,
      document: undefined,
      menu: undefined,
      closing: false,
    }
    const { webContents } = window
    this.#all.set(webContents, entry)
    if (state?.maximised) window.maximize()
    if (state?.fullScreen) window.setFullScreen(true)
    this.#listen(entry)
    void window.loadURL(`${pageOrigin}/index.html`)
    this.#options.changed()
    return entry
  }

  #listen(entry: OpenWindow): void {
    const { window } = entry
    const { webContents } = window
    const { changed, focused, quitting } = this.#options
    window.once('ready-to-show', () => window.show())
    window.on('focus', () => focused(entry))
    for (const event of ['resized', 'moved', 'maximize', 'unmaximize', 'enter-full-screen', 'leave-full-screen'])
      window.on(event as 'resized', changed)
    // The title is the document's, set by `show`; the page's own arrives later.
    window.on('page-title-updated', (event) => event.preventDefault())
    window.on('close', (event) => {
      if (quitting() || entry.closing || !entry.document?.edited || webContents.isCrashed()) return
      event.preventDefault()
      tell(window, { type: 'close' })
    })
    window.on('closed', () => {
      this.#all.delete(webContents)
      changed()
    })
    // The page is gone, its work is not: the session has it.
    webContents.on('render-process-gone', (_, { reason }) => {
      if (reason === 'clean-exit' || quitting()) return
      // Reloading inside this event's handler ends the whole program.
      setTimeout(() => {
        if (!webContents.isDestroyed()) webContents.reload()
      }, crashPause)
    })
  }

  /** What the window's frame shows. */
  show(entry: OpenWindow, document: DocumentState): void {
    const { window } = entry
    const before = entry.document
    entry.document = document
    window.setTitle(`${document.edited ? '• ' : ''}${document.title} – Sightline`)
    window.setDocumentEdited(document.edited)
    window.setRepresentedFilename(document.path ?? '')
    if (before?.path !== document.path) this.#options.changed()
  }

  /** In the window that has it already, in an unused one, or in a new one. */
  open(path: string): OpenWindow {
    const there = this.all.find(({ document, open }) => document?.path === path || open === path)
    const { current } = this
    const free = there ?? (current?.document?.untouched ? current : undefined)
    if (!free) return this.create({ open: path })
    if (!there) tell(free.window, { type: 'open', path })
    if (free.window.isMinimized()) free.window.restore()
    free.window.focus()
    return free
  }
}
