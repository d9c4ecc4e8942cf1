/** Looking for a newer version. There is no such command where none could be found. */
import { Download } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { openDialog } from '../state/ui.ts'
import { isUpdated, takeStep, useUpdate } from './store.ts'

const lookForUpdates: Command = {
  id: 'help.updates',
  label: 'Check for updates…',
  group: 'Help',
  icon: Download,
  keywords: ['version', 'upgrade', 'new'],
  perform: () => {
    openDialog('update')
    // What was found already is shown; what is on its way goes on.
    if (['idle', 'latest', 'failed'].includes(useUpdate.getState().kind)) return takeStep('look')
  },
}

export const updateCommands = isUpdated ? [lookForUpdates] : []
