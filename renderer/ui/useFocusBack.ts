import { useLayoutEffect, useRef } from 'react'

/**
 * Dialogs are opened by keys and commands, not by a button of their own: who had the focus before gets it back, unless what
 * was done in the dialog gave it to somebody else.
 */
export function useFocusBack(open: boolean): (event: Event) => void {
  const before = useRef<Element | null>(null)
  // Before anything in the dialog takes it: its content comes with the next commit.
  useLayoutEffect(() => {
    if (open) before.current = document.activeElement
  }, [open])
  return (event) => {
    event.preventDefault()
    if (document.activeElement === document.body && before.current instanceof HTMLElement) before.current.focus()
  }
}
