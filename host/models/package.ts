/** The package that a runtime comes in. Where it is missing, only the models that need it cannot be run. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** An installed package; undefined where it is not. */
export function installedPackage(name: string): { readonly folder: string; readonly version: string } | undefined {
  let folder: string
  try {
    folder = dirname(require.resolve(name))
  } catch {
    return undefined
  }
  for (; ; folder = dirname(folder))
    try {
      const { name: own, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package
      if (own === name) return { folder, version }
    } catch {
      // The file that it opens with lies in a folder of its own.
      if (folder === dirname(folder)) return undefined
    }
}

interface Package {
  readonly name?: string
  readonly version: string
}
