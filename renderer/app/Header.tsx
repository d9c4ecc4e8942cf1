/** The bar at the top: the open file, undo and redo, the run's state, and which panels are shown. */
import { Menu as MenuIcon } from 'lucide-react'
import { type Command, isEnabled, menuEntry, perform } from '../commands/command.ts'
import { redoCommand, undoCommand } from '../commands/edit.ts'
import { type MenuGroup, menu } from '../commands/menu.ts'
import { shortcutsOf, useShortcuts } from '../commands/shortcuts.ts'
import { panelCommands } from '../commands/view.ts'
import { desktop } from '../desktop/bridge.ts'
import { RunBar } from '../panels/RunBar.tsx'
import { renamePipeline } from '../state/actions.ts'
import { isDirty, titleOf, useEditor } from '../state/editor.ts'
import { isShown, useUi } from '../state/ui.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu } from '../ui/Menu.tsx'
import type { MenuItem } from '../ui/menu-items.ts'
import { TextField } from '../ui/TextField.tsx'
import { say } from '../words/say.ts'
import styles from './Header.module.css'

const entries = ({ items }: MenuGroup): MenuItem[] => items.map((item) => (item === '-' ? item : menuEntry(item)))

/** One menu with every menu of the menu bar; the entries of the last one are shown directly. */
function useMainMenu(): MenuItem[] {
  // Whether a command is enabled is read on rendering, so the menu renders again after each of these changes.
  useEditor((s) => s.selection)
  useEditor((s) => s.history)
  useUi()
  return [
    ...menu.slice(0, -1).map((group) => ({ label: group.label, items: entries(group) })),
    '-',
    ...menu.slice(-1).flatMap(entries),
  ]
}

export function Header() {
  // Tooltips and menus show the current shortcuts.
  useShortcuts()
  return (
    <header className={styles.header} data-bar>
      <div className={styles.left}>
        {!desktop && <MainMenu />}
        <Title />
        <UndoButton command={undoCommand} />
        <UndoButton command={redoCommand} />
      </div>
      <RunBar />
      <div className={styles.right}>
        <Toggles />
      </div>
    </header>
  )
}

function MainMenu() {
  return (
    <Menu useItems={useMainMenu}>
      <button type="button" className={styles.menu} aria-label="Menu">
        <MenuIcon size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </Menu>
  )
}

function Title() {
  const title = useEditor(titleOf)
  const path = useEditor((s) => s.path)
  const dirty = useEditor(isDirty)
  return (
    <div className={styles.title} title={path ?? 'Not saved yet'}>
      <TextField bare value={title} onCommit={renamePipeline} label="Title of the pipeline" className={styles.name} />
      {dirty && <span className={styles.dirty} role="img" aria-label="Not saved" title="There are unsaved changes" />}
    </div>
  )
}

function UndoButton({ command }: { command: Command }) {
  const what = useEditor(({ history }) => (command === undoCommand ? history.past : history.future)?.entry.label)
  useEditor((s) => s.history)
  return (
    <IconButton
      icon={command.icon ?? MenuIcon}
      label={what ? `${say(command.label)}: ${say(what)}` : command.label}
      shortcut={shortcutsOf(command)[0]}
      disabled={!isEnabled(command)}
      onClick={() => perform(command)}
    />
  )
}

function Toggles() {
  const ui = useUi()
  return (['palette', 'viewer', 'inspector'] as const).map((name) => {
    const command = panelCommands[name]
    return (
      <IconButton
        key={name}
        icon={command.icon ?? MenuIcon}
        label={command.label}
        shortcut={shortcutsOf(command)[0]}
        pressed={isShown(ui, name)}
        onClick={() => perform(command)}
      />
    )
  })
}
