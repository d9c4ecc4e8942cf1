/** The explained number: where it is, how it was computed, and which part of each earlier result it depends on. */
import { X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { ProvenanceDerivation } from '../../engine/protocol/provenance.ts'
import { channelNames } from '../preview/channels.ts'
import { useEditor } from '../state/editor.ts'
import { titleAt } from '../state/info.ts'
import { useNodeShapes } from '../state/reports.ts'
import { useToldWords } from '../state/words.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Section } from '../ui/Section.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { around } from './boundary.ts'
import { feederOf } from './feeder.ts'
import styles from './NumberPanel.module.css'
import {
  type Asked,
  arrowStep,
  endExplaining,
  explainNumber,
  moveNumber,
  outputName,
  type Provenance,
  useExplain,
} from './state.ts'
import { Terms } from './Terms.tsx'
import { derivationWords, factWords, fixed } from './words.ts'

export function NumberPanel() {
  const { asked, told, problem, waiting } = useExplain()
  const words = useToldWords(problem)
  if (!asked) return null
  return (
    <Section
      title="Where this number comes from"
      actions={<IconButton small icon={X} label="End" shortcut="Esc" onClick={endExplaining} />}
    >
      <Place asked={asked} told={told} />
      {waiting && <p className={styles.waiting}>Waiting for the full result.</p>}
      {words && <p className={styles.waiting}>{words}</p>}
      {told && (
        <div className={styles.told} data-waiting={waiting || undefined}>
          <ol className={styles.steps}>
            {told.steps.map((derivation, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a derivation is its place
              <li key={i}>
                <Derivation derivation={derivation} asked={asked} told={told} />
              </li>
            ))}
          </ol>
          <Origins asked={asked} told={told} />
        </div>
      )}
    </Section>
  )
}

/** The pixel, movable by arrow keys, and its number. */
function Place({ asked, told }: { asked: Asked; told: Provenance | undefined }) {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const shape = useNodeShapes(asked.node)?.[asked.port]
  const focus = useExplain((s) => s.focus)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (focus > 0) box.current?.focus({ preventScroll: true })
  }, [focus])
  const { x, y, c } = asked
  const title = titleAt({ document, catalogue }, asked.node.split('/')) ?? asked.node
  const names = channelNames(shape)
  const channels = Array.from({ length: told?.channels ?? 1 }, (_, i) => ({
    value: String(i),
    label: names[i] ?? String(i),
  }))

  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = arrowStep(event)
    if (step) moveNumber(...step)
    else if (event.key === 'Escape') endExplaining()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <div
        ref={box}
        className={styles.place}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the pixel
        tabIndex={0}
        role="application"
        aria-label={`Pixel x ${x}, y ${y} of ${title}: ${told ? fixed(told.value) : ''}. Arrow keys move it, Escape ends.`}
        onKeyDown={key}
      >
        <span className={styles.of}>{title}</span>
        <span className={styles.at}>
          x {x}&ensp;y {y}
        </span>
        <output className={styles.value}>{told ? fixed(told.value) : '…'}</output>
      </div>
      {channels.length > 1 && channels.length <= 6 && (
        <Segmented
          small
          label="Channel"
          value={String(c)}
          segments={channels}
          onChange={(next) => explainNumber({ ...asked, c: Number(next) })}
        />
      )}
    </>
  )
}

interface DerivationProps {
  derivation: ProvenanceDerivation
  asked: Asked
  told: Provenance
}

function Derivation({ derivation, asked, told }: DerivationProps) {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const feeders = derivation.sources.map((source) =>
    'port' in source ? feederOf({ document, catalogue }, asked.node, source.port) : undefined,
  )
  /** An earlier op in the same node, by the number of its call. */
  const titles = derivation.sources.map((source, i) =>
    'step' in source ? (source.step > 0 ? `step ${source.step + 1}` : 'a step before') : (feeders[i]?.title ?? ''),
  )
  const several = new Set(titles).size > 1
  const names = (input: number, c: number): string => {
    const channel = feeders[input]?.channel(c)
    const name = [several || !channel ? titles[input] : undefined, channel].filter(Boolean).join(' ')
    // The symbols of the formula below.
    return derivation.op === 'pointwise' && derivation.combine === 'function'
      ? `${String.fromCharCode(97 + input)} = ${name}`
      : name
  }
  const { says, parts, facts, places } = derivation
  const number = told.steps.indexOf(derivation) + 1
  return (
    <div className={styles.step}>
      <p className={styles.says}>
        {told.steps.length > 1 && <b className={styles.number}>{number}</b>}
        {derivationWords(derivation, [...new Set(titles)].filter(Boolean))}
        {places > 1 && <span className={styles.hint}> (one of {places} such numbers)</span>}
      </p>
      {Object.entries(parts ?? {}).map(([name, part]) => (
        <figure key={name} className={styles.part}>
          <figcaption>{name}</figcaption>
          <div>
            <Terms told={part} names={names} />
          </div>
        </figure>
      ))}
      {!parts && <Terms told={derivation} names={names} />}
      {facts && (
        <dl className={styles.facts}>
          {facts.map(({ name, value }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one of each channel
            <div key={i}>
              <dt>{name}</dt>
              <dd>{factWords(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {derivation.combine === 'function' && says && (
        <p className={styles.function}>
          <code>{says}</code>
          <b>= {fixed(derivation.result)}</b>
        </p>
      )}
    </div>
  )
}

/** The earlier results, nearest first, with the size of the part that the number depends on. */
function Origins({ asked, told }: { asked: Asked; told: Provenance }) {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const before = told.outlines.filter((outline) => outputName(outline) !== outputName(asked))
  const rows = before.flatMap(({ node, port, boxes, size, exact }) => {
    const title = titleAt({ document, catalogue }, node.split('/'))
    const box = around(boxes)
    if (title === undefined || !size || !box) return []
    const whole = box.width === size.width && box.height === size.height
    return [{ key: `${node}.${port}`, title, whole, exact, words: `${box.width} × ${box.height}` }]
  })
  if (rows.length === 0 && !told.cut) return null
  return (
    <div className={styles.origins}>
      <h3>Outlined in</h3>
      <ul>
        {rows.map(({ key, title, whole, words }) => (
          <li key={key}>
            <span>{title}</span>
            <span>{whole ? `all ${words}` : words}</span>
          </li>
        ))}
      </ul>
      {told.cut && <p className={styles.hint}>Not every earlier result was followed.</p>}
    </div>
  )
}
