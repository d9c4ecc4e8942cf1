/** What menus are made of: an entry, or `'-'` for a line between groups. */
import type { LucideIcon } from 'lucide-react'

export interface MenuEntry {
  readonly label: string
  readonly icon?: LucideIcon | undefined
  readonly shortcut?: string | undefined
  readonly disabled?: boolean | undefined
  readonly danger?: boolean | undefined
  /** Shows a tick, and makes it a choice that stays. */
  readonly checked?: boolean | undefined
  readonly perform?: () => void
  /** Opens a list beside it instead. */
  readonly items?: readonly MenuItem[]
}
export type MenuItem = MenuEntry | '-'
