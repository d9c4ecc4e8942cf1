/** What lies between the header and the edge of the window: lesson, node list, canvas, viewer, list, problems, inspector. */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import {
  Group,
  type Layout,
  type LayoutChangedMeta,
  Panel,
  Separator,
  useDefaultLayout,
  useGroupRef,
} from 'react-resizable-panels'
import { Canvas } from '../canvas/Canvas.tsx'
import { useExplain } from '../explain/state.ts'
import { Inspector } from '../inspector/Inspector.tsx'
import { ResumeLesson } from '../lesson/Resume.tsx'
import { useLesson } from '../lesson/store.ts'
import { Walker } from '../lesson/Walker.tsx'
import { ListView } from '../list/ListView.tsx'
import { ModelsPanel } from '../models/ModelsPanel.tsx'
import { NetworkView } from '../network/NetworkView.tsx'
import { Palette } from '../palette/Palette.tsx'
import { MemoryPanel } from '../panels/MemoryPanel.tsx'
import { ProblemsPanel } from '../panels/ProblemsPanel.tsx'
import { useEditor } from '../state/editor.ts'
import { chooseWidths, useUi } from '../state/ui.ts'
import { uiScale } from '../theme/scale.ts'
import { Viewer } from '../viewer/Viewer.tsx'
import { Breadcrumbs } from './Breadcrumbs.tsx'
import { BuiltInBanner } from './BuiltInBanner.tsx'
import { EmptyCanvas } from './EmptyCanvas.tsx'
import { FileBanner } from './FileBanner.tsx'
import { LinkBanner } from './LinkBanner.tsx'
import styles from './Panels.module.css'
import { sidesWithRoom, sideWidths, tightMain } from './sides.ts'

/** The usual and the extreme widths of what lies beside the canvas, in px. */
const sides = {
  lesson: { width: 384, min: 280, max: 640 },
  palette: { width: 232, min: 168, max: 400 },
  inspector: { width: 296, min: 232, max: 520 },
} as const
type SideName = keyof typeof sides

export function Panels() {
  const panels = useUi((s) => s.panels)
  const front = useUi((s) => s.front)
  const start = useUi((s) => s.start)
  const lesson = useLesson((s) => s.on)
  // In a lesson it is there for a selected node or an explained number; else it would only list the notes.
  const inspected = useEditor((s) => s.selection.nodes.size > 0)
  const explained = useExplain((s) => s.asked !== undefined)
  const { viewer, problems, list, models, memory } = panels
  // While the start screen is open, the sample has the space beside it to itself.
  const wanted: Readonly<Record<SideName, boolean>> = {
    lesson,
    palette: panels.palette && !start,
    inspector: panels.inspector && !start && (!lesson || inspected || explained),
  }
  const order: readonly SideName[] =
    front === 'palette' ? ['lesson', 'palette', 'inspector'] : ['lesson', 'inspector', 'palette']
  const { shown, columns } = useSides(order.filter((id) => wanted[id]))
  const below = { viewer, list, problems, models, memory }
  const rows = ['canvas', ...(Object.keys(below) as (keyof typeof below)[]).filter((id) => below[id])]
  const rowLayout = useDefaultLayout({ id: 'sightline.rows', panelIds: rows })
  return (
    <Group className={styles.panels} {...columns}>
      {shown.has('lesson') && (
        <>
          <Side id="lesson" width={shown.get('lesson')}>
            <Walker />
          </Side>
          <Separator className={styles.column} />
        </>
      )}
      {shown.has('palette') && (
        <>
          <Side id="palette" width={shown.get('palette')}>
            <Palette />
          </Side>
          <Separator className={styles.column} />
        </>
      )}
      <Panel id="main" minSize={tightMain}>
        <Group orientation="vertical" {...rowLayout}>
          <Panel id="canvas" minSize={160}>
            <main className={styles.main}>
              <Canvas />
              <EmptyCanvas />
              <NetworkView />
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
          {models && (
            <>
              <Separator className={styles.row} />
              <Panel id="models" defaultSize={240} minSize={80} groupResizeBehavior="preserve-pixel-size">
                <ModelsPanel />
              </Panel>
            </>
          )}
          {memory && (
            <>
              <Separator className={styles.row} />
              <Panel id="memory" defaultSize={200} minSize={80} groupResizeBehavior="preserve-pixel-size">
                <MemoryPanel />
              </Panel>
            </>
          )}
        </Group>
      </Panel>
      {shown.has('inspector') && (
        <>
          <Separator className={styles.column} />
          <Side id="inspector" width={shown.get('inspector')}>
            <Inspector />
          </Side>
        </>
      )}
    </Group>
  )
}

/** Which of these the window has room for, and how wide; and what their group needs to keep to it. */
function useSides(wanted: readonly SideName[]) {
  const widths = useUi((s) => s.widths)
  const groupRef = useGroupRef()
  const elementRef = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState(() => window.innerWidth / uiScale())
  useLayoutEffect(() => {
    const element = elementRef.current
    if (!element) return
    const watch = new ResizeObserver(() => setRoom(element.offsetWidth))
    watch.observe(element)
    setRoom(element.offsetWidth)
    return () => watch.disconnect()
  }, [])

  const all = wanted.map((id) => ({
    id,
    min: sides[id].min,
    width: widths[id]?.width ?? sides[id].width,
    chosenAt: widths[id]?.at,
  }))
  const kept = sidesWithRoom(room, all)
  const shown = sideWidths(room, kept)
  const squeezed = wanted.filter((id) => !shown.has(id)).join(' ')
  useEffect(() => useUi.setState({ squeezed: squeezed === '' ? [] : squeezed.split(' ') }), [squeezed])

  // The group may learn later than React which panels there are: until then it is due.
  const due = useRef(false)
  const place = (): void => {
    const group = groupRef.current
    const known = Object.keys(group?.getLayout() ?? {})
    if (
      !due.current ||
      !group ||
      known.length !== shown.size + 1 ||
      ![...shown.keys()].every((id) => known.includes(id))
    )
      return
    due.current = false
    const parts = [...shown].map(([id, width]) => [id, (width / room) * 100] as const)
    group.setLayout({ ...Object.fromEntries(parts), main: parts.reduce((left, [, part]) => left - part, 100) })
  }
  const layout = JSON.stringify([room, [...shown]])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `layout` is all of it
  useLayoutEffect(() => {
    due.current = true
    place()
  }, [layout])

  const onLayoutChanged = (parts: Layout, { isUserInteraction }: LayoutChangedMeta): void => {
    if (!isUserInteraction) {
      place()
      return
    }
    // A separator was moved: the widths that changed are the user's from now on.
    const now = [...shown].map(([id, old]) => ({ id, old, width: Math.round(((parts[id] ?? 0) / 100) * room) }))
    const chosen = now.filter(({ old, width }) => Math.abs(width - old) > 2)
    chooseWidths(Object.fromEntries(chosen.map(({ id, width }) => [id, { width, at: room }])))
  }
  return { shown, columns: { groupRef, elementRef, onLayoutChanged } }
}

interface SideProps {
  readonly id: SideName
  readonly width: number | undefined
  readonly children: ReactNode
}

function Side({ id, width = sides[id].width, children }: SideProps) {
  return (
    <Panel
      id={id}
      defaultSize={width}
      minSize={sides[id].min}
      maxSize={sides[id].max}
      groupResizeBehavior="preserve-pixel-size"
      className={styles.side}
    >
      {children}
    </Panel>
  )
}
