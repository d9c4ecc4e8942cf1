/** An empty text on the command line is refused: it would mean the current folder, or every address. */
import { afterEach, expect, it, vi } from 'vitest'
import { main } from './main.ts'

afterEach(() => vi.restoreAllMocks())

it.each([
  ['run', 'p.json', '--allow', ''],
  ['run', 'p.json', '--allow', ' '],
  ['run', 'p.json', '--allow='],
  ['run', 'p.json', '--allow', 'here', '--allow', ''],
  ['run', 'p.json', '--out', ''],
  ['run', 'p.json', '--record', ''],
  ['run', 'p.json', '--adapter', ''],
  ['run', ''],
  ['serve', '--host', ''],
  [''],
])('%j %j %j %j', async (...args) => {
  const said: string[] = []
  vi.spyOn(console, 'error').mockImplementation((text) => void said.push(text))
  expect(await main(args.filter((arg) => arg !== undefined))).toBe(2)
  expect(said[0]).toMatch(/It is empty\. Name what is meant/)
})
