/** Names for new entries: short, readable in the file, not taken. */
import { idPattern } from '../../engine/graph/document.ts'

const tidy = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)

/** `base`, or `base-2`, `base-3`, ... */
export function freshId(base: string, taken: (id: string) => boolean): string {
  const name = tidy(base)
  const stem = (idPattern.test(name) && name !== 'constructor' && name !== 'prototype' ? name : 'node').replace(
    /-\d+$/,
    '',
  )
  if (name && !taken(name) && idPattern.test(name) && stem !== 'node') return name
  if (!taken(stem)) return stem
  let n = 2
  while (taken(`${stem}-${n}`)) n++
  return `${stem}-${n}`
}

/** The last part of a type is how its nodes are called: `filter/gaussian-blur` → `gaussian-blur`. */
export const idBase = (type: string): string => type.slice(type.lastIndexOf('/') + 1)
