/** The files named on a command line. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { sceneExtensions } from '../engine/protocol/scene.ts'
import { pictureExtensions } from '../engine/types/pictures.ts'

/** What the editor can open: pipelines, pictures, scenes. */
export const openable = new RegExp(`\\.(${['json', ...pictureExtensions, ...sceneExtensions].join('|')})$`, 'i')

/**
 * @param args after the program's name (and, from the source tree, the program's folder)
 * @param folder where relative paths start
 */
export function filesOf(args: readonly string[], folder: string): string[] {
  return args
    .filter((arg) => !arg.startsWith('-') && openable.test(arg))
    .map((arg) => resolve(folder, arg))
    .filter((path) => existsSync(path))
}
