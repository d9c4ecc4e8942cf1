/**
 * Reports when a file's content may have changed. Watches its folder, not the file, because most programs save by replacing it.
 * Where the system cannot watch (no folder yet, a network mount, no watches left) it checks once a second.
 */
import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { identityOf } from './folder.ts'

/** Programs write in several steps; a change is reported after this long without another, in ms. */
const QUIET = 60
const POLL = 1000

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The file's identity, or that it has none: appearing and disappearing are changes, too. */
const stampOf = (real: string): Promise<string> =>
  identityOf({ real, shown: real }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))

/**
 * Watches absolute paths of files and folders until the returned function is called.
 * @param changed called with the path that changed
 */
export function watchPaths(paths: readonly string[], changed: (path: string) => void): () => void {
  const stamps = new Map<string, string>()
  const closers: (() => void)[] = []
  let closed = false

  const look = async (path: string): Promise<void> => {
    const stamp = await stampOf(path)
    const before = stamps.get(path)
    stamps.set(path, stamp)
    if (!closed && before !== stamp) changed(path)
  }

  const poll = (members: readonly string[]): void => {
    const timer = setInterval(() => members.forEach((path) => void look(path)), POLL)
    timer.unref()
    closers.push(() => clearInterval(timer))
  }

  const watchFolder = (folder: string, members: readonly string[]): void => {
    let quiet: NodeJS.Timeout | undefined
    let watcher: FSWatcher
    try {
      watcher = watch(folder, { persistent: false }, () => {
        clearTimeout(quiet)
        quiet = setTimeout(() => members.forEach((path) => void look(path)), QUIET)
        quiet.unref()
      })
    } catch {
      poll(members)
      return
    }
    watcher.on('error', () => {
      watcher.close()
      if (!closed) poll(members)
    })
    closers.push(() => {
      clearTimeout(quiet)
      watcher.close()
    })
  }

  const folders = new Map<string, string[]>()
  for (const path of new Set(paths)) {
    const folder = isFolder(path) ? path : dirname(path)
    folders.set(folder, [...(folders.get(folder) ?? []), path])
  }
  for (const [folder, members] of folders) {
    watchFolder(folder, members)
    // Anything that happens before this is known may be a change, and is reported.
    for (const path of members) void stampOf(path).then((stamp) => stamps.set(path, stamp))
  }
  return () => {
    closed = true
    for (const close of closers) close()
  }
}
