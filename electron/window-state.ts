/** Which windows were open, and where: written on every change, so that it survives any end of the program. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Rectangle, screen } from 'electron'
import { z } from 'zod'

const windowSchema = z.object({
  /** The window's session: the engine keeps unsaved work under this name. */
  session: z.string().min(8).max(64),
  bounds: z.object({ x: z.number(), y: z.number(), width: z.number().min(200), height: z.number().min(200) }),
  maximised: z.boolean(),
  fullScreen: z.boolean(),
  path: z.string().optional(),
})
export type WindowState = z.infer<typeof windowSchema>

const fileSchema = z.object({ windows: z.array(windowSchema).max(50) })

/** The file's content; nothing if it is missing or was written by something else. */
export function readWindows(file: string): WindowState[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).windows
  } catch {
    return []
  }
}

export function writeWindows(file: string, windows: readonly WindowState[]): void {
  mkdirSync(dirname(file), { recursive: true })
  const fresh = `${file}.new`
  writeFileSync(fresh, JSON.stringify({ windows }, null, 2))
  renameSync(fresh, file)
}

export const usualSize = { width: 1440, height: 900 }

/** The bounds, moved onto a screen that exists. */
export function visible(bounds: Rectangle): Rectangle | undefined {
  const { workArea } = screen.getDisplayMatching(bounds)
  const across = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
  const down = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y)
  return across >= 100 && down >= 100 ? bounds : undefined
}
