/** The panel for the selection: one node, several, or the pipeline itself. Above it, the number being explained. */
import { useDeferredValue, useMemo } from 'react'
import { useCanvas } from '../canvas/store.ts'
import { NumberPanel } from '../explain/NumberPanel.tsx'
import { NetworkInspector } from '../network/NetworkInspector.tsx'
import { useNetwork } from '../network/store.ts'
import { useEditor } from '../state/editor.ts'
import styles from './Inspector.module.css'
import { ManyInspector } from './ManyInspector.tsx'
import { NodeInspector } from './NodeInspector.tsx'
import { PipelineInspector } from './PipelineInspector.tsx'

export function Inspector() {
  // A box selection changes on every frame, so then the panel follows when there is time. Otherwise it follows at once: keyboard
  // focus must not enter a panel that is about to be replaced.
  const now = useEditor((s) => s.selection.nodes)
  const later = useDeferredValue(now)
  const selected = useCanvas((s) => s.boxing) ? later : now
  const ids = useMemo(() => [...selected], [selected])
  const [first] = ids
  const network = useNetwork((s) => s.owner)
  return (
    <aside className={styles.inspector} aria-label="Inspector">
      <NumberPanel />
      {network ? (
        <NetworkInspector owner={network} />
      ) : first === undefined ? (
        <PipelineInspector />
      ) : ids.length === 1 ? (
        <NodeInspector key={first} id={first} />
      ) : (
        <ManyInspector ids={ids} />
      )}
    </aside>
  )
}
