/** The content of a menu or a context menu, which differ only in the library's components. */
import { Check, ChevronRight } from 'lucide-react'
import type { ContextMenu, DropdownMenu } from 'radix-ui'
import { useRef } from 'react'
import { Kbd } from './Kbd.tsx'
import styles from './Menu.module.css'
import type { MenuEntry, MenuItem } from './menu-items.ts'

export type MenuParts = typeof DropdownMenu | typeof ContextMenu
type Choose = (perform: (() => void) | undefined) => void

/** A chosen entry runs once the menu has closed and returned the focus, because the command may want it. */
export function useChoice(): { readonly choose: Choose; readonly onCloseAutoFocus: () => void } {
  const chosen = useRef<() => void>(undefined)
  return {
    choose: (perform) => {
      chosen.current = perform
    },
    onCloseAutoFocus: () => {
      const perform = chosen.current
      chosen.current = undefined
      if (perform) queueMicrotask(perform)
    },
  }
}

function Content({ entry, gutter }: { entry: MenuEntry; gutter: boolean }) {
  const Icon = entry.checked ? Check : entry.icon
  return (
    <>
      {gutter && <span className={styles.icon}>{Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}</span>}
      <span className={styles.label}>{entry.label}</span>
      {entry.shortcut && <Kbd keys={entry.shortcut} />}
      {entry.items && <ChevronRight size={14} className={styles.more} aria-hidden />}
    </>
  )
}

export interface MenuListProps {
  readonly items: readonly MenuItem[]
  readonly parts: MenuParts
  /** Takes what was chosen. */
  readonly choose: Choose
}

export function MenuList({ items, parts: Parts, choose }: MenuListProps) {
  // Icons and ticks have a column of their own, if there are any.
  const gutter = items.some((entry) => entry !== '-' && (entry.icon || entry.checked !== undefined))
  return items.map((entry, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: lines between groups have no name of their own, and menus do not reorder
    if (entry === '-') return <Parts.Separator key={at} className={styles.line} />
    const common = { className: styles.item, disabled: entry.disabled ?? false }
    if (entry.items)
      return (
        <Parts.Sub key={entry.label}>
          <Parts.SubTrigger {...common}>
            <Content entry={entry} gutter={gutter} />
          </Parts.SubTrigger>
          <Parts.Portal>
            <Parts.SubContent className={styles.menu} collisionPadding={8}>
              <MenuList items={entry.items} parts={Parts} choose={choose} />
            </Parts.SubContent>
          </Parts.Portal>
        </Parts.Sub>
      )
    const select = { onSelect: () => choose(entry.perform) }
    if (entry.checked !== undefined)
      return (
        <Parts.CheckboxItem key={entry.label} {...common} {...select} checked={entry.checked}>
          <Content entry={entry} gutter={gutter} />
        </Parts.CheckboxItem>
      )
    return (
      <Parts.Item key={entry.label} {...common} {...select} data-danger={entry.danger || undefined}>
        <Content entry={entry} gutter={gutter} />
      </Parts.Item>
    )
  })
}
