import { House } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { showStart, useUi } from '../state/ui.ts'

export const startScreen: Command = {
  id: 'file.start',
  label: 'Start screen',
  group: 'File',
  icon: House,
  keywords: ['gallery', 'lessons', 'learn', 'recent', 'examples', 'welcome', 'home', '3D'],
  checked: () => useUi.getState().start,
  perform: () => showStart(!useUi.getState().start),
}
