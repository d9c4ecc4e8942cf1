/** The menu bar: the commands of the front window, as it reports them, and what only the system can do. */
import { type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuBarState, MenuState } from '../engine/protocol/desktop.ts'
import { tell } from './ipc.ts'

const mac = process.platform === 'darwin'

/** Commands that the system also performs in text fields: it tells the page. */
const roles: Readonly<Record<string, MenuItemConstructorOptions['role']>> = {
  'edit.cut': 'cut',
  'edit.copy': 'copy',
  'edit.paste': 'paste',
}

const keyNames: Readonly<Record<string, string>> = { Mod: 'CmdOrCtrl', '+': 'Plus', ArrowUp: 'Up', ArrowDown: 'Down' }

/** "Mod+Shift+Z" in Electron's notation. A single letter would be taken from text fields. */
function acceleratorOf(shortcut: string | undefined): string | undefined {
  const parts = shortcut?.split(/\+(?!$)/) ?? []
  return parts.length > 1 ? parts.map((part) => keyNames[part] ?? part).join('+') : undefined
}

function itemOf(window: BrowserWindow, item: MenuState): MenuItemConstructorOptions {
  if (item.type === 'separator') return { type: 'separator' }
  if (item.type === 'group') return { label: item.label, submenu: item.items.map((inner) => itemOf(window, inner)) }
  const { id, label, shortcut, enabled, checked } = item
  const role = roles[id]
  if (role) return { role, label }
  const accelerator = acceleratorOf(shortcut)
  return {
    label,
    enabled,
    ...(checked !== undefined && { type: 'checkbox', checked }),
    // The page hears the keys itself, and knows when they belong to a text field.
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
    click: () => tell(window, { type: 'command', id }),
  }
}

export interface MenuActions {
  newWindow(): void
  openRecent(path: string): void
  readonly recent: readonly string[]
}

export function showMenu(window: BrowserWindow, { groups, words }: MenuBarState, actions: MenuActions): void {
  const [file, ...others] = groups.map(
    (group): MenuItemConstructorOptions & { submenu: MenuItemConstructorOptions[] } => ({
      label: group.label,
      submenu: group.items.map((item) => itemOf(window, item)),
    }),
  )
  const bar: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: file?.label ?? 'File',
      submenu: [
        { label: words.newWindow, accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() },
        ...(file?.submenu ?? []),
        { type: 'separator' },
        {
          label: words.openRecent,
          enabled: actions.recent.length > 0,
          submenu: actions.recent.map((path) => ({ label: path, click: () => actions.openRecent(path) })),
        },
        { type: 'separator' },
        { role: 'close', label: words.close },
        ...(mac ? [] : [{ role: 'quit' as const, label: words.quit }]),
      ],
    },
    ...others,
    {
      label: words.window,
      role: 'window',
      submenu: [
        { role: 'minimize', label: words.minimise },
        { role: 'togglefullscreen', label: words.fullScreen },
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(bar))
}

/** Until a window reports its own menu. Except on a Mac it reserves the bar's height, so that the page does not resize later. */
export const firstMenu = (): void => {
  const bar: MenuItemConstructorOptions[] = mac
    ? [{ role: 'appMenu' }, { role: 'windowMenu' }]
    : [{ label: 'File', submenu: [{ role: 'quit' }] }]
  Menu.setApplicationMenu(Menu.buildFromTemplate(bar))
}
