/** The context menu: its commands depend on what is under the pointer, which is selected first. */
import { type MouseEvent, type ReactElement, useState } from 'react'
import { type Command, menuEntry } from '../commands/command.ts'
import { disconnect } from '../commands/connect.ts'
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

export function CanvasMenu({ children }: { children: ReactElement<{ onContextMenuCapture?: unknown }> }) {
  const [items, setItems] = useState<readonly MenuItem[]>([])
  const onContextMenuCapture = (event: MouseEvent): void => {
    if (event.target instanceof Element) setItems(itemsAt(event.target))
  }
  return (
    <div style={{ height: '100%' }} onContextMenuCapture={onContextMenuCapture}>
      <ContextMenu items={items}>{children}</ContextMenu>
    </div>
  )
}
