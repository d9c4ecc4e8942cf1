/** The algorithm of a node step by step, on its own inputs: a sentence, the state, a scrubber. Arrow keys on the slider go through. */
import { ChevronLeft, ChevronRight, ListOrdered, Pause, Play } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import { coverMarks, outputOf } from '../marks/state.ts'
import { useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { notifyError } from '../state/notices.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Section } from '../ui/Section.tsx'
import { Slider } from '../ui/Slider.tsx'
import { scaleOf } from '../ui/scale.ts'
import { outputsOfRef } from '../viewer/panes.ts'
import styles from './Steps.module.css'
import { useWalk } from './walk.ts'

type Told = MethodResult<'steps'>

const setAt = (at: number): void => useWalk.setState({ at })

/** How long a step stands while they play, in ms. */
const pace = 1200

/** `node`: `outer/inner`. Another report of it may mean other inputs: then the steps are asked for again. */
export function Steps({ node, report }: { node: string; report: NodeReport | undefined }) {
  const [told, setTold] = useState<{
    readonly node: string
    readonly report: NodeReport | undefined
    readonly steps: Told
  }>()
  const [asking, setAsking] = useState(false)
  const steps = told?.node === node && told.report === report ? told.steps : undefined
  const ports = useEditor((s) => outputsOfRef(s, node).join('\n'))
  // Over the picture that the steps are about, and over the node's own results.
  const outputs = useMemo(() => {
    const own = ports.split('\n').map((port) => outputOf({ node, port }))
    return steps?.over ? [outputOf(steps.over), ...own] : own
  }, [node, ports, steps])
  const ask = (): void => {
    setAsking(true)
    request('steps', { node })
      .then((steps) => setTold({ node, report, steps }))
      .catch(notifyError)
      .finally(() => setAsking(false))
  }
  return (
    <Section title="Step by step">
      {steps && steps.steps.length > 0 ? (
        <Walk node={node} told={steps} outputs={outputs} />
      ) : (
        <Button small disabled={asking} onClick={ask}>
          <ListOrdered size={12} aria-hidden />
          {asking ? 'Asking…' : 'Show the steps'}
        </Button>
      )}
    </Section>
  )
}

interface WalkProps {
  readonly node: string
  readonly told: Told
  /** Where the marks of a step are drawn. */
  readonly outputs: readonly string[]
}

function Walk({ node, told: { steps, over, cut }, outputs }: WalkProps) {
  const at = useWalk((s) => Math.min(s.at, steps.length - 1))
  const port = useEditor((s) => outputsOfRef(s, node)[0] ?? '')
  useEffect(() => {
    useWalk.setState({ walk: { node, steps, over: over ?? { node, port } }, at: 0 })
    return () => useWalk.setState({ walk: undefined })
  }, [node, steps, over, port])
  const [playing, setPlaying] = useState(false)
  const last = steps.length - 1
  const scale = useMemo(() => scaleOf({ min: 0, max: last, integer: true }), [last])
  useEffect(() => {
    if (!playing) return
    if (at >= last) {
      setPlaying(false)
      return
    }
    const timer = setTimeout(() => setAt(at + 1), pace)
    return () => clearTimeout(timer)
  }, [playing, at, last])
  const step = steps[at]
  useEffect(() => {
    if (step?.marks) coverMarks(outputs, step.marks)
  }, [step, outputs])
  useEffect(() => () => coverMarks(outputs, undefined), [outputs])
  const go = (to: number): void => {
    setPlaying(false)
    setAt(Math.min(last, Math.max(0, to)))
  }
  const place = `${at + 1} / ${steps.length}`
  return (
    <div className={styles.walk}>
      <div className={styles.bar}>
        <IconButton small icon={ChevronLeft} label="Previous step" disabled={at === 0} onClick={() => go(at - 1)} />
        <IconButton
          small
          icon={playing ? Pause : Play}
          label={playing ? 'Stop' : 'Play'}
          onClick={() => {
            if (!playing && at === last) setAt(0)
            setPlaying(!playing)
          }}
        />
        <IconButton small icon={ChevronRight} label="Next step" disabled={at === last} onClick={() => go(at + 1)} />
        {last > 0 && (
          <Slider value={at} scale={scale} label="Step" valueText={place} onChange={go} onRest={() => undefined} />
        )}
        <span className={styles.place} translate="no">
          {place}
        </span>
      </div>
      <p className={styles.say} translate="no" aria-live={playing ? 'off' : 'polite'}>
        {step?.say}
      </p>
      {step?.state && (
        <dl className={styles.state} translate="no">
          {Object.entries(step.state).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{Array.isArray(value) ? value.join(', ') : String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {cut && at === last && <p className={styles.cut}>There are more steps than are shown.</p>}
    </div>
  )
}
