/** A map whose entries are watched one by one: a change to one node re-renders only that node. */
import { useCallback, useSyncExternalStore } from 'react'

export interface Keyed<T> {
  get(key: string): T | undefined
  entries(): ReadonlyMap<string, T>
  /** `undefined` removes the entry. Setting the same object notifies nobody. */
  set(changes: Iterable<readonly [string, T | undefined]>): void
  clear(): void
  /** One entry, or with `null` any of them. */
  subscribe(key: string | null, listener: () => void): () => void
}

export function createKeyed<T>(): Keyed<T> {
  let map: ReadonlyMap<string, T> = new Map()
  const listeners = new Map<string | null, Set<() => void>>()
  const tell = (key: string | null): void => {
    for (const listener of listeners.get(key) ?? []) listener()
  }
  const set = (changes: Iterable<readonly [string, T | undefined]>): void => {
    const next = new Map(map)
    const changed: string[] = []
    for (const [key, value] of changes) {
      if (next.get(key) === value) continue
      if (value === undefined) next.delete(key)
      else next.set(key, value)
      changed.push(key)
    }
    if (changed.length === 0) return
    map = next
    for (const key of changed) tell(key)
    tell(null)
  }
  return {
    get: (key) => map.get(key),
    entries: () => map,
    set,
    clear: () => set([...map.keys()].map((key) => [key, undefined] as const)),
    subscribe(key, listener) {
      const set = listeners.get(key) ?? new Set()
      listeners.set(key, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key)
      }
    },
  }
}

/** One entry of a keyed store. */
export function useKeyed<T>(keyed: Keyed<T>, key: string): T | undefined {
  const subscribe = useCallback((listener: () => void) => keyed.subscribe(key, listener), [keyed, key])
  return useSyncExternalStore(subscribe, () => keyed.get(key))
}

/** All entries, for lists. The map is a new one after each change. */
export function useAll<T>(keyed: Keyed<T>): ReadonlyMap<string, T> {
  const subscribe = useCallback((listener: () => void) => keyed.subscribe(null, listener), [keyed])
  return useSyncExternalStore(subscribe, keyed.entries)
}
