/** The menu bar in the form that the desktop program draws. */
import type { MenuBarState, MenuGroupState, MenuState } from '../../engine/protocol/desktop.ts'
import { type Command, isEnabled } from '../commands/command.ts'
import { menu } from '../commands/menu.ts'
import { shortcutsOf } from '../commands/shortcuts.ts'
import { say } from '../words/say.ts'

function stateOf(command: Command): MenuState {
  const [shortcut] = shortcutsOf(command)
  return {
    type: 'command',
    id: command.id,
    label: say(command.label),
    enabled: isEnabled(command),
    ...(shortcut !== undefined && { shortcut }),
    ...(command.checked && { checked: command.checked() }),
  }
}

const groups = (): MenuGroupState[] =>
  menu.map(({ label, items }) => ({
    type: 'group',
    label: say(label),
    items: items.map((item) => (item === '-' ? { type: 'separator' } : stateOf(item))),
  }))

export const menuBar = (): MenuBarState => ({
  groups: groups(),
  words: {
    newWindow: say('New window'),
    openRecent: say('Open recent'),
    close: say('Close window'),
    quit: say('Quit'),
    window: say('Window'),
    minimise: say('Minimise'),
    fullScreen: say('Full screen'),
  },
})
