/** The viewer's keyboard commands besides the keys 1 to 9. */
import { BarChart3, ToggleLeft } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { setPanel, useUi } from '../state/ui.ts'
import { blink, setViewer, useViewer } from './state.ts'

const blinkCommand: Command = {
  id: 'viewer.blink',
  label: 'Blink between two pictures',
  group: 'View',
  icon: ToggleLeft,
  shortcuts: ['\\'],
  keywords: ['compare', 'flip', 'A/B'],
  enabled: () => useUi.getState().shown.length === 2,
  perform: blink,
}

export const statistics: Command = {
  id: 'viewer.statistics',
  label: 'Histogram and statistics',
  group: 'View',
  icon: BarChart3,
  shortcuts: ['Shift+H'],
  keywords: ['mean', 'minimum', 'maximum', 'distribution'],
  checked: () => useViewer.getState().statistics,
  perform: () => {
    setViewer({ statistics: !useViewer.getState().statistics })
    setPanel('viewer', true)
  },
}

export const viewerCommands = [blinkCommand, statistics]
