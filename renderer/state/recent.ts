/**
 * Pipelines and 3D scenes opened or saved before, newest first: kept in this browser (or the desktop program, which fills its menu from here),
 * one list for all windows, checked by the host. This is the only file that knows how the list is kept.
 */
import { create } from 'zustand'
import { titleOf, useEditor } from './editor.ts'
import { request } from './engine.ts'

export interface RecentFile {
  readonly path: string
  readonly title: string
  /** When, in ms since 1970. */
  readonly at: number
}

interface Recent {
  readonly files: readonly RecentFile[]
  /** Those known to be gone. */
  readonly gone: ReadonlySet<string>
}

const key = 'sightline.recent'
const most = 12

const isFile = (entry: unknown): entry is RecentFile =>
  typeof entry === 'object' && entry !== null && 'path' in entry && 'title' in entry && 'at' in entry

function stored(): readonly RecentFile[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(found) ? found.filter(isFile).slice(0, most) : []
  } catch {
    // Written by something else, or not allowed: start a new list.
    return []
  }
}

export const useRecent = create<Recent>(() => ({ files: stored(), gone: new Set() }))
const { getState: get, setState: set } = useRecent

function keep(files: readonly RecentFile[]): void {
  set({ files })
  try {
    localStorage.setItem(key, JSON.stringify(files))
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}

export const forget = (path: string): void => keep(get().files.filter((file) => file.path !== path))

export function remember(path: string, title: string): void {
  const others = get().files.filter((file) => file.path !== path)
  keep([{ path, title, at: Date.now() }, ...others].slice(0, most))
}

/** Asks which of them still exist. */
export async function checkRecent(): Promise<void> {
  const paths = get().files.map(({ path }) => path)
  if (paths.length === 0) return
  const there = new Set((await request('there', { paths })).paths)
  set({ gone: new Set(paths.filter((path) => !there.has(path))) })
}

/** Called once at start: follows the lists of other windows, and remembers whatever is opened from or saved to a file. */
export function startRecent(): void {
  window.addEventListener('storage', (event) => event.key === key && set({ files: stored() }))
  useEditor.subscribe((state, before) => {
    const { path, stamp } = state
    if (path !== undefined && (path !== before.path || stamp !== before.stamp)) remember(path, titleOf(state))
  })
}
