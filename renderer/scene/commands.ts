import { Box } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { openDialog } from '../state/ui.ts'
import { openSampleScene } from './store.ts'

export const openSceneCommand: Command = {
  id: 'file.open-scene',
  label: 'Open a 3D scene…',
  group: 'File',
  icon: Box,
  keywords: ['splat', 'gaussian', 'ply', 'spz', 'sog', 'point cloud', 'view 3D', 'radiance field'],
  perform: () => openDialog('open-scene'),
}

export const openSampleCommand: Command = {
  id: 'file.sample-scene',
  label: 'Open the sample 3D scene',
  group: 'File',
  icon: Box,
  keywords: ['splat', 'gaussian', 'view 3D', 'example', 'try'],
  perform: openSampleScene,
}
