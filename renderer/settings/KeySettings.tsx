/** Every command that can have a shortcut, and a way to change it. */
import { RotateCcw, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { type Command, commandGroups } from '../commands/command.ts'
import { commands } from '../commands/index.ts'
import { shortcutOf } from '../commands/keys.ts'
import { assign, holderOf, isChanged, reset, resetAll, shortcutsOf, useShortcuts } from '../commands/shortcuts.ts'
import { desktop } from '../desktop/bridge.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Kbd, shortcutText } from '../ui/Kbd.tsx'
import { say } from '../words/say.ts'
import styles from './SettingsDialog.module.css'

const plain = (command: Command): string => say(command.label).replace(/…$/, '')

/** Shortcuts that a browser takes before the page sees them. */
const browsers = new Set(['Mod+T', 'Mod+N', 'Mod+W', 'Mod+Shift+T', 'Mod+Shift+N', 'Mod+Shift+W', 'Mod+Q'])

/** Why these keys cannot be used. */
function refusal(keys: string, command: Command): string | undefined {
  const holder = holderOf(keys, command, commands)
  if (holder?.native) return `${shortcutText(keys)} is ${plain(holder)} in every program, and stays so.`
  if (keys === 'Space') return 'Space with the mouse always pans the canvas.'
  if (!desktop && browsers.has(keys)) return `${shortcutText(keys)} belongs to the browser and never arrives here.`
  return undefined
}

interface Recording {
  readonly command: Command
  /** The pressed keys, which belong to another command or cannot be used. */
  readonly keys?: string
}

/** Receives the next keys before anything else. */
function useRecorder(recording: Recording | undefined, set: (next: Recording | undefined) => void): void {
  useEffect(() => {
    if (!recording) return
    const { command, keys: asked } = recording
    const take = (keys: string): void => {
      if (refusal(keys, command) || holderOf(keys, command, commands)) set({ command, keys })
      else {
        assign(command, keys, commands)
        set(undefined)
      }
    }
    const hear = (event: KeyboardEvent): void => {
      // While it asks, its buttons have the keyboard.
      const answers = asked !== undefined && ['Enter', 'Tab', ' '].includes(event.key)
      if (answers) return
      event.preventDefault()
      event.stopImmediatePropagation()
      const keys = shortcutOf(event)
      if (event.key === 'Escape') set(undefined)
      else if (keys !== undefined) take(keys)
    }
    window.addEventListener('keydown', hear, { capture: true })
    return () => window.removeEventListener('keydown', hear, { capture: true })
  }, [recording, set])
}

export function KeySettings() {
  const { changed } = useShortcuts()
  const [search, setSearch] = useState('')
  const [recording, setRecording] = useState<Recording>()
  useRecorder(recording, setRecording)
  const groups = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    const found = commands.filter((command) => plain(command).toLowerCase().includes(wanted))
    return commandGroups
      .map((group) => ({ group, lines: found.filter((command) => command.group === group) }))
      .filter(({ lines }) => lines.length > 0)
  }, [search])
  return (
    <>
      <div className={styles.top}>
        <input
          className={styles.search}
          type="search"
          placeholder="Search"
          aria-label="Search the commands"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Button disabled={Object.keys(changed).length === 0} onClick={resetAll}>
          Reset all
        </Button>
      </div>
      {groups.map(({ group, lines }) => (
        <section key={group} aria-label={group} className={styles.group}>
          <h3>{group}</h3>
          <ul>
            {lines.map((command) => (
              <Line
                key={command.id}
                command={command}
                recording={recording?.command === command ? recording : undefined}
                onRecord={setRecording}
              />
            ))}
          </ul>
        </section>
      ))}
      {groups.length === 0 && <p className={styles.help}>Nothing is called “{search}”.</p>}
    </>
  )
}

interface LineProps {
  readonly command: Command
  readonly recording: Recording | undefined
  readonly onRecord: (recording: Recording | undefined) => void
}

function Line({ command, recording, onRecord }: LineProps) {
  const name = plain(command)
  const keys = shortcutsOf(command)
  const change = keys.length > 0 ? 'Change' : 'Set'
  return (
    <li className={styles.line} data-command={command.id}>
      <span className={styles.name}>{name}</span>
      {recording ? (
        <Asking {...recording} onRecord={onRecord} />
      ) : (
        <span className={styles.keys}>
          {keys.map((one) => (
            <Kbd key={one} keys={one} />
          ))}
          {command.native ? (
            <span className={styles.help}>of every program</span>
          ) : (
            <>
              <Button small onClick={() => onRecord({ command })} aria-label={`${change} the keys of ${name}`}>
                {change}
              </Button>
              <IconButton
                small
                icon={X}
                label={`No keys for ${name}`}
                disabled={keys.length === 0}
                onClick={() => assign(command, undefined, commands)}
              />
              <IconButton
                small
                icon={RotateCcw}
                label={`Reset the keys of ${name}`}
                disabled={!isChanged(command)}
                onClick={() => reset(command, commands)}
              />
            </>
          )}
        </span>
      )}
    </li>
  )
}

function Asking({ command, keys, onRecord }: Recording & Pick<LineProps, 'onRecord'>) {
  const holder = keys === undefined ? undefined : holderOf(keys, command, commands)
  const refused = keys === undefined ? undefined : refusal(keys, command)
  return (
    <span className={styles.asking} role="status">
      {keys === undefined && 'Press the keys. Esc cancels.'}
      {refused}
      {keys !== undefined && !refused && holder && (
        <>
          {shortcutText(keys)} is “{plain(holder)}”.
          <Button
            small
            autoFocus
            onClick={() => {
              assign(command, keys, commands)
              onRecord(undefined)
            }}
          >
            Take it from there
          </Button>
        </>
      )}
      <Button small look="quiet" onClick={() => onRecord(undefined)}>
        Cancel
      </Button>
    </span>
  )
}
