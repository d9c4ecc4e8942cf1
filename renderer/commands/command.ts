/** A command is an object: menus, shortcuts, the command palette and the list of shortcuts are all made from it. */
import type { LucideIcon } from 'lucide-react'
import { notifyError } from '../state/notices.ts'
import type { MenuEntry } from '../ui/menu-items.ts'
import { shortcutsOf } from './shortcuts.ts'

export const commandGroups = ['File', 'Edit', 'Add', 'Arrange', 'Run', 'View', 'Help'] as const
export type CommandGroup = (typeof commandGroups)[number]

export interface Command {
  readonly id: string
  readonly label: string
  readonly group: CommandGroup
  readonly icon?: LucideIcon
  /** "Mod+Shift+Z"; Mod is ⌘ on a Mac and Ctrl elsewhere. What they are now, `shortcutsOf` tells. */
  readonly shortcuts?: readonly string[]
  /** The browser tells us of these keys by itself (copy, cut, paste). */
  readonly native?: boolean
  /** Not in the command palette: it means something only at the keyboard. */
  readonly keyboardOnly?: boolean
  /** For the search: other words that people use. */
  readonly keywords?: readonly string[]
  enabled?(): boolean
  /** Of a switch: whether it is on. */
  checked?(): boolean
  perform(): unknown
}

export const isEnabled = (command: Command): boolean => command.enabled?.() ?? true

/** Does it if it can be done now; what fails is said. */
export function perform(command: Command): boolean {
  if (!isEnabled(command)) return false
  try {
    const result = command.perform()
    if (result instanceof Promise) result.catch(notifyError)
  } catch (error) {
    notifyError(error)
  }
  return true
}

/** The command as an entry of a menu, as it stands now. */
export function menuEntry(command: Command): MenuEntry {
  return {
    label: command.label,
    icon: command.icon,
    shortcut: shortcutsOf(command)[0],
    disabled: !isEnabled(command),
    ...(command.checked && { checked: command.checked() }),
    perform: () => perform(command),
  }
}
