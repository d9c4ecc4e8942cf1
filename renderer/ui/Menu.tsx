/** A menu under a button. */
import { DropdownMenu } from 'radix-ui'
import type { ReactElement } from 'react'
import styles from './Menu.module.css'
import type { MenuItem } from './menu-items.ts'
import { MenuList, useChoice } from './menu-list.tsx'

interface MenuProps {
  readonly items: readonly MenuItem[]
  /** The button. */
  readonly children: ReactElement
  readonly align?: 'start' | 'end'
}

export function Menu({ items, children, align = 'start' }: MenuProps) {
  const { choose, onCloseAutoFocus } = useChoice()
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles.menu}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={onCloseAutoFocus}
        >
          <MenuList items={items} parts={DropdownMenu} choose={choose} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
