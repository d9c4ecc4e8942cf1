/** The menu key: the menu of what has the focus, of the selected node, or of the canvas. */
import { canvas } from '../canvas/store.ts'
import type { Command } from './command.ts'

/** Opens the menu of an element that has one, or lies in one that has (`data-menu`), as a right click would. */
export function openMenuAt(element: Element, clientX: number, clientY: number): void {
  element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX, clientY }))
}

function open(): void {
  const focused = document.activeElement?.closest('[data-menu]')
  const around = canvas.element?.querySelector('[data-menu]')
  const element =
    focused && focused !== around ? focused : (around?.querySelector('.react-flow__node.selected') ?? around)
  if (!element) return
  const box = element.getBoundingClientRect()
  openMenuAt(element, box.left + box.width / 2, box.top + Math.min(24, box.height / 2))
}

export const contextMenu: Command = {
  id: 'edit.menu',
  label: 'Open the context menu',
  group: 'Edit',
  shortcuts: ['Shift+F10', 'ContextMenu'],
  keyboardOnly: true,
  perform: open,
}
