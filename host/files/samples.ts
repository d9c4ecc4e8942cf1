/**
 * The samples that ship with Sightline: every picture in assets/samples, named without its extension, and other files there by
 * their whole name.
 */
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SightlineError } from '../../engine/types/problem.ts'
import { isPictureName } from './decode.ts'
import { naturalOrder } from './folder.ts'

export const samplesFolder = fileURLToPath(new URL('../../assets/samples/', import.meta.url))

export interface Samples {
  readonly names: readonly string[]
  /** Throws `sample.unknown`. */
  pathOf(name: string): string
}

export function readSamples(folder: string): Samples {
  const all = readdirSync(folder)
  const files = all.filter(isPictureName)
  const paths = new Map(files.map((file) => [file.slice(0, -extname(file).length), join(folder, file)]))
  const names = [...paths.keys()].sort(naturalOrder)
  return {
    names,
    pathOf(name) {
      const path = paths.get(name) ?? (all.includes(name) ? join(folder, name) : undefined)
      if (!path) throw new SightlineError('sample.unknown', { name, known: names.join(', ') })
      return path
    },
  }
}
