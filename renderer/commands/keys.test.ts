/** Shortcuts work on keyboards of any country, and no two commands share one. */
import { expect, it } from 'vitest'
import { commands } from './index.ts'
import { matches, parseShortcut } from './keys.ts'

const press = (key: string, code: string, held: readonly ('ctrl' | 'shift' | 'alt')[] = []) => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: false,
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
})

it.each([
  ['Mod+Z', press('z', 'KeyZ', ['ctrl']), true],
  ['Mod+Z', press('z', 'KeyZ'), false],
  ['Mod+Z', press('Z', 'KeyZ', ['ctrl', 'shift']), false],
  ['Mod+Shift+Z', press('Z', 'KeyZ', ['ctrl', 'shift']), true],
  // A German keyboard has Z where the American one has Y: the character counts.
  ['Mod+Z', press('z', 'KeyY', ['ctrl']), true],
  ['Mod+Z', press('y', 'KeyZ', ['ctrl']), false],
  // A Mac types å for Alt+A: there the position of the key counts.
  ['Alt+A', press('å', 'KeyA', ['alt']), true],
  ['?', press('?', 'Slash', ['shift']), true],
  ['?', press('?', 'Minus', ['shift']), true],
  ['Mod++', press('+', 'BracketRight', ['ctrl']), true],
  ['M', press('m', 'KeyM'), true],
  ['M', press('M', 'KeyM', ['shift']), false],
  ['Delete', press('Delete', 'Delete'), true],
  ['1', press('1', 'Digit1'), true],
])('%s and %j', (shortcut, event, expected) => expect(matches(parseShortcut(shortcut), event)).toBe(expected))

it('gives no keys to two commands', () => {
  const all = commands.flatMap(({ shortcuts }) => shortcuts ?? [])
  expect(all.filter((shortcut, i) => all.indexOf(shortcut) !== i)).toEqual([])
})

it('gives every command a name and an id of its own', () => {
  const ids = commands.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(commands.every(({ label }) => label.length > 2)).toBe(true)
})
