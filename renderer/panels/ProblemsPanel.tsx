/** Problems in words; a click goes to the node. */
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { useMemo } from 'react'
import { useEditor } from '../state/editor.ts'
import { useEngine } from '../state/engine.ts'
import { useAllNodeReports, useAllWireReports } from '../state/reports.ts'
import { ProblemAction } from './ProblemAction.tsx'
import styles from './ProblemsPanel.module.css'
import { type Line, problemLines } from './problems.ts'
import { showNode } from './show-node.ts'

/** The current lines of the list, also for the badge that counts them. */
export function useProblems(): readonly Line[] {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const whole = useEngine((s) => s.problems)
  const nodes = useAllNodeReports()
  const wires = useAllWireReports()
  return useMemo(
    () => problemLines({ document, catalogue }, whole, nodes, wires),
    [document, catalogue, whole, nodes, wires],
  )
}

export function ProblemsPanel() {
  const lines = useProblems()
  if (lines.length === 0)
    return (
      <section className={styles.panel} aria-label="Problems">
        <p className={styles.none}>
          <CircleCheck size={16} aria-hidden />
          No problems.
        </p>
      </section>
    )
  return (
    <section className={styles.panel} aria-label="Problems">
      <ul className={styles.lines}>
        {lines.map((line) => {
          const Icon = line.tone === 'error' ? CircleAlert : TriangleAlert
          return (
            <li key={line.key} className={styles.item}>
              <button type="button" className={styles.line} disabled={!line.at} onClick={() => void showNode(line.at)}>
                <Icon size={15} className={styles.icon} data-tone={line.tone} aria-label={line.tone} />
                <span className={styles.about}>{line.about ?? 'Pipeline'}</span>
                <span className={styles.words}>{line.words}</span>
              </button>
              {line.at && (
                <ProblemAction
                  node={line.at.join('/')}
                  problem={line.problem}
                  {...(line.wire !== undefined && { wire: line.wire })}
                  className={styles.allow}
                />
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
