/** The current shortcuts of each command: its own, or the user's. Kept in this browser or desktop program. */
import { create } from 'zustand'

type Changed = Readonly<Record<string, readonly string[]>>

const key = 'sightline.shortcuts'

const isKeys = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((keys) => typeof keys === 'string' && keys !== '')

function stored(): Changed {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return Object.fromEntries(Object.entries(found ?? {}).filter(([, keys]) => isKeys(keys)))
  } catch {
    // Written by something else, or not allowed: use the defaults.
    return {}
  }
}

/** By command id; an empty list: no shortcut. */
export const useShortcuts = create<{ readonly changed: Changed }>(() => ({ changed: stored() }))

function keep(changed: Changed): void {
  useShortcuts.setState({ changed })
  try {
    localStorage.setItem(key, JSON.stringify(changed))
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}

/** What of a command its keys depend on. */
interface Keyed {
  readonly id: string
  readonly shortcuts?: readonly string[]
  readonly native?: boolean
}

/** "Mod+Shift+Z"; the first is shown in menus. */
export const shortcutsOf = ({ id, shortcuts }: Keyed, { changed } = useShortcuts.getState()): readonly string[] =>
  changed[id] ?? shortcuts ?? []

/** The first of them, for display. */
export const useShortcut = (command: Keyed): string | undefined => useShortcuts((s) => shortcutsOf(command, s)[0])

export const isChanged = ({ id }: Keyed): boolean => useShortcuts.getState().changed[id] !== undefined

/** The command other than `command` that already has these keys. */
export const holderOf = <T extends Keyed>(keys: string, command: Keyed, all: readonly T[]): T | undefined =>
  all.find((other) => other.id !== command.id && shortcutsOf(other).includes(keys))

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((keys, i) => keys === b[i])

/** Defaults are not stored, so that a later version may change them. */
function changes(changed: Changed, command: Keyed, keys: readonly string[]): Changed {
  const { [command.id]: _, ...others } = changed
  return same(keys, command.shortcuts ?? []) ? others : { ...others, [command.id]: keys }
}

/** Gives the command exactly these keys and takes them from any other command. `undefined`: none. */
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

/** Restores the default; takes it back from another command that was given it. */
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
