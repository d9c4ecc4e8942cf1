/** The wire that is being drawn, with the words of the socket under the pointer: why not, or what would convert. */
import { type ConnectionLineComponentProps, getBezierPath, Position } from '@xyflow/react'
import { currentGraph, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import type { WireFit } from '../state/wiring.ts'
import { typeColour } from '../theme/types.ts'
import styles from './ConnectionLine.module.css'
import type { FlowNode } from './flow.ts'
import { useCanvas } from './store.ts'

const hintOf = (fit: WireFit | undefined): { words: string; bad?: true } | undefined => {
  if (!fit) return undefined
  if (!fit.ok) return { words: fit.short, bad: true }
  if (fit.converter) return { words: fit.converter }
  return fit.each ? { words: 'Once for each element' } : undefined
}

export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, toNode, toHandle, fromHandle, pointer } = props
  const wiring = useCanvas((s) => s.wiring)
  const colour = useEditor((s) => {
    const { start } = wiring ?? {}
    const info = start && typeInfo(s, currentGraph(s).nodes[start.node]?.type ?? '')
    return typeColour(info?.[start?.side === 'in' ? 'inputs' : 'outputs'][start?.port ?? ''] ?? { type: 'any' })
  })
  const away = fromHandle.type === 'source' ? Position.Left : Position.Right
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toNode ? toPosition : away,
  })
  const fit = toNode && toHandle ? wiring?.fits.get(`${toNode.id}.${toHandle.id}`) : undefined
  const hint = hintOf(fit)
  return (
    <g style={{ color: colour }} className={styles.line} data-bad={hint?.bad}>
      <path d={path} fill="none" />
      <circle cx={toX} cy={toY} r={4} />
      {hint && (
        <foreignObject x={pointer.x} y={pointer.y} width={1} height={1} className={styles.holder}>
          <div className={styles.hint} data-bad={hint.bad}>
            {hint.words}
          </div>
        </foreignObject>
      )}
    </g>
  )
}
