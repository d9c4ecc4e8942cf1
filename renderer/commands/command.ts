/** A command is an object: menus, shortcuts, the command palette and the list of shortcuts are made from it. */
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
  /** "Mod+Shift+Z"; Mod is ⌘ on a Mac and Ctrl elsewhere. `shortcutsOf` gives the current ones. */
  readonly shortcuts?: readonly string[]
  /** The browser delivers these keys as events of their own (copy, cut, paste). */
  readonly native?: boolean
  /** Left out of the command palette: it makes sense only as a shortcut. */
  readonly keyboardOnly?: boolean
  /** Synonyms for the search. */
  readonly keywords?: readonly string[]
  enabled?(): boolean
  /** Of a toggle: whether it is on. */
  checked?(): boolean
  perform(): unknown
}

export const isEnabled = (command: Command): boolean => command.enabled?.() ?? true

/** Runs the command if it is enabled; reports an error. */
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

/** The command as a menu entry in its current state. */
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
