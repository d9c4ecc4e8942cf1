/** The boundary of the open subgraph: inputs on the left, outputs on the right, and a slot for a new one. */
import { Handle, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo } from 'react'
import styles from './BoundaryNode.module.css'
import { newPort, useShownSubgraph } from './flow.ts'
import type { FlowNode } from './flow-types.ts'
import { metrics } from './geometry.ts'

export const BoundaryNode = memo(function BoundaryNode({ data: { id } }: { data: FlowNode['data'] }) {
  const graph = useShownSubgraph()
  const side = id === 'in' ? 'in' : 'out'
  if (!graph) return null
  const ports = [...Object.keys(side === 'in' ? graph.inputs : graph.outputs), newPort]
  return (
    <section className={styles.boundary} data-boundary={side}>
      <h3 className={styles.title}>{side === 'in' ? 'Inputs' : 'Outputs'}</h3>
      {ports.map((port, i) => {
        const top = metrics.header + metrics.rowsPadding + (i + 0.5) * metrics.row
        const isNew = port === newPort
        return (
          <div key={port}>
            <Handle
              id={port}
              type={side === 'in' ? 'source' : 'target'}
              position={side === 'in' ? Position.Right : Position.Left}
              className={styles.socket}
              style={{ top }}
              data-port={`${id}.${port}`}
              data-side={side === 'in' ? 'out' : 'in'}
              data-new={isNew || undefined}
              title={isNew ? `Drag a wire here for a new ${side === 'in' ? 'input' : 'output'}` : port}
              role="img"
              aria-label={
                isNew ? `New ${side === 'in' ? 'input' : 'output'} of the subgraph` : `${port} of the subgraph`
              }
            />
            <span className={styles.name} data-side={side} style={{ top }} data-new={isNew || undefined}>
              {isNew ? <Plus size={11} aria-hidden /> : port}
            </span>
          </div>
        )
      })}
    </section>
  )
})
