/** The window: header, node list, canvas, viewer, problems and inspector, and the dialogs over them. */
import { type ReactNode, useEffect } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { Canvas } from '../canvas/Canvas.tsx'
import { commands } from '../commands/index.ts'
import { listenForKeys } from '../commands/keys.ts'
import { desktop } from '../desktop/bridge.ts'
import { useExplain } from '../explain/state.ts'
import { Inspector } from '../inspector/Inspector.tsx'
import { ResumeLesson } from '../lesson/Resume.tsx'
import { useLesson } from '../lesson/store.ts'
import { Walker } from '../lesson/Walker.tsx'
import { Announcer } from '../list/Announcer.tsx'
import { ConnectDialog } from '../list/ConnectDialog.tsx'
import { ListView } from '../list/ListView.tsx'
import { NodePageDialog } from '../page/NodePageDialog.tsx'
import { CommandPalette } from '../palette/CommandPalette.tsx'
import { Palette } from '../palette/Palette.tsx'
import { AboutDialog } from '../panels/AboutDialog.tsx'
import { DiscardDialog } from '../panels/DiscardDialog.tsx'
import { OpenDialog } from '../panels/OpenDialog.tsx'
import { ProblemsPanel } from '../panels/ProblemsPanel.tsx'
import { SaveDialog } from '../panels/SaveDialog.tsx'
import { ShortcutsDialog } from '../panels/ShortcutsDialog.tsx'
import { SceneScreen } from '../scene/SceneScreen.tsx'
import { SettingsDialog } from '../settings/SettingsDialog.tsx'
import { StartScreen } from '../start/StartScreen.tsx'
import { isDirty, titleOf, useEditor } from '../state/editor.ts'
import { useUi } from '../state/ui.ts'
import { UiProvider } from '../ui/UiProvider.tsx'
import { UpdateDialog } from '../updates/UpdateDialog.tsx'
import { Viewer } from '../viewer/Viewer.tsx'
import { useWords } from '../words/store.ts'
import styles from './App.module.css'
import { Breadcrumbs } from './Breadcrumbs.tsx'
import { BuiltInBanner } from './BuiltInBanner.tsx'
import { listenToClipboard } from './clipboard.ts'
import { EmptyCanvas } from './EmptyCanvas.tsx'
import { FileBanner } from './FileBanner.tsx'
import { Header } from './Header.tsx'
import { LeftBehind } from './LeftBehind.tsx'
import { LinkBanner } from './LinkBanner.tsx'

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
      <CommandPalette />
      <OpenDialog />
      <SaveDialog />
      <DiscardDialog />
      <ShortcutsDialog />
      <AboutDialog />
      <SettingsDialog />
      <NodePageDialog />
      <ConnectDialog />
      <UpdateDialog />
      <Announcer />
    </UiProvider>
  )
}

function Panels() {
  const panels = useUi((s) => s.panels)
  const start = useUi((s) => s.start)
  const lesson = useLesson((s) => s.on)
  // In a lesson it is there for a selected node or an explained number; else it would only list the notes.
  const inspected = useEditor((s) => s.selection.nodes.size > 0)
  const explained = useExplain((s) => s.asked !== undefined)
  const { viewer, problems, list } = panels
  // While the start screen is open, the sample has the space beside it to itself.
  const shown = {
    lesson,
    palette: panels.palette && !start,
    main: true,
    inspector: panels.inspector && !start && (!lesson || inspected || explained),
  }
  const { palette, inspector } = shown
  const columns = (Object.keys(shown) as (keyof typeof shown)[]).filter((id) => shown[id])
  const below = { viewer, list, problems }
  const rows = ['canvas', ...(Object.keys(below) as (keyof typeof below)[]).filter((id) => below[id])]
  const columnLayout = useDefaultLayout({ id: 'sightline.columns', panelIds: columns })
  const rowLayout = useDefaultLayout({ id: 'sightline.rows', panelIds: rows })
  return (
    <Group className={styles.panels} {...columnLayout}>
      {lesson && (
        <>
          <Side id="lesson" size={384} min={280} max={640}>
            <Walker />
          </Side>
          <Separator className={styles.column} />
        </>
      )}
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
              <BuiltInBanner />
              <ResumeLesson />
              <FileBanner />
              <LinkBanner />
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
          {list && (
            <>
              <Separator className={styles.row} />
              <Panel id="list" defaultSize={260} minSize={100} groupResizeBehavior="preserve-pixel-size">
                <ListView />
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
