import { Boxes } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { isShown, togglePanel, useUi } from '../state/ui.ts'

export const modelsCommand: Command = {
  id: 'view.models',
  label: 'Models',
  group: 'View',
  icon: Boxes,
  keywords: ['panel', 'weights', 'network', 'install', 'download', 'licence', 'verify', 'remove'],
  checked: () => isShown(useUi.getState(), 'models'),
  perform: () => togglePanel('models'),
}
