/** Models of the machine, lent to a program under test: linked, as they are large, or copied where that cannot be. */
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * @param home of the program
 * @param folders of installed models
 */
export function lendModels(home: string, folders: Iterable<string>): void {
  for (const from of folders) {
    const to = join(home, 'sightline/data/models', basename(from))
    mkdirSync(to, { recursive: true })
    for (const name of readdirSync(from))
      if (!existsSync(join(to, name)))
        try {
          linkSync(join(from, name), join(to, name))
        } catch {
          copyFileSync(join(from, name), join(to, name))
        }
  }
}
