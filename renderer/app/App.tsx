/** The window: header, node list, canvas, viewer, problems and inspector, and the dialogs over them. */
import { useEffect } from 'react'
import { commands } from '../commands/index.ts'
import { listenForKeys } from '../commands/keys.ts'
import { desktop } from '../desktop/bridge.ts'
import { Announcer } from '../list/Announcer.tsx'
import { ConnectDialog } from '../list/ConnectDialog.tsx'
import { ModelDialogs } from '../models/ModelDialogs.tsx'
import { NodePageDialog } from '../page/NodePageDialog.tsx'
import { CommandPalette } from '../palette/CommandPalette.tsx'
import { AboutDialog } from '../panels/AboutDialog.tsx'
import { DiscardDialog } from '../panels/DiscardDialog.tsx'
import { OpenDialog } from '../panels/OpenDialog.tsx'
import { SaveDialog } from '../panels/SaveDialog.tsx'
import { ShortcutsDialog } from '../panels/ShortcutsDialog.tsx'
import { Presenter } from '../present/Presenter.tsx'
import { SceneScreen } from '../scene/SceneScreen.tsx'
import { SettingsDialog } from '../settings/SettingsDialog.tsx'
import { StartScreen } from '../start/StartScreen.tsx'
import { isDirty, titleOf, useEditor } from '../state/editor.ts'
import { UiProvider } from '../ui/UiProvider.tsx'
import { UpdateDialog } from '../updates/UpdateDialog.tsx'
import { useWords } from '../words/store.ts'
import styles from './App.module.css'
import { listenToClipboard } from './clipboard.ts'
import { Header } from './Header.tsx'
import { LeftBehind } from './LeftBehind.tsx'
import { Panels } from './Panels.tsx'

export function App() {
  useEffect(() => listenForKeys(commands), [])
  useEffect(listenToClipboard, [])
  useTitle()
  useQuestionBeforeLeaving()
  const turn = useWords((s) => s.turn)
  return (
    // A change of language redraws everything.
    <UiProvider key={turn}>
      <div className={styles.app}>
        <h1 className="visually-hidden">Sightline</h1>
        <Header />
        <div className={styles.work}>
          <Panels />
          <StartScreen />
          {/* After the start screen, and so on top of it. */}
          <LeftBehind />
        </div>
      </div>
      <SceneScreen />
      <Presenter />
      <CommandPalette />
      <OpenDialog />
      <SaveDialog />
      <DiscardDialog />
      <ShortcutsDialog />
      <AboutDialog />
      <SettingsDialog />
      <NodePageDialog />
      <ConnectDialog />
      <ModelDialogs />
      <UpdateDialog />
      <Announcer />
    </UiProvider>
  )
}

function useTitle(): void {
  const title = useEditor((s) => `${isDirty(s) ? '• ' : ''}${titleOf(s)} – Sightline`)
  useEffect(() => {
    document.title = title
  }, [title])
}

/** Makes the browser ask before it closes a window with unsaved work. */
function useQuestionBeforeLeaving(): void {
  useEffect(() => {
    // The desktop program asks with its own dialog before it closes a window.
    if (desktop) return
    const ask = (event: BeforeUnloadEvent): void => {
      if (isDirty(useEditor.getState())) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [])
}
