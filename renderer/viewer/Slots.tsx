/** The slots of the keys 1 to 9: a click shows one alone, the button beside it adds it to the others. */
import { Columns2 } from 'lucide-react'
import { useEditor } from '../state/editor.ts'
import { useUi } from '../state/ui.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { titleOfRef } from './panes.ts'
import styles from './Slots.module.css'
import { showOnly, toggleShown } from './slots.ts'

export function Slots() {
  const slots = useUi((s) => s.slots)
  const shown = useUi((s) => s.shown)
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const filled = slots.flatMap((target, slot) => (target ? [{ slot, target }] : []))
  if (filled.length < 2) return null
  return (
    <ul className={styles.slots} aria-label="Outputs in the viewer">
      {filled.map(({ slot, target }) => {
        const title = titleOfRef({ document, catalogue }, target.node) ?? target.node
        const on = shown.includes(slot)
        return (
          <li key={slot} className={styles.slot} data-on={on || undefined}>
            <button type="button" aria-pressed={on} title={`${title} · ${target.port}`} onClick={() => showOnly(slot)}>
              <span className={styles.number}>{slot + 1}</span>
              <span className={styles.title}>{title}</span>
            </button>
            <IconButton
              small
              icon={Columns2}
              label={on ? `Hide ${title}` : `Show ${title} beside the others`}
              pressed={on}
              onClick={() => toggleShown(slot)}
            />
          </li>
        )
      })}
    </ul>
  )
}
