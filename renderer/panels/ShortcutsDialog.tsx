/** Every shortcut, by group, with a search; and the mouse gestures. */
import { useMemo, useState } from 'react'
import { type Command, commandGroups } from '../commands/command.ts'
import { commands } from '../commands/index.ts'
import { shortcutsOf, useShortcuts } from '../commands/shortcuts.ts'
import { sceneKeys } from '../scene/keys.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { say } from '../words/say.ts'
import styles from './ShortcutsDialog.module.css'

interface Line {
  readonly words: string
  readonly keys: readonly string[]
}

const gestures: readonly Line[] = [
  { words: 'Add a node', keys: ['Double click'] },
  { words: 'Zoom', keys: ['Wheel'] },
  { words: 'Move the view', keys: ['Right button drag', 'Middle button drag', 'Space drag', 'Two fingers'] },
  { words: 'Copy nodes', keys: ['Alt drag'] },
  { words: 'Slider ten times finer', keys: ['Shift drag'] },
  { words: 'Add what fits a wire', keys: ['Drop the wire on empty canvas'] },
  { words: 'Pin the probe in the viewer', keys: ['Click'] },
]

const lineOf = (command: Command): Line => ({ words: say(command.label).replace(/…$/, ''), keys: shortcutsOf(command) })

export function ShortcutsDialog() {
  const open = useUi((s) => s.dialog === 'shortcuts')
  const [search, setSearch] = useState('')
  const keys = useShortcuts()
  const groups = useMemo(() => {
    const all = commandGroups.map((group) => ({
      group: group as string,
      lines: commands.filter((c) => c.group === group && shortcutsOf(c, keys).length).map(lineOf),
    }))
    const wanted = search.trim().toLowerCase()
    return [...all, { group: 'Mouse', lines: gestures }, { group: 'In a 3D scene', lines: sceneKeys }]
      .map(({ group, lines }) => ({ group, lines: lines.filter(({ words }) => words.toLowerCase().includes(wanted)) }))
      .filter(({ lines }) => lines.length > 0)
  }, [search, keys])
  return (
    <Dialog open={open} onOpenChange={(next) => !next && openDialog(null)} size="large" title="Keyboard shortcuts">
      <input
        className={styles.search}
        type="search"
        data-begin
        placeholder="Search"
        aria-label="Search the shortcuts"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className={styles.groups}>
        {groups.map(({ group, lines }) => (
          <section key={group} className={styles.group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {lines.map(({ words, keys }) => (
                <div key={words}>
                  <dt>{words}</dt>
                  <dd>
                    {keys.map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        {groups.length === 0 && <p className={styles.none}>Nothing is called “{search}”.</p>}
      </div>
    </Dialog>
  )
}
