/** A menu at the pointer (right button, or the menu key). */
import { ContextMenu as Radix } from 'radix-ui'
import type { MouseEvent, ReactElement } from 'react'
import styles from './Menu.module.css'
import type { MenuItem } from './menu-items.ts'
import { MenuList, useChoice } from './menu-list.tsx'

/** On some systems the menu key has a second event, over the menu that it has opened. */
const noBrowserMenu = (event: MouseEvent): void => event.preventDefault()

interface ContextMenuProps {
  readonly items: readonly MenuItem[]
  /** The element that has the menu. */
  readonly children: ReactElement
  readonly onOpenChange?: (open: boolean) => void
}

export function ContextMenu({ items, children, onOpenChange }: ContextMenuProps) {
  const { choose, onCloseAutoFocus } = useChoice()
  return (
    <Radix.Root {...(onOpenChange && { onOpenChange })}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.menu}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
          onContextMenu={noBrowserMenu}
        >
          <MenuList items={items} parts={Radix} choose={choose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
