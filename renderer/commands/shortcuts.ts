/** Which keys a command has now: its own, or those that the person gave it. Kept in this browser, or this desktop program. */
import { create } from 'zustand'
import type { Command } from './command.ts'

type Changed = Readonly<Record<string, readonly string[]>>

const key = 'sightline.shortcuts'

const isKeys = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((keys) => typeof keys === 'string' && keys !== '')

function stored(): Changed {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return Object.fromEntries(Object.entries(found ?? {}).filter(([, keys]) => isKeys(keys)))
  } catch {
    // Written by something else, or forbidden: the usual keys are fine.
    return {}
  }
}

/** By id of the command; an empty list: no keys at all. */
export const useShortcuts = create<{ readonly changed: Changed }>(() => ({ changed: stored() }))

function keep(changed: Changed): void {
  useShortcuts.setState({ changed })
  try {
    localStorage.setItem(key, JSON.stringify(changed))
  } catch {
    // Storage is full or forbidden: then they last as long as the page.
  }
}

type Keyed = Pick<Command, 'id' | 'shortcuts' | 'native'>

/** "Mod+Shift+Z"; the first is shown in menus. */
export const shortcutsOf = ({ id, shortcuts }: Keyed, { changed } = useShortcuts.getState()): readonly string[] =>
  changed[id] ?? shortcuts ?? []

/** The first of them, for what is drawn. */
export const useShortcut = (command: Keyed): string | undefined => useShortcuts((s) => shortcutsOf(command, s)[0])

export const isChanged = ({ id }: Keyed): boolean => useShortcuts.getState().changed[id] !== undefined

/** Whoever has these keys already, other than `command`. */
export const holderOf = <T extends Keyed>(keys: string, command: Keyed, all: readonly T[]): T | undefined =>
  all.find((other) => other.id !== command.id && shortcutsOf(other).includes(keys))

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((keys, i) => keys === b[i])

/** What is as it is by itself needs no keeping, so that a later Sightline may change it. */
function changes(changed: Changed, command: Keyed, keys: readonly string[]): Changed {
  const { [command.id]: _, ...others } = changed
  return same(keys, command.shortcuts ?? []) ? others : { ...others, [command.id]: keys }
}

/** Gives the command these keys and no others; whoever had them has them no more. `undefined`: none. */
export function assign(command: Keyed, keys: string | undefined, all: readonly Keyed[]): void {
  let { changed } = useShortcuts.getState()
  const holder = keys === undefined ? undefined : holderOf(keys, command, all)
  if (holder)
    changed = changes(
      changed,
      holder,
      shortcutsOf(holder).filter((old) => old !== keys),
    )
  keep(changes(changed, command, keys === undefined ? [] : [keys]))
}

/** Back to its own keys; another command that was given them loses them. */
export function reset(command: Keyed, all: readonly Keyed[]): void {
  let changed = changes(useShortcuts.getState().changed, command, command.shortcuts ?? [])
  for (const keys of command.shortcuts ?? []) {
    const holder = holderOf(keys, command, all)
    if (holder)
      changed = changes(
        changed,
        holder,
        shortcutsOf(holder).filter((old) => old !== keys),
      )
  }
  keep(changed)
}

export const resetAll = (): void => keep({})
