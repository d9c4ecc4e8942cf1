/**
 * Messages between a window of the desktop program and its main process. The main process trusts nothing: it validates every
 * message (electron/channels.ts), and listens only to Sightline's own page.
 */
import type { Problem } from '../types/problem.ts'

/** The page of the desktop program: its scheme and host, and so its Origin. */
export const pageScheme = 'app'
export const pageHost = 'sightline'
export const pageOrigin = `${pageScheme}://${pageHost}`

/** The name of the bridge that the preload script puts into the page. */
export const bridgeName = 'sightlineDesktop'

/** Passed to the page's process if the program has an update server. */
export const updatesSwitch = '--sightline-updates'

/** A native file dialog. */
export interface Choose {
  readonly kind: 'file' | 'folder' | 'save'
  readonly title: string
  /** Extensions without a dot; the first is the default. */
  readonly accept: readonly string[]
  /** The initial folder, and the proposed name. */
  readonly start?: string | undefined
  readonly name?: string | undefined
}

/** What the window's frame shows, and what the program must know to open a file only once and to close without loss. */
export interface DocumentState {
  readonly title: string
  readonly path?: string | undefined
  /** There are unsaved changes. */
  readonly edited: boolean
  /** Nothing was opened and nothing changed: a file may be opened in this window. */
  readonly untouched: boolean
}

export interface MenuCommandState {
  readonly type: 'command'
  readonly id: string
  readonly label: string
  /** In the form of `Command.shortcuts`: "Mod+Shift+Z". */
  readonly shortcut?: string | undefined
  readonly enabled: boolean
  readonly checked?: boolean | undefined
}
export interface MenuGroupState {
  readonly type: 'group'
  readonly label: string
  readonly items: readonly MenuState[]
}
export type MenuState = MenuCommandState | MenuGroupState | { readonly type: 'separator' }
/** Commands performed by the system. */
export type SystemItem = 'newWindow' | 'openRecent' | 'close' | 'quit' | 'window' | 'minimise' | 'fullScreen'
export interface MenuBarState {
  readonly groups: readonly MenuGroupState[]
  readonly words: Readonly<Record<SystemItem, string>>
}

/**
 * The state of an update. Nothing is downloaded or installed without the user's yes, and nothing is checked unless they asked,
 * now or in the settings.
 */
export type UpdateState =
  | { readonly kind: 'idle' | 'looking' | 'latest' }
  /** Release notes in plain text; may be empty. */
  | { readonly kind: 'found'; readonly version: string; readonly notes: string }
  /** The fraction downloaded, 0 to 1. */
  | { readonly kind: 'loading'; readonly version: string; readonly part: number }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** `install` ends the program and starts the new one. */
export const updateSteps = ['state', 'look', 'download', 'stop', 'install'] as const
export type UpdateStep = (typeof updateSteps)[number]

/** Where the window finds its engine, and its identity. */
export interface DesktopEndpoint {
  /** Of the WebSocket. */
  readonly url: string
  readonly token: string
  /** The window's session name, kept across restarts of the program. */
  readonly session: string
  /** The file that this window was opened for; told once. */
  readonly open?: string
}

export type DesktopEvent =
  /** A command was chosen in the menu bar. */
  | { readonly type: 'command'; readonly id: string }
  /** A file was opened from outside: by the system, the command line, another start. */
  | { readonly type: 'open'; readonly path: string }
  /** The user wants to close the window: call `closed()` when nothing would be lost. */
  | { readonly type: 'close' }
  | { readonly type: 'update'; readonly state: UpdateState }

/** The desktop program, as the page sees it. */
export interface DesktopBridge {
  /** Node's name for it: `linux`, `darwin`, `win32`. */
  readonly platform: string
  endpoint(): Promise<DesktopEndpoint>
  /** The chosen path; null: none. */
  choose(what: Choose): Promise<string | null>
  document(state: DocumentState): void
  menu(menu: MenuBarState): void
  /** Recently opened files, newest first, for the menu bar. */
  recent(paths: readonly string[]): void
  /** The path of a dropped or chosen file; empty if it has none. */
  pathOf(file: File): string
  closed(): void
  /** From now on this window may open a camera, because a person pressed Play, or no longer. Returns whether the system lets it. */
  camera(wanted: boolean): Promise<boolean>
  /** Takes a step, and returns the state after it. Absent: this program has no update server. */
  update?(step: UpdateStep): Promise<UpdateState>
  listen(listener: (event: DesktopEvent) => void): void
}

/** The channels from the window to the main process; those from it are one, `eventChannel`. */
export type Channel = 'endpoint' | 'choose' | 'document' | 'menu' | 'recent' | 'closed' | 'camera' | 'update'
export const eventChannel = 'event'
