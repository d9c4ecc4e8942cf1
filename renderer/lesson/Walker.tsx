/** The lesson beside the canvas: one step at a time, with its text, question and buttons. */
import { ArrowLeft, ArrowRight, Circle, CircleCheck, Lightbulb, RotateCcw, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { splitPort } from '../../engine/graph/document.ts'
import { filled, type LessonStep } from '../../engine/graph/lesson.ts'
import type { Entry } from '../start/cards.ts'
import { openEntry, saying } from '../start/open.ts'
import { titleOf, useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { useNodeShapes } from '../state/reports.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { count } from '../ui/numbers.ts'
import { AskView } from './Ask.tsx'
import { enter, leave, pinPixel } from './look.ts'
import { told, useNumbers } from './numbers.ts'
import { beginAnew, goToStep, leaveLesson, nextStep, stepBack, useLesson, useStep } from './store.ts'
import styles from './Walker.module.css'

export function Walker() {
  const step = useStep()
  const index = useLesson((s) => s.step)
  const opened = useEditor((s) => s.opened)
  const title = useEditor(titleOf)
  useEffect(() => leave, [])
  if (!step) return null

  const key = (event: KeyboardEvent): void => {
    const move = { ArrowRight: nextStep, ArrowLeft: stepBack }[event.key]
    if (!move || event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return
    event.preventDefault()
    event.stopPropagation()
    move()
  }
  return (
    <aside className={styles.walker} aria-label="Lesson" onKeyDown={key}>
      <header className={styles.header}>
        <h2>{title}</h2>
        <IconButton icon={X} label="Leave the lesson (you can resume it)" onClick={leaveLesson} />
      </header>
      <StepView key={`${opened} ${index}`} step={step} index={index} />
      <Foot />
    </aside>
  )
}

function StepView({ step, index }: { step: LessonStep; index: number }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    enter(step)
    heading.current?.focus({ preventScroll: true })
  }, [step])
  const { numbers } = useNumbers(step.numbers)
  const words = told(step, numbers)
  usePin(step)
  return (
    <div className={styles.body}>
      <h3 ref={heading} tabIndex={-1} className={styles.title}>
        {step.title}
      </h3>
      <Markdown text={filled(step.text, words)} />
      {step.ask && <AskView ask={step.ask} index={index} words={words} quantities={step.numbers} />}
    </div>
  )
}

/** Once the size of what is shown is known. */
function usePin(step: LessonStep): void {
  const [node, port] = splitPort(step.show[0] ?? '.')
  const shape = useNodeShapes(node)?.[port]
  useEffect(() => pinPixel(step, shape), [step, shape])
}

const stateWords = { open: ', asks', answered: ', answered', shown: ', shown' } as const

function Foot() {
  const step = useLesson((s) => s.step)
  const lesson = useLesson((s) => s.lesson)
  const answered = useLesson((s) => s.answered)
  const shown = useLesson((s) => s.shown)
  const steps = lesson?.steps ?? []
  const stateOf = (i: number): 'open' | 'answered' | 'shown' =>
    shown.has(i) ? 'shown' : answered.has(i) ? 'answered' : 'open'
  const last = step === steps.length - 1
  return (
    <footer className={styles.foot}>
      {last && <Ending />}
      <ol className={styles.dots} aria-label="Steps">
        {steps.map(({ title, ask }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps neither come nor go
          <li key={i}>
            <button
              type="button"
              className={styles.dot}
              title={`${i + 1}. ${title}`}
              aria-label={`Step ${i + 1}: ${title}${ask ? stateWords[stateOf(i)] : ''}`}
              aria-current={i === step ? 'step' : undefined}
              data-past={i < step || undefined}
              data-asks={ask ? stateOf(i) : undefined}
              onClick={() => goToStep(i)}
            />
          </li>
        ))}
      </ol>
      <div className={styles.buttons}>
        <Button disabled={step === 0} onClick={stepBack}>
          <ArrowLeft size={15} aria-hidden /> Back
        </Button>
        <span className={styles.count}>
          {step + 1} of {steps.length}
        </span>
        {last ? (
          <Button onClick={beginAnew}>
            <RotateCcw size={15} aria-hidden /> Again
          </Button>
        ) : (
          <Button look="primary" onClick={nextStep}>
            Next <ArrowRight size={15} aria-hidden />
          </Button>
        )}
      </div>
    </footer>
  )
}

/** At the last step: which questions were answered, which were shown, and the lesson that follows. */
function Ending() {
  const lesson = useLesson((s) => s.lesson)
  const answered = useLesson((s) => s.answered)
  const shown = useLesson((s) => s.shown)
  const next = useNextLesson(lesson?.id)
  const asks = lesson?.steps.filter(({ ask }) => ask).length ?? 0
  return (
    <div className={styles.ending}>
      {asks > 0 && (
        <p>
          {`${answered.size - shown.size} of ${count(asks, 'question')} answered without help.`}
          {shown.size > 0 && <span> {`${shown.size} shown.`}</span>}
        </p>
      )}
      {answered.size - shown.size < asks && (
        <ul className={styles.checklist} aria-label="Questions">
          {lesson?.steps.map(({ title, ask }, i) => {
            if (!ask) return null
            const state = shown.has(i) ? 'shown' : answered.has(i) ? 'answered' : 'open'
            const Icon = { shown: Lightbulb, answered: CircleCheck, open: Circle }[state]
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps neither come nor go
              <li key={i}>
                <button type="button" data-state={state} onClick={() => goToStep(i)}>
                  <Icon size={14} strokeWidth={1.75} aria-hidden />
                  <span translate="no">{title}</span>
                  <span>{{ shown: 'shown', answered: 'answered', open: 'open' }[state]}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      {next && (
        <Button look="primary" onClick={() => saying(openEntry(next.id))}>
          Next lesson: {next.title} <ArrowRight size={15} aria-hidden />
        </Button>
      )}
    </div>
  )
}

/** The lesson after this one in the gallery. */
function useNextLesson(id: string | undefined): Entry | undefined {
  const [next, setNext] = useState<Entry | undefined>()
  useEffect(() => {
    let left = false
    const find = async (): Promise<void> => {
      const { entries } = await request('gallery', {})
      const lessons = entries.filter(({ steps, problem }) => steps > 0 && !problem)
      const at = lessons.findIndex(({ lesson }) => lesson === id)
      if (!left) setNext(at < 0 ? undefined : lessons[at + 1])
    }
    saying(find())
    return () => {
      left = true
    }
  }, [id])
  return next
}
