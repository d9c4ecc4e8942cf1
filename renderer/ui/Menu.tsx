/** A menu under a button. */
import { DropdownMenu } from 'radix-ui'
import type { ReactElement } from 'react'
import styles from './Menu.module.css'
import type { MenuItem } from './menu-items.ts'
import { MenuList, type MenuListProps, useChoice } from './menu-list.tsx'

interface MenuProps {
  /** The entries, read while it is open, because finding out what is enabled may be slow. */
  readonly useItems: () => readonly MenuItem[]
  /** The button. */
  readonly children: ReactElement
  readonly align?: 'start' | 'end'
}

export function Menu({ useItems, children, align = 'start' }: MenuProps) {
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
          <Items useItems={useItems} parts={DropdownMenu} choose={choose} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Items({ useItems, ...list }: Pick<MenuProps, 'useItems'> & Omit<MenuListProps, 'items'>) {
  return <MenuList items={useItems()} {...list} />
}
