/** Renders the toasts; read aloud by screen readers, reached with F8. */
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { Button } from './Button.tsx'
import { IconButton } from './IconButton.tsx'
import styles from './Toaster.module.css'
import { useToasts } from './toasts.ts'

const icons = { plain: null, success: CircleCheck, error: CircleAlert }

export function Toaster() {
  const { messages, close } = useToasts()
  return (
    <Toast.Provider label="Message" swipeDirection="right">
      {messages.map(({ id, tone, text, action }) => {
        const Icon = icons[tone]
        return (
          <Toast.Root
            key={id}
            className={styles.toast}
            data-tone={tone}
            type={tone === 'error' ? 'foreground' : 'background'}
            duration={tone === 'error' || action ? Number.POSITIVE_INFINITY : 5000}
            onOpenChange={(open) => !open && close(id)}
          >
            {Icon && <Icon size={16} className={styles.icon} aria-hidden />}
            <Toast.Description className={styles.text}>{text}</Toast.Description>
            {action && (
              <Toast.Action altText={action.label} asChild onClick={action.perform}>
                <Button small>{action.label}</Button>
              </Toast.Action>
            )}
            <Toast.Close asChild>
              <IconButton icon={X} label="Close" small />
            </Toast.Close>
          </Toast.Root>
        )
      })}
      <Toast.Viewport label="Notifications ({hotkey})" className={styles.viewport} />
    </Toast.Provider>
  )
}
