/**
 * The large view of results: one output, or two to four side by side with one camera and one probe; two can also be compared
 * in place. While no slot is filled it follows the selection.
 */
import { BarChart3, Columns2, Diff, Eye, Maximize, Ruler, SquareSplitHorizontal, ToggleLeft } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { CommandKeys } from '../commands/CommandKeys.tsx'
import { useShortcut } from '../commands/shortcuts.ts'
import { viewCommand } from '../commands/view.ts'
import { useEditor } from '../state/editor.ts'
import { useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Tooltip } from '../ui/Tooltip.tsx'
import { zoomWords } from './camera.ts'
import { statistics as statisticsCommand } from './commands.ts'
import { Pane } from './Pane.tsx'
import { ProbeBar } from './ProbeBar.tsx'
import { useHasPixels, usePanes, usePictures } from './panes.ts'
import { Slots } from './Slots.tsx'
import { Statistics } from './Statistics.tsx'
import { RangeWatch, useDisplays } from './shared.tsx'
import { fit, setViewer, useViewer } from './state.ts'
import styles from './Viewer.module.css'

const modes = [
  { value: 'side', label: 'Side by side', icon: Columns2 },
  { value: 'wipe', label: 'Wipe', icon: SquareSplitHorizontal },
  { value: 'blink', label: 'Blink', icon: ToggleLeft, shortcut: '\\' },
  { value: 'difference', label: 'Difference', icon: Diff },
] as const

export function Viewer() {
  const panes = usePanes()
  const pictures = usePictures(panes)
  const displays = useDisplays(panes)
  const mode = useViewer((s) => s.mode)
  const shared = useViewer((s) => s.shared)
  const statistics = useViewer((s) => s.statistics)
  const statisticsKeys = useShortcut(statisticsCommand)
  const hasPixels = useHasPixels(pictures)
  const filled = useUi((s) => s.slots.filter(Boolean).length)
  if (panes.length === 0) return <Nothing />

  const compared = panes.length === 2 && mode !== 'side'
  const tools = hasPixels && (
    <div className={styles.tools}>
      {panes.length === 2 && (
        <Segmented
          small
          label="How two are compared"
          value={mode}
          segments={modes}
          onChange={(next) => setViewer({ mode: next })}
        />
      )}
      {panes.length > 1 && (
        <IconButton
          small
          icon={Ruler}
          label="One range of numbers for all"
          pressed={shared}
          onClick={() => setViewer({ shared: !shared, ranges: {} })}
        />
      )}
      <IconButton
        small
        icon={BarChart3}
        label="Histogram and statistics"
        shortcut={statisticsKeys}
        pressed={statistics}
        onClick={() => setViewer({ statistics: !statistics })}
      />
      <Zoom />
      <IconButton small icon={Maximize} label="Fit the picture" shortcut="F" onClick={fit} />
    </div>
  )
  const barred = filled > 1 || panes.length > 1
  return (
    <section className={styles.viewer} aria-label="Viewer">
      {barred && (
        <header className={styles.bar}>
          <Slots />
          <span className={styles.space} />
          {tools}
        </header>
      )}
      <div className={styles.panes} data-count={compared ? 1 : panes.length}>
        {compared ? (
          <Pane panes={panes} pictures={pictures} displays={displays} linked={pictures} />
        ) : (
          panes.map((pane, i) => (
            <Single key={pane.key} at={i} tools={!barred && tools} {...{ panes, pictures, displays }} />
          ))
        )}
      </div>
      {shared && panes.length > 1 && panes.map((pane) => <RangeWatch key={pane.key} pane={pane} />)}
      {hasPixels && <ProbeBar panes={panes} pictures={pictures} />}
      {hasPixels && statistics && <Statistics panes={panes} />}
    </section>
  )
}

interface SingleProps {
  readonly at: number
  /** In the pane's heading, if there is no bar above. */
  readonly tools: ReactNode
  readonly panes: ReturnType<typeof usePanes>
  readonly pictures: ReturnType<typeof usePictures>
  readonly displays: ReturnType<typeof useDisplays>
}

/** One of several panes; it passes on the same array while the content is the same. */
function Single({ at, tools, panes, pictures, displays }: SingleProps) {
  const own = useMemo(() => panes.slice(at, at + 1), [panes, at])
  const picture = useMemo(() => pictures.slice(at, at + 1), [pictures, at])
  const display = useMemo(() => displays.slice(at, at + 1), [displays, at])
  return <Pane panes={own} pictures={picture} displays={display} linked={pictures} tools={tools} />
}

function Zoom() {
  const zoom = useViewer((s) => s.shownZoom)
  const camera = useViewer((s) => s.camera)
  return (
    <Tooltip label="One pixel of the picture is one of the screen" shortcut="Z">
      <Button small look="quiet" className={styles.zoom} onClick={() => setViewer({ camera: { ...camera, zoom: 1 } })}>
        {zoomWords(zoom)}
      </Button>
    </Tooltip>
  )
}

function Nothing() {
  const empty = useEditor((s) => Object.keys(s.document.nodes).length === 0)
  return (
    <section className={styles.nothing} aria-label="Viewer">
      <Eye size={24} strokeWidth={1.5} aria-hidden />
      {empty ? (
        <p>Results are shown here. Add a node to begin.</p>
      ) : (
        <p>
          Select a node to see its result, or press <CommandKeys of={viewCommand} /> to keep it here.
        </p>
      )}
    </section>
  )
}
