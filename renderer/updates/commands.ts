/** Checking for updates. The command exists only where there can be any. */
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
    // Shows what was found already; a download goes on.
    if (['idle', 'latest', 'failed'].includes(useUpdate.getState().kind)) return takeStep('look')
  },
}

export const updateCommands = isUpdated ? [lookForUpdates] : []
