/**
 * Reports when a file's content may have changed. Watches its folder, not the file, because most programs save by replacing it.
 * Where the system cannot watch (no folder yet, a network mount, no watches left) it checks once a second.
 */
import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { identityOf } from './folder.ts'

/** Programs write in several steps; a change is reported after this long without another, in ms, */
const QUIET = 60
/** but not later than this, or a neighbour that is always written (a log) would hide the others. */
const LATEST = 500
const POLL = 1000

/** What cannot be looked at counts as a file: the node that reads it reports the problem. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** The file's identity, or that it has none: appearing and disappearing are changes, too. */
const stampOf = (real: string): Promise<string> =>
  identityOf({ real, shown: real }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))

/**
 * Watches absolute paths of files and folders until the returned function is called. Never throws: a path that cannot be read,
 * or cannot exist, is checked again like one where nothing is yet.
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
    let since: number | undefined
    let watcher: FSWatcher
    try {
      watcher = watch(folder, { persistent: false }, () => {
        since ??= performance.now()
        if (performance.now() - since > LATEST - QUIET) return
        clearTimeout(quiet)
        quiet = setTimeout(() => {
          since = undefined
          for (const path of members) void look(path)
        }, QUIET)
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
