/**
 * One picture or one step over the whole screen, and nothing else. Arrows, Page Up and Page Down (a clicker's keys) and space go
 * on, Home and End to the ends; Escape or F5 leaves.
 */
import { Dialog } from 'radix-ui'
import { type ComponentProps, type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import { filled } from '../../engine/graph/lesson.ts'
import { useWalk } from '../inspector/walk.ts'
import { told, useNumbers } from '../lesson/numbers.ts'
import { useLesson, useStep } from '../lesson/store.ts'
import { outputOf } from '../marks/state.ts'
import { titleOf, useEditor } from '../state/editor.ts'
import { useUi } from '../state/ui.ts'
import { Markdown } from '../ui/Markdown.tsx'
import { useFocusBack } from '../ui/useFocusBack.ts'
import { fitCamera } from '../viewer/camera.ts'
import { PaneState } from '../viewer/PaneState.tsx'
import { type Pane, titleOfRef, usePictureInfo, usePictures } from '../viewer/panes.ts'
import type { Picture } from '../viewer/picture.ts'
import { Stage } from '../viewer/Stage.tsx'
import { setViewer, useViewer } from '../viewer/state.ts'
import { ValueView } from '../viewer/ValueView.tsx'
import styles from './Presenter.module.css'
import { goTo, leave, type Show, showNow, usePresent } from './store.ts'

export function Presenter() {
  const on = usePresent((s) => s.on)
  const back = useFocusBack(on)
  return (
    <Dialog.Root open={on} onOpenChange={(open) => !open && leave()}>
      <Dialog.Portal>
        <Screen onCloseAutoFocus={back} />
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** What is shown now; follows everything that it is made of. */
function useShow(): Show {
  const at = usePresent((s) => s.at)
  const lesson = useLesson()
  const walk = useWalk()
  const slots = useUi((s) => s.slots)
  const document = useEditor((s) => s.document)
  const trail = useEditor((s) => s.trail)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read from these
  return useMemo(showNow, [at, lesson, walk, slots, document, trail])
}

const moves: Readonly<Record<string, 1 | -1>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  ' ': 1,
  Enter: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  Backspace: -1,
}

function Screen({ onCloseAutoFocus }: Pick<ComponentProps<typeof Dialog.Content>, 'onCloseAutoFocus'>) {
  const show = useShow()
  const { at, count, kind } = show
  const title = useTitle(show)
  useFullScreen()
  useWholePicture()
  const screen = useRef<HTMLDivElement>(null)

  const key = (event: KeyboardEvent): void => {
    // A menu over it has keys of its own.
    if (!event.currentTarget.contains(event.target as Node)) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    // A button on it (Allow, Resume) is pressed as anywhere.
    if ((event.key === ' ' || event.key === 'Enter') && (event.target as Element).closest('button')) return
    const move = event.key === ' ' && event.shiftKey ? -1 : moves[event.key]
    if (move) goTo(at + move)
    else if (event.key === 'Home') goTo(0)
    else if (event.key === 'End') goTo(count - 1)
    else if (event.key === 'F5' || event.key === 'Escape') leave()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <Dialog.Content
      ref={screen}
      className={styles.screen}
      aria-label="Presentation"
      aria-describedby={undefined}
      data-kind={kind}
      onKeyDownCapture={key}
      onOpenAutoFocus={(event) => {
        event.preventDefault()
        screen.current?.focus()
      }}
      {...(onCloseAutoFocus && { onCloseAutoFocus })}
      onInteractOutside={(event) => event.preventDefault()}
    >
      <Dialog.Title className="visually-hidden">Presentation</Dialog.Title>
      {kind === 'lesson' && <LessonWords />}
      <Pictures show={show} />
      {kind === 'steps' && <StepWords at={at} />}
      {kind === 'pictures' && (
        // A new one for each picture: it fades after a while.
        <p key={at} className={styles.caption} aria-hidden>
          {title}
        </p>
      )}
      <p className="visually-hidden" role="status" data-presented>
        {`${at + 1} of ${count}: ${title}`}
      </p>
    </Dialog.Content>
  )
}

/** What is said of it: the picture's node, the step's sentence or title. */
function useTitle({ kind, at, targets }: Show): string {
  const step = useStep()
  const walk = useWalk((s) => s.walk)
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const whole = useEditor(titleOf)
  if (kind === 'lesson') return step?.title ?? whole
  if (kind === 'steps') return walk?.steps[at]?.say ?? ''
  const node = targets[0]?.node ?? ''
  return titleOfRef({ document, catalogue }, node) ?? node
}

function Pictures({ show: { targets } }: { show: Show }) {
  const key = JSON.stringify(targets)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is all of it
  const panes = useMemo(
    () => targets.map((target, i): Pane => ({ key: `present-${i}`, number: undefined, target })),
    [key],
  )
  const pictures = usePictures(panes)
  return (
    <div className={styles.pictures} data-count={panes.length}>
      {panes.map((pane, i) => {
        const picture = pictures[i]
        return picture && <One key={pane.key} pane={pane} picture={picture} linked={pictures} />
      })}
    </div>
  )
}

const asItIs = [{}]

function One({ pane, picture, linked }: { pane: Pane; picture: Picture; linked: readonly Picture[] }) {
  const info = usePictureInfo(picture)
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const own = useMemo(() => [picture], [picture])
  const { node } = pane.target
  const title = titleOfRef({ document, catalogue }, node) ?? node
  return (
    <div className={styles.picture}>
      {info && info.size === undefined ? (
        <div className={styles.value}>
          <ValueView value={info.value} shape={info.shape} output={outputOf(pane.target)} />
        </div>
      ) : (
        <Stage pictures={own} displays={asItIs} linked={linked} titles={[title]} label={`Picture of ${title}`} />
      )}
      <PaneState node={node} hasPicture={info !== undefined} />
    </div>
  )
}

function StepWords({ at }: { at: number }) {
  const walk = useWalk((s) => s.walk)
  return (
    <p className={styles.step} translate="no">
      {walk?.steps[at]?.say}
    </p>
  )
}

function LessonWords() {
  const step = useStep()
  const { numbers } = useNumbers(step?.numbers ?? none)
  if (!step) return null
  const words = told(step, numbers)
  return (
    <div className={styles.words}>
      <h2>{step.title}</h2>
      <Markdown text={filled(step.text, words)} />
      {step.ask && (
        <div className={styles.ask}>
          <Markdown text={filled(step.ask.question, words)} />
        </div>
      )}
    </div>
  )
}
const none = {}

/** The browser's or the desktop's full screen, where it is allowed; leaving it leaves the presentation. */
function useFullScreen(): void {
  useEffect(() => {
    const page = document.documentElement
    let entered = false
    // Without it, it fills the window.
    page.requestFullscreen?.().then(
      () => {
        entered = true
      },
      () => {},
    )
    const change = (): void => {
      if (entered && !document.fullscreenElement) leave()
    }
    document.addEventListener('fullscreenchange', change)
    return () => {
      document.removeEventListener('fullscreenchange', change)
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {})
    }
  }, [])
}

/** Pictures are shown whole, compared ones side by side; afterwards the viewer looks where it did. */
function useWholePicture(): void {
  useEffect(() => {
    const { camera, probe, pinned } = useViewer.getState()
    setViewer({ camera: fitCamera, probe: null, pinned: false })
    return () => setViewer({ camera, probe, pinned })
  }, [])
}
