/** The window: header, node list, canvas over viewer and problems, inspector; and the dialogs that come over it. */
import { type ReactNode, useEffect } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { Canvas } from '../canvas/Canvas.tsx'
import { commands } from '../commands/index.ts'
import { listenForKeys } from '../commands/keys.ts'
import { desktop } from '../desktop/bridge.ts'
import { Inspector } from '../inspector/Inspector.tsx'
import { CommandPalette } from '../palette/CommandPalette.tsx'
import { Palette } from '../palette/Palette.tsx'
import { AboutDialog } from '../panels/AboutDialog.tsx'
import { DiscardDialog } from '../panels/DiscardDialog.tsx'
import { OpenDialog } from '../panels/OpenDialog.tsx'
import { ProblemsPanel } from '../panels/ProblemsPanel.tsx'
import { SaveDialog } from '../panels/SaveDialog.tsx'
import { ShortcutsDialog } from '../panels/ShortcutsDialog.tsx'
import { isDirty, titleOf, useEditor } from '../state/editor.ts'
import { useUi } from '../state/ui.ts'
import { UiProvider } from '../ui/UiProvider.tsx'
import { Viewer } from '../viewer/Viewer.tsx'
import styles from './App.module.css'
import { Breadcrumbs } from './Breadcrumbs.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { listenToClipboard } from './clipboard.ts'
import { EmptyCanvas } from './EmptyCanvas.tsx'
import { Header } from './Header.tsx'

export function App() {
  useEffect(() => listenForKeys(commands), [])
  useEffect(listenToClipboard, [])
  useTitle()
  useQuestionBeforeLeaving()
  return (
    <UiProvider>
      <div className={styles.app}>
        <h1 className="visually-hidden">Sightline</h1>
        <Header />
        <Panels />
      </div>
      <CommandPalette />
      <OpenDialog />
      <SaveDialog />
      <DiscardDialog />
      <ShortcutsDialog />
      <AboutDialog />
    </UiProvider>
  )
}

function Panels() {
  const { palette, inspector, viewer, problems } = useUi((s) => s.panels)
  const columns = ['palette', 'main', 'inspector'].filter((id) =>
    id === 'palette' ? palette : id !== 'inspector' || inspector,
  )
  const rows = ['canvas', 'viewer', 'problems'].filter((id) =>
    id === 'viewer' ? viewer : id !== 'problems' || problems,
  )
  const columnLayout = useDefaultLayout({ id: 'sightline.columns', panelIds: columns })
  const rowLayout = useDefaultLayout({ id: 'sightline.rows', panelIds: rows })
  return (
    <Group className={styles.panels} {...columnLayout}>
      {palette && (
        <>
          <Side id="palette" size={232} min={168} max={400}>
            <Palette />
          </Side>
          <Separator className={styles.column} />
        </>
      )}
      <Panel id="main" minSize={320}>
        <Group orientation="vertical" {...rowLayout}>
          <Panel id="canvas" minSize={160}>
            <main className={styles.main}>
              <Canvas />
              <EmptyCanvas />
              <Breadcrumbs />
              <ConnectionBanner />
            </main>
          </Panel>
          {viewer && (
            <>
              <Separator className={styles.row} />
              <Panel id="viewer" defaultSize="45%" minSize={160}>
                <Viewer />
              </Panel>
            </>
          )}
          {problems && (
            <>
              <Separator className={styles.row} />
              <Panel id="problems" defaultSize={180} minSize={80} groupResizeBehavior="preserve-pixel-size">
                <ProblemsPanel />
              </Panel>
            </>
          )}
        </Group>
      </Panel>
      {inspector && (
        <>
          <Separator className={styles.column} />
          <Side id="inspector" size={296} min={232} max={520}>
            <Inspector />
          </Side>
        </>
      )}
    </Group>
  )
}

interface SideProps {
  readonly id: string
  readonly size: number
  readonly min: number
  readonly max: number
  readonly children: ReactNode
}

function Side({ id, size, min, max, children }: SideProps) {
  return (
    <Panel
      id={id}
      defaultSize={size}
      minSize={min}
      maxSize={max}
      groupResizeBehavior="preserve-pixel-size"
      className={styles.side}
    >
      {children}
    </Panel>
  )
}

function useTitle(): void {
  const title = useEditor((s) => `${isDirty(s) ? '• ' : ''}${titleOf(s)} – Sightline`)
  useEffect(() => {
    document.title = title
  }, [title])
}

/** The browser asks before it closes a window with work that no file has. */
function useQuestionBeforeLeaving(): void {
  useEffect(() => {
    // The desktop program asks in words before it closes a window.
    if (desktop) return
    const ask = (event: BeforeUnloadEvent): void => {
      if (isDirty(useEditor.getState())) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [])
}
