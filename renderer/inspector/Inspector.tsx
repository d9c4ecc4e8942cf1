/** The panel about what is selected: one node, several, or the pipeline itself. */
import { useMemo } from 'react'
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
