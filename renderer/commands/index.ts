/** Every command of the window. */

import { brushCommands } from '../handles/commands.ts'
import { lessonCommands } from '../lesson/commands.ts'
import { connectCommand, listView } from '../list/commands.ts'
import { modelsCommand } from '../models/commands.ts'
import { nodePage } from '../page/commands.ts'
import { presentCommand } from '../present/commands.ts'
import { openSampleCommand, openSceneCommand } from '../scene/commands.ts'
import { startScreen } from '../start/commands.ts'
import { updateCommands } from '../updates/commands.ts'
import { viewerCommands } from '../viewer/commands.ts'
import type { Command } from './command.ts'
import { contextMenu } from './context-menu.ts'
import { editCommands } from './edit.ts'
import { fileCommands } from './file.ts'
import { organiseCommands } from './organise.ts'
import { helpCommands, runCommands, viewCommands } from './view.ts'

export const commands: readonly Command[] = [
  startScreen,
  ...fileCommands,
  openSceneCommand,
  openSampleCommand,
  ...editCommands,
  contextMenu,
  connectCommand,
  ...organiseCommands,
  ...runCommands,
  ...viewCommands,
  listView,
  modelsCommand,
  presentCommand,
  ...viewerCommands,
  ...brushCommands,
  ...lessonCommands,
  nodePage,
  ...helpCommands,
  ...updateCommands,
]
