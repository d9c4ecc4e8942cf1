/** Stacks of the bundled program name places in the sources. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from './server/testing.ts'
import { stackOf } from './stack.ts'

const folder = temporaryFolder()

it('names the line of the source where there is a map, and leaves the rest', () => {
  const bundled = join(folder, 'main.js')
  // Source map revision 3: line 2 of the bundle, from column 0 on, is line 3, column 4 of the source ("AAEI": 0, 0, 2, 4).
  const map = { version: 3, sources: ['../engine/run.ts'], names: [], mappings: ';AAEI' }
  writeFileSync(`${bundled}.map`, JSON.stringify(map))
  const error = new Error('broken')
  const inBundle = `${pathToFileURL(bundled)}:2:1`
  const elsewhere = `${pathToFileURL(join(folder, 'other.js'))}:7:8`
  error.stack = `Error: broken\n    at run (${inBundle})\n    at ${elsewhere}\n    at node:internal/x:1:1`
  expect(stackOf(error)).toBe(
    `Error: broken\n    at run (${join(folder, '../engine/run.ts')}:3:5)\n    at ${elsewhere}\n    at node:internal/x:1:1`,
  )
})

it('says what was thrown where it is no error', () => {
  expect(stackOf('a text')).toBe('a text')
})
