import { Cable, List } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { useEditor } from '../state/editor.ts'
import { togglePanel, useUi } from '../state/ui.ts'
import { askConnection, endsOf } from './connecting.ts'

export const connectCommand: Command = {
  id: 'edit.connect',
  label: 'Connect…',
  group: 'Edit',
  icon: Cable,
  shortcuts: ['C'],
  keywords: ['wire', 'join', 'link'],
  enabled: () => useEditor.getState().selection.nodes.size === 1,
  perform: () => {
    const s = useEditor.getState()
    const [id] = s.selection.nodes
    if (id !== undefined) askConnection(endsOf(s, id))
  },
}

export const listView: Command = {
  id: 'view.list',
  label: 'Pipeline as a list',
  group: 'View',
  icon: List,
  shortcuts: ['Mod+5'],
  keywords: ['panel', 'show', 'hide', 'screen reader', 'accessibility', 'tree', 'outline'],
  checked: () => useUi.getState().panels.list,
  perform: () => togglePanel('list'),
}
