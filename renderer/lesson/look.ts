/** Directs attention: the canvas moves to the step's frame, everything outside is dimmed, its outputs go into the viewer. */
import { type Graph, splitPort } from '../../engine/graph/document.ts'
import type { LessonStep } from '../../engine/graph/lesson.ts'
import { settingPatches } from '../../engine/graph/settings.ts'
import type { Shape } from '../../engine/values/index.ts'
import { fitView, shownWhole } from '../canvas/fit.ts'
import { boxOf, frameId, noteId } from '../canvas/flow.ts'
import { contains } from '../canvas/geometry.ts'
import { setCanvas } from '../canvas/store.ts'
import { sizeOf } from '../preview/shape.ts'
import { edit, goTo, isDirty, select, useEditor } from '../state/editor.ts'
import { setPanel, useUi } from '../state/ui.ts'
import { screenRatio } from '../theme/scale.ts'
import { motion } from '../ui/motion.ts'
import { fitCamera } from '../viewer/camera.ts'
import { setViewer } from '../viewer/state.ts'

const duration = 600

/** The canvas ids of a frame and everything in it. */
function within(graph: Graph, frame: string): readonly string[] {
  const record = graph.frames[frame]
  if (!record) return []
  const box = { ...record.position, ...record.size }
  const s = useEditor.getState()
  return [
    frameId(frame),
    ...Object.entries(graph.notes).flatMap(([id, { position, size }]) =>
      contains(box, { ...position, ...size }) ? [noteId(id)] : [],
    ),
    ...Object.entries(graph.nodes).flatMap(([id, node]) => (contains(box, boxOf(s, id, node)) ? [id] : [])),
  ]
}

/** One style sheet of our own, so that the canvas's objects stay the same: dimming re-renders nothing. */
const sheet = new CSSStyleSheet()

export function dimOutside(frame: string | undefined): void {
  const ids = frame === undefined ? [] : within(useEditor.getState().document, frame)
  const is = (list: readonly string[]): string => `:is(${list.join(', ')})`
  const nodes = ids.map((id) => `[data-id="${id}"]`)
  const wires = ids.filter((id) => !id.includes(':')).map((id) => `[data-id^="${id}."]`)
  sheet.replaceSync(
    ids.length === 0
      ? ''
      : `.react-flow__node:not(${is(nodes)}), .react-flow__edge:not(${is(['.none', ...wires])}) { opacity: 0.22 }
         @media (prefers-reduced-motion: no-preference) { .react-flow__node, .react-flow__edge { transition: opacity 300ms } }`,
  )
  // In the overview nodes are not elements.
  setCanvas({ lit: ids.length === 0 ? undefined : new Set(ids) })
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet)
}

let moves = 0

export async function moveTo(frame: string | undefined): Promise<void> {
  const move = ++moves
  await shownWhole()
  if (move !== moves) return
  const known = frame !== undefined && useEditor.getState().document.frames[frame] ? frameId(frame) : undefined
  await fitView({
    padding: 0.06,
    maxZoom: 1.2,
    duration: motion(duration),
    ...(known !== undefined && { ids: [known] }),
  })
}

/** Puts the step's outputs in the viewer, side by side. */
export function showOutputs(outputs: readonly string[]): void {
  const targets = outputs.map((ref) => {
    const [node, port] = splitPort(ref)
    return { node, port }
  })
  useUi.setState(({ slots }) => ({ slots: slots.map((_, i) => targets[i] ?? null), shown: targets.map((_, i) => i) }))
  setPanel('viewer', targets.length > 0)
}

/** Pins the probe to the step's pixel, and zooms in if the step says so. */
export function pinPixel({ pin, zoom }: LessonStep, shape: Shape | undefined): void {
  const size = sizeOf(shape)
  if (!pin || !size) return
  const at = { x: (pin[0] + 0.5) / size.width, y: (pin[1] + 0.5) / size.height }
  const near = zoom === undefined ? fitCamera : { ...at, zoom: zoom * screenRatio() }
  setViewer({ probe: at, pinned: true, camera: near })
}

/** Sets the step's parameters: one undo step, which does not mark a pipeline without a file as unsaved. */
export function applySettings(settings: LessonStep['set'], label: string): void {
  const before = useEditor.getState()
  const clean = !isDirty(before) && before.path === undefined
  edit((document) => settingPatches(document, settings), { label })
  if (clean) useEditor.setState(({ history }) => ({ saved: history.past?.entry }))
}

/** Starts a step. */
export function enter(step: LessonStep): void {
  if (useEditor.getState().trail.length > 0) goTo([])
  applySettings(step.set, `Lesson: ${step.title}`)
  showOutputs(step.show)
  setViewer({ mode: 'side', camera: fitCamera, probe: null, pinned: false })
  dimOutside(step.frame)
  // The parameters the step asks to change are in the inspector already.
  const [first] = step.ask?.kind === 'goal' ? Object.keys(step.ask.example) : []
  select(first === undefined ? {} : { nodes: [splitPort(first)[0]] })
  void moveTo(step.frame)
}

export function leave(): void {
  dimOutside(undefined)
  setViewer({ pinned: false, probe: null })
}
