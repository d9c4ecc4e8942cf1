/** The command that opens a node's page. */
import { BookOpen } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { openPage, pageAtHand } from './store.ts'

export const nodePage: Command = {
  id: 'help.node',
  label: 'Page of this node',
  group: 'Help',
  icon: BookOpen,
  shortcuts: ['F1'],
  keywords: ['docs', 'documentation', 'page', 'manual', 'formula', 'parameters'],
  enabled: () => pageAtHand() !== undefined,
  perform: () => {
    const page = pageAtHand()
    if (page) openPage(page)
  },
}
