/** The current lesson: which step, the answers, and whether the walker is shown. */
import { create } from 'zustand'
import type { Document } from '../../engine/graph/document.ts'
import { type Lesson, type LessonStep, lessonOf } from '../../engine/graph/lesson.ts'
import { type EditorState, onChange, useEditor } from '../state/editor.ts'
import { notifyError } from '../state/notices.ts'
import { setPanel, useUi } from '../state/ui.ts'
import { keepProgress, progressOf } from './progress.ts'

interface LessonState {
  /** The lesson of the open document. */
  readonly lesson: Lesson | undefined
  /** The document as it was opened. */
  readonly begun: Document | undefined
  /** Being walked now; false: left, and can be resumed. */
  readonly on: boolean
  readonly step: number
  /** Steps whose question is settled, and those of them whose answer was shown. */
  readonly answered: ReadonlySet<number>
  readonly shown: ReadonlySet<number>
}

export const useLesson = create<LessonState>(() => ({
  lesson: undefined,
  begun: undefined,
  on: false,
  step: 0,
  answered: new Set(),
  shown: new Set(),
}))
const { getState: get, setState: set } = useLesson

export const useStep = (): LessonStep | undefined => useLesson((s) => s.lesson?.steps[s.step])

function keep(): void {
  const { lesson, step, answered, shown } = get()
  if (lesson) keepProgress(lesson.id, { step, answered: [...answered], shown: [...shown] })
}

export function goToStep(step: number): void {
  const { lesson } = get()
  if (!lesson || step < 0 || step >= lesson.steps.length || step === get().step) return
  set({ step })
  keep()
}
export const nextStep = (): void => goToStep(get().step + 1)
export const stepBack = (): void => goToStep(get().step - 1)

/** The first outcome counts. */
export function markAnswered(step: number, wasShown: boolean): void {
  const { answered, shown } = get()
  if (answered.has(step)) return
  set({ answered: new Set([...answered, step]), ...(wasShown && { shown: new Set([...shown, step]) }) })
  keep()
}

/** Restarts at the first step with every question open again. */
export function beginAnew(): void {
  set({ step: 0, answered: new Set(), shown: new Set(), on: true })
  keep()
}

/** The walker takes the place of the node list, which returns afterwards, also after a reload. */
const paletteKey = 'sightline.lesson.palette'

function takePlace(): void {
  if (sessionStorage.getItem(paletteKey) === null)
    sessionStorage.setItem(paletteKey, String(useUi.getState().panels.palette))
  setPanel('palette', false)
}

function givePlace(): void {
  const before = sessionStorage.getItem(paletteKey)
  sessionStorage.removeItem(paletteKey)
  if (before === 'true') setPanel('palette', true)
}

export function leaveLesson(): void {
  if (!get().on) return
  set({ on: false })
  givePlace()
}

export function resumeLesson(): void {
  if (!get().lesson || get().on) return
  takePlace()
  set({ on: true })
}

function read(): Lesson | undefined {
  try {
    return lessonOf(useEditor.getState().document)
  } catch (error) {
    notifyError(error)
    return undefined
  }
}

function opened(): void {
  leaveLesson()
  const lesson = read()
  const known = lesson && progressOf(lesson.id)
  const last = (lesson?.steps.length ?? 1) - 1
  const open = lesson?.steps.findIndex(({ ask }, i) => ask && !known?.answered.includes(i)) ?? -1
  // One that was walked to its end goes on with the first open question; a finished one starts over.
  const step = known && known.step < last ? Math.max(0, known.step) : known && open > 0 ? open : 0
  const { document } = useEditor.getState()
  const goesOn = step > 0 ? known : undefined
  set({ lesson, begun: document, step, answered: new Set(goesOn?.answered), shown: new Set(goesOn?.shown) })
  if (lesson) resumeLesson()
}

const withoutParams = ({ nodes, edges, graphs }: Document): string =>
  JSON.stringify([Object.entries(nodes).map(([id, { params: _, position: __, ...rest }]) => [id, rest]), edges, graphs])

/** A lesson from the gallery in which only parameters and places changed: nothing of it needs to be saved. */
export function isOnlyPlayed({ document, path, unsaved }: EditorState): boolean {
  const { lesson, begun } = get()
  if (!lesson || !begun || path !== undefined || unsaved) return false
  const same = document.notes === begun.notes && document.frames === begun.frames && document.title === begun.title
  return same && withoutParams(document) === withoutParams(begun)
}

/** Called once at start: opening a pipeline with a lesson starts it. */
export function startLessons(): void {
  onChange(({ kind }) => {
    if (kind === 'open') opened()
  })
}
