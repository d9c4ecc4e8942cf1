/** Histogram and statistics of every visible output, per channel. */
import { useEffect, useMemo, useState } from 'react'
import type { MethodResult } from '../../engine/protocol/methods.ts'
import type { Shape } from '../../engine/values/index.ts'
import { channelNames } from '../preview/channels.ts'
import { useEditor } from '../state/editor.ts'
import { request } from '../state/engine.ts'
import { useNodeReport } from '../state/reports.ts'
import { formatNumber } from '../ui/numbers.ts'
import { Switch } from '../ui/Switch.tsx'
import { Plot } from './Plot.tsx'
import { type Pane, titleOfRef } from './panes.ts'
import styles from './Statistics.module.css'

export type StatisticsResult = MethodResult<'statistics'>

const bins = 256

/** Of the full result; requested again when the node has a new one. Undefined while there is none. */
export function useStatistics({ node, port }: Pane['target'], wanted: boolean): StatisticsResult | undefined {
  const report = useNodeReport(node)
  const ready = report?.status === 'done' || report?.status === 'unchanged'
  const [result, setResult] = useState<StatisticsResult | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new report may mean new numbers
  useEffect(() => {
    if (!wanted || !ready) return
    let gone = false
    request('statistics', { node, port, bins }).then(
      (statistics) => !gone && setResult(statistics),
      // No result, or one without numbers (a text): the pane says so already.
      () => !gone && setResult(undefined),
    )
    return () => {
      gone = true
    }
  }, [node, port, wanted, ready, report])
  return result
}

export function Statistics({ panes }: { panes: readonly Pane[] }) {
  const [log, setLog] = useState(false)
  return (
    <section className={styles.panel} aria-label="Histogram and statistics">
      {panes.map((pane) => (
        <One
          key={`${pane.key} ${pane.target.node}.${pane.target.port}`}
          pane={pane}
          log={log}
          several={panes.length > 1}
        />
      ))}
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is a button, which a label may hold */}
      <label className={styles.log}>
        <Switch checked={log} onChange={setLog} label="Logarithmic heights" />
        Logarithmic
      </label>
    </section>
  )
}

function One({ pane, log, several }: { pane: Pane; log: boolean; several: boolean }) {
  const statistics = useStatistics(pane.target, true)
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const shape = statistics?.shape as Shape | undefined
  const names = useMemo(() => channelNames(shape), [shape])
  const channels = statistics?.channels
  const broken = channels?.some(({ nan }) => nan > 0)
  const plot = useMemo(() => {
    const range = channels?.[0]?.range
    if (!channels || !range) return undefined
    const series = channels.map(({ histogram }, c) => ({ name: names[c] ?? String(c), values: histogram }))
    return { x: { label: '', range }, series }
  }, [channels, names])

  return (
    <div className={styles.one}>
      <h3 className={styles.title}>
        {several && `${pane.number} `}
        {titleOfRef({ document, catalogue }, pane.target.node)}
      </h3>
      {!channels || channels.length === 0 ? (
        <p className={styles.none}>No numbers yet.</p>
      ) : (
        <>
          <div className={styles.plot}>{plot && <Plot plot={plot} log={log} />}</div>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">
                  <span className="visually-hidden">Channel</span>
                </th>
                <th scope="col">min</th>
                <th scope="col">max</th>
                <th scope="col">mean</th>
                <th scope="col">std</th>
                {broken && <th scope="col">NaN</th>}
              </tr>
            </thead>
            <tbody>
              {channels.map((channel, c) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place
                <tr key={c}>
                  <th scope="row">{names[c] ?? c}</th>
                  {[channel.min, channel.max, channel.mean, channel.std].map((value, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the four columns above
                    <td key={i}>{formatNumber(value, 3)}</td>
                  ))}
                  {broken && <td data-alert={channel.nan > 0 || undefined}>{channel.nan}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  )
}
