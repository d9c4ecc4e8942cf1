import { Presentation } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { canPresent, present } from './store.ts'

export const presentCommand: Command = {
  id: 'view.present',
  label: 'Present',
  group: 'View',
  icon: Presentation,
  shortcuts: ['F5'],
  keywords: ['full screen', 'fullscreen', 'slides', 'projector', 'clicker', 'teach', 'lecture', 'large'],
  enabled: canPresent,
  perform: present,
}
