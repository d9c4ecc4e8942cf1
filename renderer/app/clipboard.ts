/** Copy, cut and paste arrive as clipboard events, which give access to the clipboard without a permission prompt. */
import { takeFiles } from '../canvas/files.ts'
import { placeOnCanvas } from '../canvas/store.ts'
import { clipText, cutText, pasteText } from '../commands/clip.ts'
import { notifyError } from '../state/notices.ts'

/** Leaves text that is edited or selected elsewhere alone. */
function isElsewhere(event: Event): boolean {
  const { target } = event
  if (target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea'))) return true
  return !document.getSelection()?.isCollapsed || document.querySelector('[role="dialog"]') !== null
}

export function listenToClipboard(): () => void {
  const take = (text: () => string | undefined) => (event: ClipboardEvent) => {
    if (isElsewhere(event)) return
    const copied = text()
    if (copied === undefined) return
    event.preventDefault()
    event.clipboardData?.setData('text/plain', copied)
  }
  const copy = take(clipText)
  const cut = take(cutText)
  const paste = (event: ClipboardEvent): void => {
    const data = event.clipboardData
    if (!data || isElsewhere(event)) return
    event.preventDefault()
    const files = [...data.files]
    const text = data.getData('text/plain')
    if (files.length > 0) void takeFiles(files, placeOnCanvas().place)
    else if (text.trim()) pasteText(text).catch(notifyError)
  }
  document.addEventListener('copy', copy)
  document.addEventListener('cut', cut)
  document.addEventListener('paste', paste)
  return () => {
    document.removeEventListener('copy', copy)
    document.removeEventListener('cut', cut)
    document.removeEventListener('paste', paste)
  }
}
