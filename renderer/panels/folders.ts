/** The folders in which files were chosen, newest first: kept in this browser or desktop program, one list for all windows. */
import { create } from 'zustand'
import { useRecent } from '../state/recent.ts'
import { folderOf } from './paths.ts'

const key = 'sightline.folders'
const most = 8

function stored(): readonly string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(found) ? found.filter((path) => typeof path === 'string').slice(0, most) : []
  } catch {
    // Written by something else, or not allowed: start a new list.
    return []
  }
}

export const useFolders = create<{ readonly chosen: readonly string[] }>(() => ({ chosen: stored() }))
window.addEventListener('storage', (event) => event.key === key && useFolders.setState({ chosen: stored() }))

/** A file in this folder, or the folder itself, was chosen. */
export function rememberFolder(path: string): void {
  const chosen = [path, ...useFolders.getState().chosen.filter((other) => other !== path)].slice(0, most)
  useFolders.setState({ chosen })
  try {
    localStorage.setItem(key, JSON.stringify(chosen))
  } catch {
    // Storage is full or forbidden: they last as long as the page.
  }
}

/** Where a dialog begins that is about no particular file: where the last one was chosen. */
export const lastFolder = (): string | undefined => recentFolders()[0]

/** Those chosen, then those of recent files. */
export function recentFolders(): readonly string[] {
  const files = useRecent.getState().files.flatMap(({ path }) => folderOf(path) ?? [])
  return [...new Set([...useFolders.getState().chosen, ...files])].slice(0, most)
}
