/** The panel about what is selected: one node, several, or the pipeline itself. Above it, the number that is explained. */
import { useMemo } from 'react'
import { NumberPanel } from '../explain/NumberPanel.tsx'
import { useEditor } from '../state/editor.ts'
import styles from './Inspector.module.css'
import { ManyInspector } from './ManyInspector.tsx'
import { NodeInspector } from './NodeInspector.tsx'
import { PipelineInspector } from './PipelineInspector.tsx'

export function Inspector() {
  const selected = useEditor((s) => s.selection.nodes)
  const ids = useMemo(() => [...selected], [selected])
  const [first] = ids
  return (
    <aside className={styles.inspector} aria-label="Inspector">
      <NumberPanel />
      {first === undefined ? (
        <PipelineInspector />
      ) : ids.length === 1 ? (
        <NodeInspector key={first} id={first} />
      ) : (
        <ManyInspector ids={ids} />
      )}
    </aside>
  )
}
