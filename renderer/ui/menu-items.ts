/** The content of menus: an entry, or `'-'` for a line between groups. */
import type { LucideIcon } from 'lucide-react'

export interface MenuEntry {
  readonly label: string
  readonly icon?: LucideIcon | undefined
  readonly shortcut?: string | undefined
  readonly disabled?: boolean | undefined
  readonly danger?: boolean | undefined
  /** Shows a tick, which makes it a toggle. */
  readonly checked?: boolean | undefined
  readonly perform?: () => void
  /** Opens a submenu instead. */
  readonly items?: readonly MenuItem[]
}
export type MenuItem = MenuEntry | '-'
