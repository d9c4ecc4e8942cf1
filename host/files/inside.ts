/** Apart from `paths.ts`: the desktop program's main process uses it, and knows no place of installation. */
import { isAbsolute, relative, sep } from 'node:path'

/** Whether `path` is `folder` or inside it; both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
