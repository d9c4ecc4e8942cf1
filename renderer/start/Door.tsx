/** One of the three entry points. */
import type { LucideIcon } from 'lucide-react'
import styles from './StartScreen.module.css'

interface DoorProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly words: string
  readonly onOpen: () => void
}

export function Door({ icon: Icon, title, words, onOpen }: DoorProps) {
  return (
    <button type="button" className={styles.door} onClick={onOpen}>
      <Icon size={26} strokeWidth={1.5} aria-hidden />
      <span className={styles.doorTitle}>{title}</span>
      <span className={styles.doorWords}>{words}</span>
    </button>
  )
}
