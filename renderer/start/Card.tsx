/** A gallery card. Its picture is drawn by running the pipeline once the card has scrolled into view. */
import { CircleAlert, CircleCheck, GraduationCap } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { wordsOf } from '../../engine/types/problem.ts'
import { useProgress } from '../lesson/progress.ts'
import { wordsOfError } from '../panels/files.ts'
import { drawItem } from '../preview/PreviewCanvas.tsx'
import { useEngine } from '../state/engine.ts'
import { problemOf } from '../state/problem.ts'
import { screenRatio } from '../theme/scale.ts'
import { count } from '../ui/numbers.ts'
import { cardPicture, type Entry } from './cards.ts'
import { stateOf } from './lessons.ts'
import { openEntry, saying } from './open.ts'
import styles from './StartScreen.module.css'

/** The longest side in CSS pixels, as large as a card gets. */
const side = 300

export function Card({ entry }: { entry: Entry }) {
  const { id, title, summary, steps, problem } = entry
  return (
    <button
      type="button"
      className={styles.card}
      data-card={id}
      disabled={problem !== undefined}
      onClick={() => saying(openEntry(id))}
    >
      <Picture entry={entry} />
      <span className={styles.cardTitle} translate="no">
        {title}
      </span>
      <span className={styles.cardWords} translate="no">
        {summary}
      </span>
      {steps > 0 && <Lesson entry={entry} />}
    </button>
  )
}

function Lesson({ entry: { lesson = '', steps, asks } }: { entry: Entry }) {
  const progress = useProgress(lesson)
  const { kind, step, own, shown } = stateOf({ steps, asks }, progress)
  const done = kind === 'done'
  const words =
    kind === 'new'
      ? `Lesson, ${count(steps, 'step')}`
      : done
        ? `Lesson, done`
        : step >= steps - 1
          ? `Lesson, ${own + shown} of ${count(asks, 'question')} answered`
          : `Lesson, at step ${step + 1} of ${steps}`
  const Icon = done ? CircleCheck : GraduationCap
  return (
    <span className={styles.lesson} data-done={done || undefined}>
      <Icon size={14} strokeWidth={1.75} aria-hidden /> {words}
    </span>
  )
}

type State = 'waiting' | 'drawn' | { readonly failed: string }

function Picture({ entry }: { entry: Entry }) {
  const { id, hash, problem } = entry
  const box = useRef<HTMLSpanElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const open = useEngine((s) => s.link === 'open')
  const told = problem && wordsOf(problemOf(problem))
  const [state, setState] = useState<State>('waiting')
  useEffect(() => {
    const element = box.current
    if (!element || !open || told !== undefined) return
    let [left, inView, asked] = [false, false, false]
    const draw = async (): Promise<void> => {
      try {
        const picture = await cardPicture({ id, hash }, Math.round(side * screenRatio()), () => inView)
        if (left || !canvas.current) return
        drawItem(canvas.current, picture, picture.pixels)
        setState('drawn')
      } catch (error) {
        if (!left) setState({ failed: wordsOfError(error) })
      }
    }
    const sight = new IntersectionObserver(([seen]) => {
      inView = seen?.isIntersecting ?? false
      if (!inView || asked) return
      asked = true
      void draw()
    })
    sight.observe(element)
    return () => {
      left = true
      inView = false
      sight.disconnect()
    }
  }, [id, hash, open, told])
  const failed = told ?? (typeof state === 'object' ? state.failed : undefined)
  return (
    <span ref={box} className={styles.picture} data-state={failed ? 'failed' : state}>
      {failed ? (
        <span className={styles.pictureFailed}>
          <CircleAlert size={15} aria-hidden /> {failed}
        </span>
      ) : (
        <canvas ref={canvas} aria-hidden />
      )}
    </span>
  )
}
