/** The brush on a picture, by keyboard. */
import { CircleMinus, CirclePlus, Eraser } from 'lucide-react'
import type { Command } from '../commands/command.ts'
import { resizeBrush, useBrush } from './strokes.ts'

const inHand = (): boolean => useBrush.getState().over !== undefined

const smaller: Command = {
  id: 'brush.smaller',
  label: 'Smaller brush',
  group: 'View',
  icon: CircleMinus,
  shortcuts: ['['],
  keywords: ['size', 'radius', 'paint', 'mask'],
  enabled: inHand,
  perform: () => resizeBrush(false),
}

const larger: Command = {
  id: 'brush.larger',
  label: 'Larger brush',
  group: 'View',
  icon: CirclePlus,
  shortcuts: [']'],
  keywords: ['size', 'radius', 'paint', 'mask'],
  enabled: inHand,
  perform: () => resizeBrush(true),
}

const erase: Command = {
  id: 'brush.erase',
  label: 'Erase with the brush',
  group: 'View',
  icon: Eraser,
  shortcuts: ['E'],
  keywords: ['eraser', 'rubber', 'paint', 'mask'],
  enabled: inHand,
  checked: () => useBrush.getState().erases,
  perform: () => useBrush.setState(({ erases }) => ({ erases: !erases })),
}

export const brushCommands = [smaller, larger, erase]
