/** The context menu: its commands depend on what is under the pointer, which is selected first. */
import { type MouseEvent, type PointerEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { type Command, menuEntry } from '../commands/command.ts'
import { disconnect } from '../commands/connect.ts'
import { openMenuAt } from '../commands/context-menu.ts'
import {
  bypass,
  copy,
  cut,
  duplicateCommand,
  hidePicture,
  paste,
  redoCommand,
  remove,
  rename,
  undoCommand,
  unwire,
} from '../commands/edit.ts'
import { addPictures } from '../commands/file.ts'
import {
  addNodeCommand,
  alignCommands,
  frameCommand,
  layOut,
  lookInside,
  makeOwnCopy,
  makeSubgraph,
  noteCommand,
  takeApart,
} from '../commands/organise.ts'
import { fitAll, runSelected, viewCommand } from '../commands/view.ts'
import { noSelection, select, useEditor } from '../state/editor.ts'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import type { MenuItem } from '../ui/menu-items.ts'
import styles from './Canvas.module.css'
import { parseId } from './flow.ts'

const entries = (commands: readonly Command[]): MenuItem[] => commands.map(menuEntry)

const canvasItems = (): MenuItem[] => [
  ...entries([addNodeCommand, addPictures, noteCommand, frameCommand]),
  '-',
  ...entries([paste, undoCommand, redoCommand]),
  '-',
  ...entries([layOut, fitAll]),
]

const nodeItems = (several: boolean): MenuItem[] => [
  ...entries([viewCommand, runSelected]),
  '-',
  ...entries(several ? [bypass, hidePicture, unwire] : [rename, bypass, hidePicture, unwire]),
  '-',
  ...entries([cut, copy, duplicateCommand, remove]),
  '-',
  ...entries(
    [makeSubgraph, lookInside, makeOwnCopy, takeApart, frameCommand].filter((command) => command.enabled?.() ?? true),
  ),
  ...(several ? [{ label: 'Align', items: entries(alignCommands) }, menuEntry(layOut)] : []),
]

const thingItems = (): MenuItem[] => [...entries([rename]), '-', ...entries([cut, copy, duplicateCommand, remove])]

const wireItems = (wire: string): MenuItem[] => [
  { label: 'Disconnect', icon: unwire.icon, perform: () => disconnect(wire) },
]

/** A right click on a selected item keeps the selection; on anything else it selects that. */
function itemsAt(target: Element): MenuItem[] {
  const { selection } = useEditor.getState()
  const wire = target.closest<SVGElement>('[data-wire]')?.dataset.wire
  if (wire !== undefined && target.closest('.react-flow__edge')) {
    select({ edges: [wire] })
    return wireItems(wire)
  }
  const canvasId = target.closest<HTMLElement>('.react-flow__node')?.dataset.id
  if (canvasId === undefined) {
    select(noSelection)
    return canvasItems()
  }
  const { kind, id } = parseId(canvasId)
  if (kind === 'boundary') return canvasItems()
  if (kind === 'node') {
    if (!selection.nodes.has(id)) select({ nodes: [id] })
    return nodeItems(useEditor.getState().selection.nodes.size > 1)
  }
  const table = kind === 'frame' ? 'frames' : 'notes'
  if (!selection[table].has(id)) select({ [table]: [id] })
  return thingItems()
}

const pane = '.react-flow__pane'

/** Pointer movement up to this many pixels still counts as a click. */
const tremble = 4

/** The right button on the empty canvas: a click opens the menu, a drag pans. React Flow, which pans, keeps its event to itself. */
function useRightClick(opener: RefObject<HTMLElement | null>): (event: PointerEvent) => void {
  const from = useRef<{ readonly x: number; readonly y: number }>(undefined)
  useEffect(() => {
    const up = ({ button, clientX: x, clientY: y }: globalThis.PointerEvent): void => {
      const start = from.current
      if (button !== 2) return
      from.current = undefined
      if (start && opener.current && Math.hypot(x - start.x, y - start.y) <= tremble) openMenuAt(opener.current, x, y)
    }
    window.addEventListener('pointerup', up)
    return () => window.removeEventListener('pointerup', up)
  }, [opener])
  return ({ button, target, clientX, clientY }) => {
    const onPane = button === 2 && target instanceof Element && target.matches(pane)
    from.current = onPane ? { x: clientX, y: clientY } : undefined
  }
}

export function CanvasMenu({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<readonly MenuItem[]>([])
  const opener = useRef<HTMLDivElement>(null)
  const onPointerDownCapture = useRightClick(opener)
  const onContextMenuCapture = (event: MouseEvent): void => {
    const { target, nativeEvent, clientX, clientY } = event
    if (!(target instanceof Element)) return
    if (target.matches(pane)) {
      event.preventDefault()
      event.stopPropagation()
      // The mouse opens it when its button is up; a finger that rests, and the keyboard, now.
      if (nativeEvent.button !== 2 && opener.current) openMenuAt(opener.current, clientX, clientY)
      return
    }
    setItems(itemsAt(target))
  }
  return (
    <div
      className={styles.flow}
      onContextMenuCapture={onContextMenuCapture}
      onPointerDownCapture={onPointerDownCapture}
    >
      <ContextMenu items={items}>
        <div ref={opener} className={styles.flow} data-menu>
          {children}
        </div>
      </ContextMenu>
    </div>
  )
}
