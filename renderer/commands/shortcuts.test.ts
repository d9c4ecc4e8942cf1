/** The user's own shortcuts: named as they are pressed, each given to one command only, and kept. */
import { beforeEach, expect, it } from 'vitest'
import { commands } from './index.ts'
import { matches, parseShortcut, shortcutOf } from './keys.ts'
import { assign, holderOf, isChanged, reset, resetAll, shortcutsOf, useShortcuts } from './shortcuts.ts'

const press = (key: string, code: string, held: readonly ('ctrl' | 'shift' | 'alt' | 'meta')[] = []) => ({
  key,
  code,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
})

it.each([
  ['Mod+Shift+Z', press('Z', 'KeyZ', ['ctrl', 'shift'])],
  ['M', press('m', 'KeyM')],
  ['Shift+M', press('M', 'KeyM', ['shift'])],
  // Typed with Shift on some keyboards and without on others.
  ['?', press('?', 'Minus', ['shift'])],
  ['Mod++', press('+', 'BracketRight', ['ctrl'])],
  ['Mod+,', press(',', 'Comma', ['ctrl'])],
  // A Mac types å for Alt+A.
  ['Alt+A', press('å', 'KeyA', ['alt'])],
  ['Ä', press('ä', 'Quote')],
  ['F5', press('F5', 'F5')],
  ['Alt+Shift+ArrowLeft', press('ArrowLeft', 'ArrowLeft', ['alt', 'shift'])],
  ['Mod+Space', press(' ', 'Space', ['ctrl'])],
])('%s is what is pressed, and is heard again', (name, event) => {
  expect(shortcutOf(event)).toBe(name)
  expect(matches(parseShortcut(name), event)).toBe(true)
})

it.each([
  press('Control', 'ControlLeft', ['ctrl']),
  press('Shift', 'ShiftLeft', ['shift']),
  press('Dead', 'Equal'),
  press('m', 'KeyM', ['meta']),
])('%j is no keys', (event) => expect(shortcutOf(event)).toBeUndefined())

const command = (id: string) => {
  const found = commands.find((one) => one.id === id)
  if (!found) throw new Error(`no ${id}`)
  return found
}
const bypass = command('edit.bypass')
const layOut = command('arrange.layout')
const redo = command('edit.redo')

beforeEach(resetAll)

it('gives keys, and keeps only what differs', () => {
  assign(bypass, 'Shift+B', commands)
  expect(shortcutsOf(bypass)).toEqual(['Shift+B'])
  expect(useShortcuts.getState().changed).toEqual({ 'edit.bypass': ['Shift+B'] })
  assign(bypass, 'M', commands)
  expect(useShortcuts.getState().changed).toEqual({})
})

it('names who has the keys, and takes them from there', () => {
  expect(holderOf('L', bypass, commands)).toBe(layOut)
  expect(holderOf('M', bypass, commands)).toBeUndefined()
  expect(holderOf('Mod+C', bypass, commands)?.native).toBe(true)
  assign(bypass, 'L', commands)
  expect([shortcutsOf(bypass), shortcutsOf(layOut)]).toEqual([['L'], []])
  assign(bypass, 'Mod+Y', commands)
  expect(shortcutsOf(redo)).toEqual(['Mod+Shift+Z'])
})

it('has a command without keys', () => {
  assign(bypass, undefined, commands)
  expect(shortcutsOf(bypass)).toEqual([])
  expect(isChanged(bypass)).toBe(true)
})

it('resets one and all, and never leaves keys with two', () => {
  assign(bypass, 'L', commands)
  reset(layOut, commands)
  expect([shortcutsOf(bypass), shortcutsOf(layOut)]).toEqual([[], ['L']])
  reset(bypass, commands)
  expect(useShortcuts.getState().changed).toEqual({})
  assign(bypass, 'L', commands)
  resetAll()
  expect(shortcutsOf(layOut)).toEqual(['L'])
  const all = commands.flatMap((one) => shortcutsOf(one))
  expect(new Set(all).size).toBe(all.length)
})
