/** Viewing: zoom, panels, theme, the viewer's slots. And running. */
import {
  AArrowDown,
  AArrowUp,
  CirclePause,
  CircleStop,
  Command as CommandIcon,
  Eye,
  Info,
  Keyboard,
  Map as MapIcon,
  Maximize,
  MemoryStick,
  Moon,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Play,
  Scan,
  Settings as SettingsIcon,
  Sun,
  SunMoon,
  Timer,
  TriangleAlert,
  Video,
  ZoomIn,
  ZoomOut,
} from 'lucide-react'
import { fitPadding, fitView } from '../canvas/fit.ts'
import { canvas } from '../canvas/store.ts'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { cancelRun, pauseJobs, playSources, runPipeline, stopSources, useEngine } from '../state/engine.ts'
import { liveSources } from '../state/feeds.ts'
import { typeInfo } from '../state/info.ts'
import { nodeReports } from '../state/reports.ts'
import {
  isShown,
  openDialog,
  type Panel,
  putInViewer,
  showProfile,
  showSlot,
  toggleMinimap,
  togglePanel,
  useUi,
  viewerSlots,
} from '../state/ui.ts'
import { canStepScale, resetScale, stepScale, uiScale } from '../theme/scale.ts'
import { type Theme, useTheme } from '../theme/theme.ts'
import { motion } from '../ui/motion.ts'
import type { Command } from './command.ts'
import { someNodes } from './edit.ts'

const duration = (): number => motion(180)

export const fitAll: Command = {
  id: 'view.fit',
  label: 'Fit everything',
  group: 'View',
  icon: Maximize,
  shortcuts: ['F'],
  keywords: ['zoom', 'centre', 'frame', 'overview'],
  perform: () => void fitView({ padding: fitPadding, duration: duration(), maxZoom: 1.5 * uiScale() }),
}

export const fitSelection: Command = {
  id: 'view.fit-selection',
  label: 'Fit the selection',
  group: 'View',
  icon: Scan,
  shortcuts: ['Mod+F'],
  enabled: someNodes,
  perform: () =>
    void fitView({
      ids: [...useEditor.getState().selection.nodes],
      padding: 0.3,
      duration: duration(),
      maxZoom: 1.5 * uiScale(),
    }),
}

export const zoomCommands: readonly Command[] = [
  {
    id: 'view.zoom-in',
    label: 'Zoom in',
    group: 'View',
    icon: ZoomIn,
    shortcuts: ['Mod++', 'Mod+='],
    perform: () => canvas.flow?.zoomIn({ duration: duration() }),
  },
  {
    id: 'view.zoom-out',
    label: 'Zoom out',
    group: 'View',
    icon: ZoomOut,
    shortcuts: ['Mod+-'],
    perform: () => canvas.flow?.zoomOut({ duration: duration() }),
  },
  {
    id: 'view.zoom-100',
    label: 'Zoom to 100 %',
    group: 'View',
    shortcuts: ['Mod+0'],
    perform: () => canvas.flow?.zoomTo(uiScale(), { duration: duration() }),
  },
]

/** Ctrl with these keys alone zooms the canvas. */
export const scaleCommands: readonly Command[] = [
  {
    id: 'view.interface-larger',
    label: 'Larger interface',
    group: 'View',
    icon: AArrowUp,
    shortcuts: ['Mod+Alt++', 'Mod+Alt+='],
    keywords: ['scale', 'size', 'zoom', 'font', 'text', 'bigger', 'projector'],
    enabled: () => canStepScale(1),
    perform: () => stepScale(1),
  },
  {
    id: 'view.interface-smaller',
    label: 'Smaller interface',
    group: 'View',
    icon: AArrowDown,
    shortcuts: ['Mod+Alt+-'],
    keywords: ['scale', 'size', 'zoom', 'font', 'text'],
    enabled: () => canStepScale(-1),
    perform: () => stepScale(-1),
  },
  {
    id: 'view.interface-100',
    label: 'Interface at 100 %',
    group: 'View',
    shortcuts: ['Mod+Alt+0'],
    keywords: ['scale', 'size', 'zoom', 'font', 'text', 'reset'],
    perform: resetScale,
  },
]

const panel = (name: Panel, label: string, icon: Command['icon'], shortcut: string): Command => ({
  id: `view.${name}`,
  label,
  group: 'View',
  ...(icon && { icon }),
  shortcuts: [shortcut],
  keywords: ['panel', 'show', 'hide'],
  checked: () => isShown(useUi.getState(), name),
  perform: () => togglePanel(name),
})

export const panelCommands = {
  palette: panel('palette', 'Node list', PanelLeft, 'Mod+1'),
  inspector: panel('inspector', 'Inspector', PanelRight, 'Mod+2'),
  viewer: panel('viewer', 'Viewer', PanelBottom, 'Mod+3'),
  problems: panel('problems', 'Problems', TriangleAlert, 'Mod+4'),
}

/** Without keys of its own. */
export const memoryPanel: Command = {
  id: 'view.memory',
  label: 'Memory',
  group: 'View',
  icon: MemoryStick,
  keywords: ['panel', 'RAM', 'bytes', 'release', 'forget', 'unload', 'budget'],
  checked: () => isShown(useUi.getState(), 'memory'),
  perform: () => togglePanel('memory'),
}

export const minimap: Command = {
  id: 'view.minimap',
  label: 'Overview map',
  group: 'View',
  icon: MapIcon,
  keywords: ['minimap'],
  checked: () => useUi.getState().minimap,
  perform: toggleMinimap,
}

const theme = (name: Theme, label: string, icon: Command['icon']): Command => ({
  id: `view.theme-${name}`,
  label,
  group: 'View',
  ...(icon && { icon }),
  keywords: ['theme', 'appearance', 'mode'],
  checked: () => useTheme.getState().theme === name,
  perform: () => useTheme.getState().setTheme(name),
})

export const themeCommands = [
  theme('system', 'Theme: as the system', SunMoon),
  theme('light', 'Theme: light', Sun),
  theme('dark', 'Theme: dark', Moon),
]

/** The output that the selected node's picture shows. */
function selectedOutput(): { node: string; port: string } | undefined {
  const s = useEditor.getState()
  const id = [...s.selection.nodes].at(-1)
  const info = id === undefined ? undefined : typeInfo(s, currentGraph(s).nodes[id])
  const port = info?.preview ?? Object.keys(info?.outputs ?? {})[0]
  return id === undefined || port === undefined ? undefined : { node: nodeRef(s.trail, id), port }
}

/** With a node selected, puts it in the slot; without, shows what is in the slot. */
function takeSlot(slot: number): void {
  const output = selectedOutput()
  if (output) putInViewer(slot, output)
  else showSlot(slot)
}

export const viewCommand: Command = {
  id: 'view.view',
  label: 'Look at it in the viewer',
  group: 'View',
  icon: Eye,
  shortcuts: ['1'],
  enabled: () => selectedOutput() !== undefined || useUi.getState().slots[0] !== null,
  perform: () => takeSlot(0),
}

const slots = Array.from({ length: viewerSlots - 1 }, (_, i): Command => {
  const slot = i + 1
  return {
    id: `view.slot-${slot + 1}`,
    label: `Viewer ${slot + 1}`,
    group: 'View',
    shortcuts: [String(slot + 1)],
    enabled: () => selectedOutput() !== undefined || useUi.getState().slots[slot] !== null,
    perform: () => takeSlot(slot),
  }
})

export const runAll: Command = {
  id: 'run.all',
  label: 'Run everything',
  group: 'Run',
  icon: Play,
  shortcuts: ['Mod+Enter'],
  keywords: ['execute', 'start', 'write', 'save'],
  enabled: () => useEngine.getState().link === 'open',
  perform: () => runPipeline(),
}

export const runSelected: Command = {
  id: 'run.selected',
  label: 'Run selected nodes',
  group: 'Run',
  icon: Play,
  shortcuts: ['Shift+R'],
  enabled: () => someNodes() && useEngine.getState().link === 'open',
  perform: () => {
    const { selection, trail } = useEditor.getState()
    return runPipeline([...selection.nodes].map((id) => nodeRef(trail, id)))
  },
}

export const cancel: Command = {
  id: 'run.cancel',
  label: 'Cancel',
  group: 'Run',
  icon: CircleStop,
  shortcuts: ['Mod+.'],
  keywords: ['stop', 'abort'],
  enabled: () => useEngine.getState().run.state !== 'idle',
  perform: cancelRun,
}

const jobsRun = (): boolean => [...nodeReports.entries().values()].some(({ job }) => job === 'running')

export const pause: Command = {
  id: 'run.pause',
  label: 'Pause jobs',
  group: 'Run',
  icon: CirclePause,
  keywords: ['training', 'checkpoint', 'resume'],
  enabled: jobsRun,
  perform: () => pauseJobs(),
}

const playing = (): boolean => liveSources().some((feed) => feed.playing)

/** All of them: one that plays alone is started and stopped on its node. */
export const play: Command = {
  id: 'run.play',
  label: 'Play live sources',
  group: 'Run',
  icon: Video,
  shortcuts: ['P'],
  keywords: ['camera', 'video', 'stream', 'start', 'stop', 'record', 'frames'],
  enabled: () => liveSources().length > 0 && useEngine.getState().link === 'open',
  checked: playing,
  perform: () => (playing() ? stopSources() : playSources()),
}

export const profile: Command = {
  id: 'run.profile',
  label: 'Where the time went',
  group: 'Run',
  icon: Timer,
  keywords: ['profile', 'slow', 'performance', 'cost', 'milliseconds'],
  enabled: () => useEngine.getState().run.ms !== undefined,
  perform: () => showProfile(true),
}

export const commandPalette: Command = {
  id: 'help.commands',
  label: 'All commands…',
  group: 'Help',
  icon: CommandIcon,
  shortcuts: ['Mod+K', 'Mod+Shift+P'],
  keyboardOnly: true,
  perform: () => openDialog('commands'),
}

export const shortcutList: Command = {
  id: 'help.shortcuts',
  label: 'Keyboard shortcuts',
  group: 'Help',
  icon: Keyboard,
  shortcuts: ['?'],
  perform: () => openDialog('shortcuts'),
}

export const settings: Command = {
  id: 'file.settings',
  label: 'Settings…',
  group: 'File',
  icon: SettingsIcon,
  shortcuts: ['Mod+,'],
  keywords: ['preferences', 'options', 'memory', 'threads', 'device', 'GPU', 'language', 'keys', 'theme'],
  perform: () => openDialog('settings'),
}

export const about: Command = {
  id: 'help.about',
  label: 'About Sightline',
  group: 'Help',
  icon: Info,
  perform: () => openDialog('about'),
}

export const viewCommands = [
  fitAll,
  fitSelection,
  ...zoomCommands,
  viewCommand,
  ...slots,
  ...Object.values(panelCommands),
  memoryPanel,
  minimap,
  ...scaleCommands,
  ...themeCommands,
]
export const runCommands = [runAll, runSelected, cancel, pause, play, profile]
export const helpCommands = [commandPalette, settings, shortcutList, about]
