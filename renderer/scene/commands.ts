import { Box } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { openDialog } from '../state/ui.ts'

export const openSceneCommand: Command = {
  id: 'file.open-scene',
  label: 'Open a 3D scene…',
  group: 'File',
  icon: Box,
  keywords: ['splat', 'gaussian', 'ply', 'spz', 'sog', 'point cloud', 'view 3D', 'radiance field'],
  perform: () => openDialog('open-scene'),
}
