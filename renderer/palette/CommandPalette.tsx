/** Every command, and every node to add, by name. */
import { Command as List } from 'cmdk'
import fuzzysort from 'fuzzysort'
import { Check } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useMemo, useState } from 'react'
import { placeOnCanvas } from '../canvas/store.ts'
import { type Command, commandGroups, isEnabled, perform } from '../commands/command.ts'
import { commands } from '../commands/index.ts'
import { addNode } from '../commands/insert.ts'
import { shortcutsOf } from '../commands/shortcuts.ts'
import { currentGraphName, useEditor } from '../state/editor.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Kbd } from '../ui/Kbd.tsx'
import { useFocusBack } from '../ui/useFocusBack.ts'
import { say } from '../words/say.ts'
import styles from './AddMenu.module.css'
import own from './CommandPalette.module.css'
import { choicesOf, searchChoices } from './nodes.ts'

const listed = commands
  .filter((command) => !command.keyboardOnly)
  .sort((a, b) => commandGroups.indexOf(a.group) - commandGroups.indexOf(b.group))
/** Found by its name in this language and in English. */
const searched = () =>
  listed.map((command) => ({
    command,
    label: say(command.label),
    more: [command.group, command.label, ...(command.keywords ?? [])].join(' '),
  }))

const search = (query: string): readonly Command[] =>
  query.trim()
    ? fuzzysort
        .go(query.trim(), searched(), { keys: ['label', 'more'], threshold: 0.3, limit: 30 })
        .map(({ obj }) => obj.command)
    : listed

export function CommandPalette() {
  const open = useUi((s) => s.dialog === 'commands')
  const focusBack = useFocusBack(open)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && openDialog(null)}>
      <Dialog.Portal>
        <Dialog.Overlay className={own.overlay} />
        <Dialog.Content className={own.palette} aria-describedby={undefined} onCloseAutoFocus={focusBack}>
          <Dialog.Title className="visually-hidden">All commands</Dialog.Title>
          <Content />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const close = (): void => openDialog(null)

function Content() {
  const [query, setQuery] = useState('')
  const found = useMemo(() => search(query), [query])
  const nodes = useMemo(() => {
    const s = useEditor.getState()
    return query.trim() ? searchChoices(query, choicesOf(s.catalogue, s.document, currentGraphName(s))).slice(0, 8) : []
  }, [query])
  return (
    <List shouldFilter={false} loop label="Commands" className={own.list}>
      <List.Input
        className={styles.input}
        value={query}
        onValueChange={setQuery}
        placeholder="What do you want to do?"
        autoFocus
      />
      <List.List label="Commands" className={styles.list}>
        {found.map((command) => (
          <Entry key={command.id} command={command} />
        ))}
        {nodes.map(({ info }) => (
          <List.Item
            key={info.type}
            value={`add ${info.type}`}
            className={styles.item}
            onSelect={() => {
              close()
              addNode({ type: info.type, place: placeOnCanvas(true).place, centred: true })
            }}
          >
            <span className={own.icon} />
            <span className={styles.title}>Add {info.title}</span>
            <span className={styles.alias} translate="no">
              {info.alias}
            </span>
          </List.Item>
        ))}
        <List.Empty className={styles.none}>Nothing is called “{query.trim()}”.</List.Empty>
      </List.List>
    </List>
  )
}

function Entry({ command }: { command: Command }) {
  const Icon = command.checked?.() ? Check : command.icon
  const [keys] = shortcutsOf(command)
  return (
    <List.Item
      value={command.id}
      className={styles.item}
      disabled={!isEnabled(command)}
      onSelect={() => {
        // The dialog returns the focus first, because some commands take it.
        close()
        setTimeout(() => perform(command))
      }}
    >
      <span className={own.icon}>{Icon && <Icon size={15} strokeWidth={1.75} aria-hidden />}</span>
      <span className={styles.title}>{command.label}</span>
      <span className={styles.group}>{command.group}</span>
      {keys && <Kbd keys={keys} />}
    </List.Item>
  )
}
