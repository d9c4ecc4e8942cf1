/** Where lessons begin: which comes next, and all of them in order with how far each is. */
import { ArrowLeft, ArrowRight, Circle, CircleCheck, CircleDot } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useAllProgress } from '../lesson/progress.ts'
import { Button } from '../ui/Button.tsx'
import { count } from '../ui/numbers.ts'
import type { Entry } from './cards.ts'
import { chapterWords, useGallery } from './GalleryList.tsx'
import styles from './LessonList.module.css'
import { type LessonState, stateOf } from './lessons.ts'
import { openEntry, saying } from './open.ts'

interface Item {
  readonly entry: Entry
  readonly state: LessonState
}

export function LessonList({ onBack }: { onBack: () => void }) {
  const { entries, error } = useGallery()
  const progress = useAllProgress()
  const items = (entries ?? [])
    .filter(({ steps, problem }) => steps > 0 && !problem)
    .map((entry): Item => ({ entry, state: stateOf(entry, progress[entry.lesson ?? '']) }))
  const next = items.find(({ state }) => state.kind === 'begun') ?? items.find(({ state }) => state.kind === 'new')
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <section className={styles.learn} aria-labelledby="start-learn">
      <header className={styles.header}>
        <Button small look="quiet" onClick={onBack}>
          <ArrowLeft size={14} aria-hidden /> Start
        </Button>
        <h3 id="start-learn" ref={heading} tabIndex={-1}>
          Lessons
        </h3>
        {items.length > 0 && <Score items={items} />}
      </header>
      {error && <p role="alert">{error}</p>}
      {next && <Next {...next} />}
      {[...Map.groupBy(items, ({ entry }) => entry.chapter)].map(([chapter, list]) => (
        <section key={chapter} aria-label={chapterWords(chapter)}>
          <h4>{chapterWords(chapter)}</h4>
          <ol>
            {list.map((item) => (
              <li key={item.entry.id}>
                <Row {...item} isNext={item === next} />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </section>
  )
}

function Score({ items }: { items: readonly Item[] }) {
  const done = items.filter(({ state }) => state.kind === 'done').length
  const asks = items.reduce((sum, { entry }) => sum + entry.asks, 0)
  const own = items.reduce((sum, { state }) => sum + state.own, 0)
  return (
    <p className={styles.score}>
      <span>{`${done} of ${count(items.length, 'lesson')} done`}</span>
      <span>{`${own} of ${count(asks, 'question')} answered without help`}</span>
    </p>
  )
}

function Next({ entry, state }: Item) {
  return (
    <div className={styles.next}>
      <div>
        <p className={styles.what}>{state.kind === 'begun' ? 'Continue with' : 'Next'}</p>
        <p className={styles.title} translate="no">
          {entry.title}
        </p>
        <p className={styles.words} translate="no">
          {entry.summary}
        </p>
      </div>
      <Button look="primary" onClick={() => saying(openEntry(entry.id))}>
        {state.kind === 'begun' ? `Continue at step ${state.step + 1} of ${entry.steps}` : 'Begin'}
        <ArrowRight size={15} aria-hidden />
      </Button>
    </div>
  )
}

const icons = { new: Circle, begun: CircleDot, done: CircleCheck } as const

function Row({ entry, state, isNext }: Item & { readonly isNext: boolean }) {
  const Icon = icons[state.kind]
  return (
    <button
      type="button"
      className={styles.row}
      data-lesson={entry.id}
      data-state={state.kind}
      aria-current={isNext || undefined}
      onClick={() => saying(openEntry(entry.id))}
    >
      <Icon size={18} strokeWidth={1.75} aria-hidden />
      <span className={styles.title} translate="no">
        {entry.title}
      </span>
      <span className={styles.state}>{words(entry, state)}</span>
      <span className={styles.words} translate="no">
        {entry.summary}
      </span>
    </button>
  )
}

function words({ steps, asks }: Entry, { kind, step, own, shown }: LessonState): string {
  if (kind === 'new') return count(steps, 'step')
  if (kind === 'begun') return `at step ${step + 1} of ${steps}`
  if (asks === 0) return 'done'
  return shown > 0 ? `done: ${own} of ${asks} without help, ${shown} shown` : `done: ${own} of ${asks} without help`
}
