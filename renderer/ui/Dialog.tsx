/** A dialog: takes the focus, closes with Escape, returns the focus. */
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './Dialog.module.css'
import { IconButton } from './IconButton.tsx'
import { useFocusBack } from './useFocusBack.ts'

export interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

interface Props extends DialogProps {
  readonly title: string
  /** A sentence under the title. */
  readonly description?: ReactNode
  readonly children?: ReactNode
  /** Buttons, the main one last. */
  readonly actions?: ReactNode
  readonly size?: 'small' | 'medium' | 'large'
}

/** The initial focus: the element marked `data-begin`, else the dialog itself; never its close button. */
function focusFirst(event: Event): void {
  event.preventDefault()
  const content = event.currentTarget as HTMLElement
  const begin = content.querySelector<HTMLElement>('[data-begin]') ?? content
  begin.focus()
}

export function Dialog({ open, onOpenChange, title, description, children, actions, size = 'small' }: Props) {
  const focusBack = useFocusBack(open)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay} />
        <Radix.Content
          className={classes(styles.dialog, styles[size])}
          {...(!description && { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={focusBack}
        >
          <div className={styles.header}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" shortcut="Escape" small />
            </Radix.Close>
          </div>
          {description && <Radix.Description className={styles.description}>{description}</Radix.Description>}
          {children && <div className={styles.body}>{children}</div>}
          {actions && <div className={styles.actions}>{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
