/** One setting: its name, what it does, and the control. */
import type { ReactNode } from 'react'
import styles from './SettingsDialog.module.css'

interface RowProps {
  readonly label: string
  /** The control's id, if it can have one. */
  readonly of?: string
  readonly help?: ReactNode
  readonly helpId?: string
  readonly children: ReactNode
}

export function Row({ label, of, help, helpId, children }: RowProps) {
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        {of ? <label htmlFor={of}>{label}</label> : <span className={styles.label}>{label}</span>}
        {help && (
          <p id={helpId} className={styles.help}>
            {help}
          </p>
        )}
      </div>
      <div className={styles.control}>{children}</div>
    </div>
  )
}
