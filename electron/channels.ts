/** The schema of each channel from a window. */
import { z } from 'zod'
import {
  type Channel,
  type Choose,
  type DocumentState,
  type MenuBarState,
  type MenuState,
  updateSteps,
} from '../engine/protocol/desktop.ts'

const path = z.string().min(1).max(4096)
const words = z.string().max(512)

const choose = z.object({
  kind: z.enum(['file', 'folder', 'save']),
  title: words,
  accept: z.array(z.string().regex(/^[a-z0-9.]{1,20}$/)).max(40),
  start: path.optional(),
  name: z.string().max(255).optional(),
}) satisfies z.ZodType<Choose>

const documentState = z.object({
  title: words,
  path: path.optional(),
  edited: z.boolean(),
  untouched: z.boolean(),
}) satisfies z.ZodType<DocumentState>

const command = z.object({
  type: z.literal('command'),
  id: z.string().min(1).max(64),
  label: words,
  shortcut: z.string().max(40).optional(),
  enabled: z.boolean(),
  checked: z.boolean().optional(),
})
const separator = z.object({ type: z.literal('separator') })
const groupOf = <T extends MenuState>(item: z.ZodType<T>) =>
  z.object({ type: z.literal('group'), label: words, items: z.array(item).max(100) })
const entry = z.union([command, separator])
/** The menu bar, with one level of submenus. */
const menu = z.object({
  groups: z.array(groupOf(z.union([entry, groupOf(entry)]))).max(20),
  words: z.object({
    newWindow: words,
    openRecent: words,
    close: words,
    quit: words,
    window: words,
    minimise: words,
    fullScreen: words,
  }),
}) satisfies z.ZodType<MenuBarState>

export const channels = {
  endpoint: z.undefined(),
  choose,
  document: documentState,
  menu,
  recent: z.array(path).max(50),
  closed: z.undefined(),
  camera: z.boolean(),
  update: z.enum(updateSteps),
} as const satisfies Record<Channel, z.ZodType>
