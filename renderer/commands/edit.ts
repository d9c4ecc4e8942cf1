/** Undo, clipboard, selection, and commands on the selected nodes. */
import {
  ClipboardPaste,
  Copy,
  CopyPlus,
  EyeOff,
  Pencil,
  Redo2,
  Scissors,
  SquareDashedMousePointer,
  Trash2,
  Undo2,
  Unplug,
  Waypoints,
} from 'lucide-react'
import { wiresAt } from '../../engine/graph/changes.ts'
import { splitPort } from '../../engine/graph/document.ts'
import { disconnect } from '../../engine/graph/edits.ts'
import { frameId, noteId } from '../canvas/flow.ts'
import { setCanvas } from '../canvas/store.ts'
import { toggleBypass, toggleCollapsed } from '../state/actions.ts'
import { currentGraph, edit, noSelection, redo, select, settle, undo, useEditor } from '../state/editor.ts'
import { nudge } from './arrange.ts'
import { clipText, copyToClipboard, cutText, duplicate, pasteFromClipboard } from './clip.ts'
import type { Command } from './command.ts'
import { removeSelection } from './remove.ts'

const selection = () => useEditor.getState().selection
export const someNodes = (): boolean => selection().nodes.size > 0
/** An item that can be copied. */
const someThings = (): boolean => {
  const { nodes, frames, notes } = selection()
  return nodes.size + frames.size + notes.size > 0
}
const something = (): boolean => someThings() || selection().edges.size > 0

const undoCommand: Command = {
  id: 'edit.undo',
  label: 'Undo',
  group: 'Edit',
  icon: Undo2,
  shortcuts: ['Mod+Z'],
  enabled: () => useEditor.getState().history.past !== undefined,
  perform: undo,
}

const redoCommand: Command = {
  id: 'edit.redo',
  label: 'Redo',
  group: 'Edit',
  icon: Redo2,
  shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
  enabled: () => useEditor.getState().history.future !== undefined,
  perform: redo,
}

export { redoCommand, undoCommand }

export const cut: Command = {
  id: 'edit.cut',
  label: 'Cut',
  group: 'Edit',
  icon: Scissors,
  shortcuts: ['Mod+X'],
  native: true,
  enabled: someThings,
  perform: () => copyToClipboard(cutText()),
}

export const copy: Command = {
  id: 'edit.copy',
  label: 'Copy',
  group: 'Edit',
  icon: Copy,
  shortcuts: ['Mod+C'],
  native: true,
  enabled: someThings,
  perform: () => copyToClipboard(clipText()),
}

export const paste: Command = {
  id: 'edit.paste',
  label: 'Paste',
  group: 'Edit',
  icon: ClipboardPaste,
  shortcuts: ['Mod+V'],
  native: true,
  perform: pasteFromClipboard,
}

export const duplicateCommand: Command = {
  id: 'edit.duplicate',
  label: 'Duplicate',
  group: 'Edit',
  icon: CopyPlus,
  shortcuts: ['Mod+D'],
  enabled: someThings,
  perform: () => duplicate(),
}

export const remove: Command = {
  id: 'edit.delete',
  label: 'Delete',
  group: 'Edit',
  icon: Trash2,
  shortcuts: ['Delete', 'Backspace'],
  enabled: something,
  perform: () => removeSelection(),
}

const selectAll: Command = {
  id: 'edit.select-all',
  label: 'Select everything',
  group: 'Edit',
  icon: SquareDashedMousePointer,
  shortcuts: ['Mod+A'],
  perform: () => {
    const { nodes, frames, notes } = currentGraph(useEditor.getState())
    select({ nodes: Object.keys(nodes), frames: Object.keys(frames), notes: Object.keys(notes) })
  },
}

const selectNone: Command = {
  id: 'edit.select-none',
  label: 'Select nothing',
  group: 'Edit',
  shortcuts: ['Escape'],
  keyboardOnly: true,
  enabled: something,
  perform: () => select(noSelection),
}

/** Along the wires: to the node that feeds the selected one, or to one that it feeds. */
function selectNeighbour(side: 'before' | 'after'): void {
  const [id] = selection().nodes
  const { edges } = currentGraph(useEditor.getState())
  const wires = Object.entries(edges).map(([to, from]) => ({ before: splitPort(from)[0], after: splitPort(to)[0] }))
  const found = wires.find((wire) => wire[side === 'before' ? 'after' : 'before'] === id)
  if (found) select({ nodes: [found[side]] })
}

const neighbours: readonly Command[] = [
  {
    id: 'edit.select-before',
    label: 'Select the node before',
    group: 'Edit',
    shortcuts: ['Alt+ArrowLeft'],
    enabled: someNodes,
    perform: () => selectNeighbour('before'),
  },
  {
    id: 'edit.select-after',
    label: 'Select the node after',
    group: 'Edit',
    shortcuts: ['Alt+ArrowRight'],
    enabled: someNodes,
    perform: () => selectNeighbour('after'),
  },
]

export const rename: Command = {
  id: 'edit.rename',
  label: 'Rename',
  group: 'Edit',
  icon: Pencil,
  shortcuts: ['F2'],
  enabled: () => someThings(),
  perform: () => {
    const { nodes, frames, notes } = selection()
    const [node, frame, note] = [...[nodes, frames, notes].map((ids) => [...ids][0])]
    setCanvas({
      writing: node ?? (frame !== undefined ? frameId(frame) : note !== undefined ? noteId(note) : undefined),
    })
  },
}

export const bypass: Command = {
  id: 'edit.bypass',
  label: 'Bypass',
  group: 'Edit',
  icon: Waypoints,
  shortcuts: ['M'],
  keywords: ['mute', 'disable', 'skip'],
  enabled: someNodes,
  checked: () => {
    const { nodes } = currentGraph(useEditor.getState())
    return someNodes() && [...selection().nodes].every((id) => nodes[id]?.bypass)
  },
  perform: () => toggleBypass(selection().nodes),
}

export const hidePicture: Command = {
  id: 'edit.collapse',
  label: 'Hide picture',
  group: 'Edit',
  icon: EyeOff,
  shortcuts: ['H'],
  keywords: ['collapse', 'preview'],
  enabled: someNodes,
  checked: () => {
    const { nodes } = currentGraph(useEditor.getState())
    return someNodes() && [...selection().nodes].every((id) => nodes[id]?.collapsed)
  },
  perform: () => toggleCollapsed(selection().nodes),
}

export const unwire: Command = {
  id: 'edit.disconnect',
  label: 'Disconnect',
  group: 'Edit',
  icon: Unplug,
  shortcuts: ['Shift+D'],
  keywords: ['wires', 'cut'],
  enabled: someNodes,
  perform: () => {
    const wires = wiresAt(currentGraph(useEditor.getState()), selection().nodes)
    edit(
      (document, graph) =>
        disconnect(
          document,
          wires.map(([to]) => to),
          graph,
        ),
      { label: 'Disconnect' },
    )
  },
}

const step = 1
const bigStep = 20
const nudges = (
  [
    ['Left', -1, 0, 'Move left', 'Move far left'],
    ['Right', 1, 0, 'Move right', 'Move far right'],
    ['Up', 0, -1, 'Move up', 'Move far up'],
    ['Down', 0, 1, 'Move down', 'Move far down'],
  ] as const
).flatMap(([name, x, y, near, far]): Command[] =>
  [
    { by: step, shortcut: `Arrow${name}`, label: near },
    { by: bigStep, shortcut: `Shift+Arrow${name}`, label: far },
  ].map(({ by, shortcut, label }) => ({
    id: `edit.move-${shortcut.toLowerCase()}`,
    label,
    group: 'Edit',
    shortcuts: [shortcut],
    keyboardOnly: true,
    enabled: someThings,
    perform: () => nudge({ x: x * by, y: y * by }, settle),
  })),
)

export const editCommands = [
  undoCommand,
  redoCommand,
  cut,
  copy,
  paste,
  duplicateCommand,
  remove,
  selectAll,
  selectNone,
  ...neighbours,
  rename,
  bypass,
  hidePicture,
  unwire,
  ...nudges,
]
