/** A button with only an icon: its label is the tooltip and the accessible name. `pressed` makes it a toggle. */
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classes } from './classes.ts'
import styles from './IconButton.module.css'
import { Tooltip } from './Tooltip.tsx'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly icon: LucideIcon
  readonly label: string
  readonly shortcut?: string | undefined
  readonly pressed?: boolean
  readonly small?: boolean
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
}

export function IconButton({ icon: Icon, label, shortcut, pressed, small, side, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut} {...(side && { side })}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={classes(styles.button, small && styles.small, className)}
        {...rest}
      >
        <Icon size={small ? 14 : 16} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  )
}
