/**
 * What a window of the desktop program and its main process say to each other. The main process takes nothing on trust: it
 * checks every message (electron/channels.ts), and hears only Sightline's own page.
 */
import type { Problem } from '../types/problem.ts'

/** The page of the desktop program: its scheme and host, and so its Origin. */
export const pageScheme = 'app'
export const pageHost = 'sightline'
export const pageOrigin = `${pageScheme}://${pageHost}`

/** The name under which the preload script puts the bridge into the page. */
export const bridgeName = 'sightlineDesktop'

/** Given to the page's process where the program is updated from somewhere. */
export const updatesSwitch = '--sightline-updates'

/** A native file dialog. */
export interface Choose {
  readonly kind: 'file' | 'folder' | 'save'
  readonly title: string
  /** Extensions without a dot; the first is the usual one. */
  readonly accept: readonly string[]
  /** The folder that is shown first, and the name that is proposed. */
  readonly start?: string | undefined
  readonly name?: string | undefined
}

/** What the window's frame shows, and what the program must know to open a file once and to close without loss. */
export interface DocumentState {
  readonly title: string
  readonly path?: string | undefined
  /** There are changes that no file has. */
  readonly edited: boolean
  /** Nothing was opened and nothing changed: a file may take this window. */
  readonly untouched: boolean
}

export interface MenuCommandState {
  readonly type: 'command'
  readonly id: string
  readonly label: string
  /** As `Command.shortcuts` has it: "Mod+Shift+Z". */
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
/** What the system does itself. */
export type SystemItem = 'newWindow' | 'openRecent' | 'close' | 'quit' | 'window' | 'minimise' | 'fullScreen'
export interface MenuBarState {
  readonly groups: readonly MenuGroupState[]
  readonly words: Readonly<Record<SystemItem, string>>
}

/**
 * Where an update stands. Nothing is downloaded or installed without the person's yes, and nothing is looked for unless they
 * asked, now or in the settings.
 */
export type UpdateState =
  | { readonly kind: 'idle' | 'looking' | 'latest' }
  /** What it brings, in plain text; may be empty. */
  | { readonly kind: 'found'; readonly version: string; readonly notes: string }
  /** How much of it is here, 0 to 1. */
  | { readonly kind: 'loading'; readonly version: string; readonly part: number }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** `install` ends the program and starts the new one. */
export const updateSteps = ['state', 'look', 'download', 'stop', 'install'] as const
export type UpdateStep = (typeof updateSteps)[number]

/** Where the window finds its engine, and who it is. */
export interface DesktopEndpoint {
  /** Of the WebSocket. */
  readonly url: string
  readonly token: string
  /** The window's own name for its session, kept over restarts of the program. */
  readonly session: string
  /** The file that this window was opened for; told once. */
  readonly open?: string
}

export type DesktopEvent =
  /** Somebody chose a command in the menu bar. */
  | { readonly type: 'command'; readonly id: string }
  /** A file was opened from outside: by the system, the command line, another start. */
  | { readonly type: 'open'; readonly path: string }
  /** Somebody wants to close the window: `closed()` when nothing would be lost. */
  | { readonly type: 'close' }
  | { readonly type: 'update'; readonly state: UpdateState }

/** What the page sees of the desktop program. */
export interface DesktopBridge {
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string
  endpoint(): Promise<DesktopEndpoint>
  /** The path that was chosen; null: none. */
  choose(what: Choose): Promise<string | null>
  document(state: DocumentState): void
  menu(menu: MenuBarState): void
  /** The files that were open lately, the newest first, for the menu bar. */
  recent(paths: readonly string[]): void
  /** Where a file that was dropped or chosen lies; empty where it lies nowhere. */
  pathOf(file: File): string
  closed(): void
  /** Takes a step, and gives where the update stands after it. Absent: this program is not updated from anywhere. */
  update?(step: UpdateStep): Promise<UpdateState>
  listen(listener: (event: DesktopEvent) => void): void
}

/** The channels from the window to the main process; those from it are one, `eventChannel`. */
export type Channel = 'endpoint' | 'choose' | 'document' | 'menu' | 'recent' | 'closed' | 'update'
export const eventChannel = 'event'
