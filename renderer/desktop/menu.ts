/** The menu bar as the desktop program draws it. */
import type { MenuGroupState, MenuState } from '../../engine/protocol/desktop.ts'
import { type Command, isEnabled } from '../commands/command.ts'
import { menu } from '../commands/menu.ts'

const stateOf = (command: Command): MenuState => ({
  type: 'command',
  id: command.id,
  label: command.label,
  enabled: isEnabled(command),
  ...(command.shortcuts?.[0] !== undefined && { shortcut: command.shortcuts[0] }),
  ...(command.checked && { checked: command.checked() }),
})

export const menuBar = (): MenuGroupState[] =>
  menu.map(({ label, items }) => ({
    type: 'group',
    label,
    items: items.map((item) => (item === '-' ? { type: 'separator' } : stateOf(item))),
  }))
