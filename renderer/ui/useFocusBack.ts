import { useLayoutEffect, useRef } from 'react'

/**
 * Dialogs are opened by keys and commands rather than a button of their own, so the element that had the focus gets it back,
 * unless the dialog's action moved it elsewhere.
 */
export function useFocusBack(open: boolean): (event: Event) => void {
  const before = useRef<Element | null>(null)
  // Runs before anything in the dialog takes the focus: its content is rendered with the next commit.
  useLayoutEffect(() => {
    if (open) before.current = document.activeElement
  }, [open])
  return (event) => {
    event.preventDefault()
    if (document.activeElement === document.body && before.current instanceof HTMLElement) before.current.focus()
  }
}
