/** A button with text. `primary` once per view; `danger` for what cannot be undone. */
import type { ComponentProps } from 'react'
import styles from './Button.module.css'
import { classes } from './classes.ts'

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger'
  readonly small?: boolean
}

export function Button({ look = 'plain', small, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(styles.button, styles[look], small && styles.small, className)}
      {...rest}
    />
  )
}
