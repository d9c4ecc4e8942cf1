/** What a run will take: "About 1.2 s and 340 MB", and what is not counted in it. */
import type { Estimate } from '../../engine/protocol/estimate.ts'
import { useEstimate } from '../state/estimate.ts'
import { count, formatBytes, formatTime } from '../ui/numbers.ts'
import styles from './EstimateWords.module.css'

export function EstimateWords({ estimate: { ms, bytes, nodes } }: { estimate: Estimate }) {
  const untimed = nodes.filter((node) => node.ms === undefined).length
  const unsized = nodes.filter((node) => node.bytes === undefined).length
  const timed = untimed < nodes.length
  return (
    <>
      {timed && bytes > 0 && <span>{`About ${formatTime(ms)} and ${formatBytes(bytes)} of memory.`}</span>}
      {timed && bytes === 0 && <span>{`About ${formatTime(ms)}.`}</span>}
      {!timed && bytes > 0 && <span>{`About ${formatBytes(bytes)} of memory.`}</span>}
      {untimed > 0 && (
        <span>{`${untimed} of ${count(nodes.length, 'node')} never ran here: the time is not counted.`}</span>
      )}
      {unsized > 0 && <span>{`The memory of ${count(unsized, 'node')} is not known before.`}</span>}
    </>
  )
}

/** In the tooltip of Run. */
export function RunEstimate() {
  const estimate = useEstimate()
  return (
    <span className={styles.lines}>
      <span>Run everything, including nodes that write files</span>
      {estimate && estimate.nodes.length > 0 && (
        <span className={styles.estimate}>
          <EstimateWords estimate={estimate} />
        </span>
      )}
      {estimate && estimate.nodes.length === 0 && <span className={styles.estimate}>Everything has its result.</span>}
    </span>
  )
}

/** Of a node that has not run yet, with what it needs. `node`: `outer/inner`. */
export function NodeEstimate({ node }: { node: string }) {
  const estimate = useEstimate(node)
  if (!estimate || estimate.nodes.length === 0) return null
  const others = estimate.nodes.filter((one) => one.node !== node && !one.node.startsWith(`${node}/`)).length
  return (
    <p className={styles.node} data-estimate={node}>
      <span>{others > 0 ? `To run, with ${others} before it:` : 'To run:'}</span>
      <EstimateWords estimate={estimate} />
    </p>
  )
}
