/** The menu: the same commands in the same order, behind the header's button and in the desktop program's menu bar. */
import { walkLesson } from '../lesson/commands.ts'
import { connectCommand, listView } from '../list/commands.ts'
import { modelsCommand } from '../models/commands.ts'
import { presentCommand } from '../present/commands.ts'
import { openSceneCommand } from '../scene/commands.ts'
import { startScreen } from '../start/commands.ts'
import { updateCommands } from '../updates/commands.ts'
import type { Command } from './command.ts'
import { bypass, copy, cut, duplicateCommand, paste, redoCommand, remove, rename, undoCommand } from './edit.ts'
import { addPictures, newPipeline, openPipeline, saveAs, savePipeline } from './file.ts'
import {
  addNodeCommand,
  alignCommands,
  frameCommand,
  goOut,
  layOut,
  lookInside,
  makeSubgraph,
  noteCommand,
  takeApart,
} from './organise.ts'
import {
  about,
  commandPalette,
  fitAll,
  fitSelection,
  memoryPanel,
  minimap,
  panelCommands,
  runCommands,
  scaleCommands,
  settings,
  shortcutList,
  themeCommands,
  zoomCommands,
} from './view.ts'

export interface MenuGroup {
  readonly label: string
  readonly items: readonly (Command | '-')[]
}

export const menu: readonly MenuGroup[] = [
  {
    label: 'File',
    items: [startScreen, newPipeline, openPipeline, openSceneCommand, '-', savePipeline, saveAs, '-', settings],
  },
  {
    label: 'Edit',
    items: [
      undoCommand,
      redoCommand,
      '-',
      cut,
      copy,
      paste,
      duplicateCommand,
      remove,
      '-',
      rename,
      bypass,
      connectCommand,
    ],
  },
  { label: 'Add', items: [addNodeCommand, addPictures, frameCommand, noteCommand] },
  { label: 'Arrange', items: [layOut, '-', ...alignCommands, '-', makeSubgraph, takeApart] },
  { label: 'Run', items: runCommands },
  {
    label: 'View',
    items: [
      ...[fitAll, fitSelection, ...zoomCommands, '-' as const],
      ...[lookInside, goOut, '-' as const],
      ...[
        ...Object.values(panelCommands),
        listView,
        modelsCommand,
        memoryPanel,
        minimap,
        walkLesson,
        presentCommand,
        '-' as const,
      ],
      ...scaleCommands,
      '-' as const,
      ...themeCommands,
    ],
  },
  { label: 'Help', items: [commandPalette, shortcutList, ...updateCommands, about] },
]
