/** Adding frames and notes, subgraphs, and arranging. */
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Boxes,
  CopyCheck,
  Frame,
  LogIn,
  LogOut,
  type LucideIcon,
  Network,
  Plus,
  StickyNote,
  Ungroup,
} from 'lucide-react'
import type { Edge } from '../../engine/graph/arrange.ts'
import { insideOf } from '../../engine/graph/info.ts'
import { frameId, noteId } from '../canvas/flow.ts'
import { around, layoutOf } from '../canvas/geometry.ts'
import { type AddMenu, placeOnCanvas, setCanvas } from '../canvas/store.ts'
import { closeNetwork, openNetwork, selectedNetwork, useNetwork } from '../network/store.ts'
import { currentGraph, goTo, insideOfTrail, select, type Trail, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { align, autoLayout, distribute, things } from './arrange.ts'
import type { Command } from './command.ts'
import { someNodes } from './edit.ts'
import { addFrame, addNote } from './insert.ts'
import { copyBuiltIn, groupSelection, ungroup } from './subgraph.ts'

const wireLength = 72

/** After a single selected node: at the end of a wire from its main output. */
function afterSelected(): Pick<AddMenu, 'place' | 'after'> | undefined {
  const s = useEditor.getState()
  const [id, ...more] = s.selection.nodes
  const record = id === undefined || more.length > 0 ? undefined : currentGraph(s).nodes[id]
  if (!record || id === undefined) return undefined
  const info = typeInfo(s, record)
  const { width, outputs } = layoutOf(id, record, info, currentGraph(s))
  const output = outputs.find(({ port }) => port === info?.preview) ?? outputs[0]
  if (!output) return undefined
  const place = { x: record.position.x + width + wireLength, y: record.position.y + output.y }
  return { place, after: { node: id, port: output.port, side: 'out' } }
}

export const addNodeCommand: Command = {
  id: 'add.node',
  label: 'Add node…',
  group: 'Add',
  icon: Plus,
  shortcuts: ['Tab'],
  perform: () => setCanvas({ addMenu: { ...placeOnCanvas(), ...afterSelected() } }),
}

const frameMargin = { x: 28, top: 56, bottom: 28 }

export const frameCommand: Command = {
  id: 'add.frame',
  label: 'Add frame',
  group: 'Add',
  icon: Frame,
  shortcuts: ['Shift+F'],
  keywords: ['group', 'box', 'comment', 'region'],
  perform: () => {
    const box = around(things(useEditor.getState()).map((thing) => thing.box))
    const { place } = placeOnCanvas()
    const id = addFrame(
      box
        ? {
            x: box.x - frameMargin.x,
            y: box.y - frameMargin.top,
            width: box.width + 2 * frameMargin.x,
            height: box.height + frameMargin.top + frameMargin.bottom,
          }
        : { x: place.x - 200, y: place.y - 120, width: 400, height: 240 },
    )
    if (id !== undefined) setCanvas({ writing: frameId(id) })
  },
}

export const noteCommand: Command = {
  id: 'add.note',
  label: 'Add note',
  group: 'Add',
  icon: StickyNote,
  shortcuts: ['N'],
  keywords: ['text', 'markdown', 'formula', 'comment'],
  perform: () => {
    const id = addNote(placeOnCanvas().place)
    if (id !== undefined) setCanvas({ writing: noteId(id) })
  },
}

/** The selected node if it is a single one with nodes inside. */
function selectedInside(): { readonly id: string; readonly builtIn: boolean } | undefined {
  const s = useEditor.getState()
  const [id, ...more] = s.selection.nodes
  const record = id === undefined || more.length > 0 ? undefined : currentGraph(s).nodes[id]
  const inside = record && insideOf(s.document, s.catalogue, record)
  return inside && id !== undefined ? { id, builtIn: inside.builtIn } : undefined
}

export const makeSubgraph: Command = {
  id: 'arrange.group',
  label: 'Make subgraph',
  group: 'Arrange',
  icon: Boxes,
  shortcuts: ['Mod+G'],
  keywords: ['group', 'macro', 'composite'],
  enabled: someNodes,
  perform: groupSelection,
}

export const takeApart: Command = {
  id: 'arrange.ungroup',
  label: 'Take subgraph apart',
  group: 'Arrange',
  icon: Ungroup,
  shortcuts: ['Mod+Shift+G'],
  keywords: ['ungroup', 'expand'],
  enabled: () => selectedInside() !== undefined,
  perform: () => {
    const id = selectedInside()?.id
    if (id !== undefined) ungroup(id)
  },
}

/** The place of the built-in node that is open, or of the selected one. */
function builtInTrail(): Trail | undefined {
  const s = useEditor.getState()
  const depth = s.trail.findIndex((_, i) => insideOfTrail(s, s.trail.slice(0, i + 1))?.builtIn)
  if (depth >= 0) return s.trail.slice(0, depth + 1)
  const selected = selectedInside()
  return selected?.builtIn ? [...s.trail, selected.id] : undefined
}

export const makeOwnCopy: Command = {
  id: 'arrange.own-copy',
  label: 'Make my own copy',
  group: 'Arrange',
  icon: CopyCheck,
  shortcuts: [],
  keywords: ['composite', 'built-in', 'unlock', 'edit', 'inside'],
  enabled: () => builtInTrail() !== undefined,
  perform: () => {
    const trail = builtInTrail()
    if (trail) copyBuiltIn(trail)
  },
}

export const lookInside: Command = {
  id: 'view.inside',
  label: 'Look inside',
  group: 'View',
  icon: LogIn,
  shortcuts: ['Enter'],
  keywords: ['open', 'network', 'layers', 'operators', 'model'],
  enabled: () => selectedInside() !== undefined || selectedNetwork() !== undefined,
  perform: () => {
    const id = selectedInside()?.id
    if (id !== undefined) goTo([...useEditor.getState().trail, id])
    else openNetwork(selectedNetwork() ?? '')
  },
}

export const goOut: Command = {
  id: 'view.outside',
  label: 'Go out of the subgraph',
  group: 'View',
  icon: LogOut,
  shortcuts: ['Shift+Enter'],
  enabled: () => useEditor.getState().trail.length > 0 || useNetwork.getState().owner !== undefined,
  perform: () => {
    if (useNetwork.getState().owner) return closeNetwork()
    const { trail } = useEditor.getState()
    const left = trail.at(-1)
    goTo(trail.slice(0, -1))
    if (left !== undefined) select({ nodes: [left] })
  },
}

const alignments: readonly [Edge, string, string, LucideIcon][] = [
  ['left', 'Align left', 'Alt+A', AlignStartVertical],
  ['centre', 'Align centres', 'Alt+H', AlignCenterVertical],
  ['right', 'Align right', 'Alt+D', AlignEndVertical],
  ['top', 'Align top', 'Alt+W', AlignStartHorizontal],
  ['middle', 'Align middles', 'Alt+V', AlignCenterHorizontal],
  ['bottom', 'Align bottom', 'Alt+S', AlignEndHorizontal],
]

const several = (n: number) => (): boolean => things(useEditor.getState()).length >= n

export const alignCommands: readonly Command[] = [
  ...alignments.map(
    ([how, label, shortcut, icon]): Command => ({
      id: `arrange.${how}`,
      label,
      group: 'Arrange',
      icon,
      shortcuts: [shortcut],
      enabled: several(2),
      perform: () => align(how, label),
    }),
  ),
  {
    id: 'arrange.distribute-x',
    label: 'Distribute horizontally',
    group: 'Arrange',
    icon: AlignHorizontalDistributeCenter,
    shortcuts: ['Alt+Shift+H'],
    enabled: several(3),
    perform: () => distribute('horizontal'),
  },
  {
    id: 'arrange.distribute-y',
    label: 'Distribute vertically',
    group: 'Arrange',
    icon: AlignVerticalDistributeCenter,
    shortcuts: ['Alt+Shift+V'],
    enabled: several(3),
    perform: () => distribute('vertical'),
  },
]

export const layOut: Command = {
  id: 'arrange.layout',
  label: 'Lay out',
  group: 'Arrange',
  icon: Network,
  shortcuts: ['L'],
  keywords: ['auto', 'tidy', 'arrange', 'clean up'],
  perform: autoLayout,
}

export const organiseCommands = [
  addNodeCommand,
  frameCommand,
  noteCommand,
  makeSubgraph,
  takeApart,
  lookInside,
  makeOwnCopy,
  goOut,
  layOut,
  ...alignCommands,
]
