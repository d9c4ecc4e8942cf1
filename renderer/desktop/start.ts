/** Connects the page to the desktop program: its menu bar, its frame, files opened from outside, closing. */
import type { DesktopBridge, DesktopEvent } from '../../engine/protocol/desktop.ts'
import { perform } from '../commands/command.ts'
import { commands } from '../commands/index.ts'
import { useShortcuts } from '../commands/shortcuts.ts'
import { openPath, whenSafe } from '../panels/files.ts'
import { isDirty, titleOf, useEditor } from '../state/editor.ts'
import { connected, request } from '../state/engine.ts'
import { notifyError } from '../state/notices.ts'
import { useRecent } from '../state/recent.ts'
import { useUi } from '../state/ui.ts'
import { useTheme } from '../theme/theme.ts'
import { hearUpdate, startUpdates } from '../updates/store.ts'
import { useWords } from '../words/store.ts'
import { desktop } from './bridge.ts'
import { menuBar } from './menu.ts'

/** The menu and the frame follow the editor, but not at every step of a drag. */
const rest = 120

function later(work: () => void): () => void {
  let waiting = false
  return () => {
    if (waiting) return
    waiting = true
    setTimeout(() => {
      waiting = false
      work()
    }, rest)
  }
}

/** Reports changes only. */
function telling<T>(made: () => T, tell: (what: T) => void): () => void {
  let last = ''
  return later(() => {
    const what = made()
    const text = JSON.stringify(what)
    if (text !== last) tell(what)
    last = text
  })
}

function documentState() {
  const s = useEditor.getState()
  const edited = isDirty(s)
  const title = titleOf(s)
  return { title, edited, untouched: !edited && s.path === undefined, ...(s.path !== undefined && { path: s.path }) }
}

function hear(bridge: DesktopBridge, event: DesktopEvent): void {
  switch (event.type) {
    case 'command': {
      const command = commands.find(({ id }) => id === event.id)
      if (command) perform(command)
      break
    }
    case 'open':
      whenSafe(() => void openPath(event.path).catch(notifyError))
      break
    case 'update':
      hearUpdate(event.state)
      break
    case 'close':
      // Saved or discarded: nothing of it should come back.
      whenSafe(() => void request('forget', {}).catch(notifyError).finally(bridge.closed))
      break
  }
}

/**
 * Called once at start; does nothing in a browser.
 * @param open the file that this window was opened for
 */
export function startDesktop(open: string | undefined): void {
  if (!desktop) return
  const bridge = desktop
  // Restored unsaved work takes precedence over the content of the file.
  const untouched = (): boolean => useEditor.getState().path === undefined && !isDirty(useEditor.getState())
  if (open !== undefined)
    connected()
      .then(() => (untouched() ? openPath(open) : undefined))
      .catch(notifyError)
  bridge.listen((event) => hear(bridge, event))
  const tellMenu = telling(menuBar, bridge.menu)
  const tellRecent = telling(() => useRecent.getState().files.map(({ path }) => path), bridge.recent)
  const tellDocument = telling(documentState, bridge.document)
  for (const store of [useEditor, useUi, useTheme, useShortcuts, useWords]) store.subscribe(tellMenu)
  useEditor.subscribe(tellDocument)
  useRecent.subscribe(tellRecent)
  tellMenu()
  tellDocument()
  tellRecent()
  void startUpdates()
}
