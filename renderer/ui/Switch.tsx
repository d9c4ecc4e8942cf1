/** A switch that takes effect at once. */
import { Switch as Radix } from 'radix-ui'
import styles from './Switch.module.css'

interface SwitchProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly id?: string
  /** The accessible name if no <label> points here. */
  readonly label?: string
  readonly describedBy?: string | undefined
}

export function Switch({ checked, onChange, id, label, describedBy }: SwitchProps) {
  return (
    <Radix.Root
      id={id}
      checked={checked}
      onCheckedChange={onChange}
      aria-label={label}
      aria-describedby={describedBy}
      className={styles.switch}
    >
      <Radix.Thumb className={styles.thumb} />
    </Radix.Root>
  )
}
