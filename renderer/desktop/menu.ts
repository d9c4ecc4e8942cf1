/** The menu bar as the desktop program draws it. */
import type { MenuGroupState, MenuState } from '../../engine/protocol/desktop.ts'
import { type Command, isEnabled } from '../commands/command.ts'
import { menu } from '../commands/menu.ts'
import { shortcutsOf } from '../commands/shortcuts.ts'
import { labelOf } from '../words/store.ts'

function stateOf(command: Command): MenuState {
  const [shortcut] = shortcutsOf(command)
  return {
    type: 'command',
    id: command.id,
    label: labelOf(command),
    enabled: isEnabled(command),
    ...(shortcut !== undefined && { shortcut }),
    ...(command.checked && { checked: command.checked() }),
  }
}

export const menuBar = (): MenuGroupState[] =>
  menu.map(({ label, items }) => ({
    type: 'group',
    label,
    items: items.map((item) => (item === '-' ? { type: 'separator' } : stateOf(item))),
  }))
