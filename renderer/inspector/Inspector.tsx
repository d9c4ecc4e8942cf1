/** The panel about what is selected: one node, several, or the pipeline itself. Above it, the number that is explained. */
import { useDeferredValue, useMemo } from 'react'
import { NumberPanel } from '../explain/NumberPanel.tsx'
import { useEditor } from '../state/editor.ts'
import styles from './Inspector.module.css'
import { ManyInspector } from './ManyInspector.tsx'
import { NodeInspector } from './NodeInspector.tsx'
import { PipelineInspector } from './PipelineInspector.tsx'

export function Inspector() {
  // A box that is drawn over nodes selects others with each frame: the panel follows when there is time.
  const selected = useDeferredValue(useEditor((s) => s.selection.nodes))
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
