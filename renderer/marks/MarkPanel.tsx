/**
 * Below a picture with marks: how many of them are in sight, the least score, the groups, and the marks as a list. All of it is
 * a matter of looking; the value stays as it is.
 */
import { List, Tags } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useEditor } from '../state/editor.ts'
import { infoOfRef } from '../state/info.ts'
import type { ViewTarget } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Slider } from '../ui/Slider.tsx'
import { scaleOf } from '../ui/scale.ts'
import { countsAt, noFilter } from './filter.ts'
import { MarkList } from './MarkList.tsx'
import styles from './MarkPanel.module.css'
import { palette } from './palette.ts'
import { filterMarks, outputOf, type Shown, useShownMarks } from './state.ts'
import { grouped, kindWords } from './words.ts'

const scores = scaleOf({ min: 0, max: 1, step: 0.01 })
const settled = (): void => {}

interface MarkPanelProps {
  readonly target: ViewTarget
  /** What the output is besides: its own table. */
  readonly value: unknown
}

export function MarkPanel({ target, value }: MarkPanelProps) {
  const output = outputOf(target)
  const shown = useShownMarks(output)
  const [listed, setListed] = useState(false)
  if (!shown) return null
  const { layer, passing } = shown
  if (layer.marks.length === 0) return <Nothing target={target} />
  return (
    <section className={styles.panel} aria-label="Marks over the picture">
      <div className={styles.bar}>
        <p className={styles.count} role="status">
          {`${grouped(passing.length)} of ${grouped(layer.marks.length)}`}
        </p>
        {layer.scored && <Score output={output} shown={shown} />}
        {layer.groups.length > 1 && <Groups output={output} shown={shown} />}
        <span className={styles.space} />
        {passing.length === 0 && (
          <Button small onClick={() => filterMarks(output, noFilter)}>
            Show all
          </Button>
        )}
        <IconButton small icon={List} label="Marks as a list" pressed={listed} onClick={() => setListed(!listed)} />
      </div>
      {listed && <MarkList output={output} shown={shown} value={value} />}
    </section>
  )
}

/** Nothing was found: what could be done about it, where a score decides. */
function Nothing({ target: { node, port } }: { target: ViewTarget }) {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const info = useMemo(() => infoOfRef({ document, catalogue }, node), [document, catalogue, node])
  const found = kindWords(info?.outputs[port]?.type)
  return (
    <p className={styles.nothing} role="status">
      {info?.params.score ? `No ${found}: lower the score.` : `No ${found}.`}
    </p>
  )
}

interface PartProps {
  readonly output: string
  readonly shown: Shown
}

function Score({ output, shown: { filter } }: PartProps) {
  return (
    <div className={styles.score}>
      <span className={styles.label} aria-hidden>
        Score from
      </span>
      <div className={styles.slider}>
        <Slider
          label="Least score that is shown"
          value={filter.least}
          scale={scores}
          valueText={filter.least.toFixed(2)}
          onChange={(least) => filterMarks(output, { least })}
          onRest={settled}
        />
      </div>
      <span className={styles.number} aria-hidden>
        {filter.least.toFixed(2)}
      </span>
    </div>
  )
}

function Groups({ output, shown: { layer, filter } }: PartProps) {
  const { groups } = layer
  const counts = useMemo(() => countsAt(layer, filter.least), [layer, filter.least])
  const { hidden } = filter
  const set = (keys: Iterable<string>): void => filterMarks(output, { hidden: new Set(keys) })
  const left = groups.length - groups.filter(({ key }) => hidden.has(key)).length
  return (
    <Popover
      label="Classes that are shown"
      trigger={
        <Button small look="quiet">
          <Tags size={13} aria-hidden />
          {left === groups.length ? `${groups.length} classes` : `${left} of ${groups.length} classes`}
        </Button>
      }
    >
      <div className={styles.groups}>
        <div className={styles.both}>
          <Button small look="quiet" disabled={hidden.size === 0} onClick={() => set([])}>
            All
          </Button>
          <Button small look="quiet" disabled={left === 0} onClick={() => set(groups.map(({ key }) => key))}>
            None
          </Button>
        </div>
        <ul className={styles.list} aria-label="Classes">
          {groups.map(({ key, name, colour }) => (
            <li key={key}>
              <label className={styles.group}>
                <input
                  type="checkbox"
                  checked={!hidden.has(key)}
                  onChange={({ target }) =>
                    set(target.checked ? [...hidden].filter((other) => other !== key) : [...hidden, key])
                  }
                />
                <span className={styles.swatch} style={{ background: palette[colour] }} aria-hidden />
                <span className={styles.name} translate="no">
                  {name || 'Without a class'}
                </span>
                <span className={styles.label}>{grouped(counts.get(key) ?? 0)}</span>
              </label>
            </li>
          ))}
        </ul>
      </div>
    </Popover>
  )
}
