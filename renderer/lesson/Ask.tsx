/** A step's question. The answer is compared with the pipeline's own result; the learner may also ask for it, or skip. */
import { CircleCheck, Lightbulb } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { judgeChoice, judgeGoal, judgePrediction, measure, type Verdict } from '../../engine/graph/answer.ts'
import { splitPort } from '../../engine/graph/document.ts'
import { type Ask, type Choice, filled, type Goal, type Prediction, type Quantity } from '../../engine/graph/lesson.ts'
import { wordsOfError } from '../panels/files.ts'
import { PreviewCanvas } from '../preview/PreviewCanvas.tsx'
import { Button } from '../ui/Button.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import styles from './Ask.module.css'
import { applySettings, showOutputs } from './look.ts'
import { numbersNow, reader, useNumbers } from './numbers.ts'
import { markAnswered, useLesson } from './store.ts'
import { boundWords, choiceWords, parseAnswer, predictionWords, valueWords } from './words.ts'

interface AskProps<A extends Ask> {
  readonly ask: A
  readonly index: number
  /** The step's named numbers as text, */
  readonly words: ReadonlyMap<string, string>
  /** and where each comes from. */
  readonly quantities: Readonly<Record<string, Quantity>>
}

export function AskView(props: AskProps<Ask>) {
  const { ask } = props
  return (
    <section className={styles.ask} aria-label="Question">
      <Markdown text={filled(ask.question, props.words)} />
      {ask.kind === 'number' && <PredictionView {...props} ask={ask} />}
      {ask.kind === 'choice' && <ChoiceView {...props} ask={ask} />}
      {ask.kind === 'goal' && <GoalView {...props} ask={ask} />}
    </section>
  )
}

/** `right`: found; `shown`: revealed on request. */
type Outcome =
  | { readonly kind: 'right' | 'shown'; readonly verdict: Verdict }
  | { readonly kind: 'wrong'; readonly say: string }

function useOutcome({ look }: Ask, index: number) {
  const [outcome, setOutcome] = useState<Outcome | undefined>()
  const tell = (next: Outcome | undefined): void => {
    setOutcome(next)
    if (!next || next.kind === 'wrong') return
    markAnswered(index, next.kind === 'shown')
    if (look.length > 0) showOutputs(look)
  }
  const fail = (error: unknown): void => setOutcome({ kind: 'wrong', say: wordsOfError(error) })
  return { outcome, tell, fail }
}

interface FeedbackProps {
  readonly ask: Ask
  readonly words: ReadonlyMap<string, string>
  readonly outcome: Outcome | undefined
  /** The engine's value as text. */
  readonly answer: (verdict: Verdict) => ReactNode
}

function Feedback({ ask, words, outcome, answer }: FeedbackProps) {
  const box = useRef<HTMLDivElement>(null)
  // In a small window it would be below the visible part.
  useEffect(() => {
    if (outcome) box.current?.scrollIntoView({ block: 'nearest' })
  }, [outcome])
  if (!outcome) return <div role="status" />
  if (outcome.kind === 'wrong')
    return (
      <div ref={box} role="status" className={styles.said} data-tone="wrong">
        <Markdown text={filled(outcome.say, words)} />
        {ask.hint && (
          <div className={styles.hint}>
            <Lightbulb size={15} strokeWidth={1.75} aria-hidden />
            <Markdown text={filled(ask.hint, words)} />
          </div>
        )}
      </div>
    )
  return (
    <div ref={box} role="status" className={styles.said} data-tone={outcome.kind}>
      <p className={styles.verdict}>
        {outcome.kind === 'right' && <CircleCheck size={17} aria-hidden />}
        <span>
          {outcome.kind === 'right' ? 'Right: ' : 'It is '}
          {answer(outcome.verdict)}
        </span>
      </p>
      <Markdown text={filled(ask.reveal, words)} />
    </div>
  )
}

function PredictionView({ ask, index, words, quantities }: AskProps<Prediction>) {
  const [text, setText] = useState('')
  const { outcome, tell, fail } = useOutcome(ask, index)
  const check = async (): Promise<void> => {
    const given = parseAnswer(text)
    if (given === undefined)
      return tell({
        kind: 'wrong',
        say: text.trim() ? `“${text.trim()}” is not a number.` : 'Type a number first. A guess will do.',
      })
    try {
      // Ask for it now: the number in the text may be outdated or not there yet.
      const [truth, numbers] = await Promise.all([measure(reader, ask.answer), numbersNow(quantities)])
      const known = new Map([...numbers].flatMap(([name, n]) => (typeof n === 'number' ? [[name, n] as const] : [])))
      const verdict = judgePrediction(ask, given, truth, known)
      tell(verdict.right ? { kind: 'right', verdict } : { kind: 'wrong', say: predictionWords(ask, given, verdict) })
    } catch (error) {
      fail(error)
    }
  }
  const show = (): void => {
    measure(reader, ask.answer).then(
      (value) => tell({ kind: 'shown', verdict: { right: true, values: [value] } }),
      fail,
    )
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void check()
  }
  return (
    <>
      <form className={styles.row} onSubmit={submit}>
        <input
          className={styles.number}
          inputMode="decimal"
          autoComplete="off"
          aria-label="Your answer"
          placeholder="Your answer"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {ask.unit}
        <Button type="submit" look="primary">
          Check
        </Button>
        <ShowMe outcome={outcome} onShow={show} />
      </form>
      <Feedback
        {...{ ask, words, outcome }}
        answer={({ values }) => `${valueWords(values[0] ?? Number.NaN, ask.unit)}.`}
      />
    </>
  )
}

function ShowMe({ outcome, onShow }: { outcome: Outcome | undefined; onShow: () => void }) {
  if (outcome && outcome.kind !== 'wrong') return null
  return (
    <Button look="quiet" onClick={onShow}>
      Show me
    </Button>
  )
}

const picture = { width: 130, height: 84 }

function ChoiceView({ ask, index, words }: AskProps<Choice>) {
  const [chosen, setChosen] = useState<number | undefined>()
  const { outcome, tell, fail } = useOutcome(ask, index)
  const values = (): Promise<number[]> => Promise.all(ask.options.map(({ value }) => measure(reader, value)))
  const choose = async (option: number): Promise<void> => {
    setChosen(option)
    try {
      const verdict = judgeChoice(ask, option, await values())
      tell(verdict.right ? { kind: 'right', verdict } : { kind: 'wrong', say: choiceWords(ask, option, verdict) })
    } catch (error) {
      fail(error)
    }
  }
  const show = (): void => {
    values().then((found) => {
      const best = ask.options.findIndex((_, i) => judgeChoice(ask, i, found).right)
      setChosen(best)
      tell({ kind: 'shown', verdict: { right: true, values: found } })
    }, fail)
  }
  return (
    <>
      <div className={styles.options}>
        {ask.options.map((option, i) => {
          const [node, port] = splitPort(option.picture ?? '.')
          return (
            <button
              key={option.label}
              type="button"
              className={styles.option}
              aria-label={option.label}
              aria-pressed={i === chosen}
              onClick={() => void choose(i)}
            >
              {option.picture && (
                <PreviewCanvas
                  id={`lesson:${index}.${i}`}
                  node={node}
                  port={port}
                  width={picture.width}
                  height={picture.height}
                  className={styles.picture}
                  label={option.label}
                />
              )}
              <span>{option.label}</span>
            </button>
          )
        })}
      </div>
      <div className={styles.row}>
        <ShowMe outcome={outcome} onShow={show} />
      </div>
      <Feedback
        {...{ ask, words, outcome }}
        answer={({ values }) => (
          <span>
            {ask.options[chosen ?? 0]?.label}.{' '}
            <span className={styles.values}>
              {ask.name}:{' '}
              {ask.options
                .map(({ label }, i) => `${label} ${valueWords(values[i] ?? Number.NaN, ask.unit)}`)
                .join(', ')}
              .
            </span>
          </span>
        )}
      />
    </>
  )
}

function GoalView({ ask, index, words }: AskProps<Goal>) {
  const { outcome, tell } = useOutcome(ask, index)
  const quantities = useMemo(() => ({ value: ask.value }), [ask])
  const { numbers, settled } = useNumbers(quantities)
  const now = numbers.get('value')
  const answered = useLesson((s) => s.answered.has(index))
  const [asked, setAsked] = useState(false)
  const verdict = typeof now === 'number' ? judgeGoal(ask, now) : undefined
  const reached = verdict?.right === true && settled
  // Reached once the slider rests there; being there from an earlier visit counts as well.
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it is reached
  useEffect(() => {
    if (reached && outcome?.kind !== 'right' && outcome?.kind !== 'shown' && verdict)
      tell({ kind: asked ? 'shown' : 'right', verdict })
  }, [reached])
  const show = (): void => {
    setAsked(true)
    applySettings(ask.example, 'Lesson: show me')
  }
  return (
    <>
      <dl className={styles.gauge} data-reached={verdict?.right || undefined}>
        <dt>{ask.name} now</dt>
        <dd>{typeof now === 'number' ? valueWords(now, ask.unit) : now ? wordsOfError(now) : '…'}</dd>
        <dt>wanted</dt>
        <dd>{boundWords(ask)}</dd>
      </dl>
      <div className={styles.row}>
        <ShowMe outcome={answered && outcome ? outcome : undefined} onShow={show} />
        {!outcome && ask.hint && (
          <Button look="quiet" onClick={() => tell({ kind: 'wrong', say: ask.hint ?? '' })}>
            A hint
          </Button>
        )}
      </div>
      {/* What was reached and left again is not right now, though it stays answered. */}
      {outcome?.kind === 'right' && verdict?.right !== true ? (
        <div role="status" />
      ) : outcome?.kind === 'wrong' ? (
        <div role="status" className={styles.said} data-tone="wrong">
          <Markdown text={filled(outcome.say, words)} />
        </div>
      ) : (
        <Feedback {...{ ask, words, outcome }} answer={() => `${ask.name} is ${boundWords(ask)}.`} />
      )}
    </>
  )
}
