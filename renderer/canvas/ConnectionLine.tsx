/** The wire being drawn, with the verdict of the socket under the pointer: why it does not fit, or what would convert. */
import { type ConnectionLineComponentProps, getBezierPath, Position, useConnection } from '@xyflow/react'
import { currentGraph, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { hintWords, portRef } from '../state/wiring.ts'
import { typeColour } from '../theme/types.ts'
import styles from './ConnectionLine.module.css'
import type { FlowNode } from './flow-types.ts'
import { useCanvas } from './store.ts'

export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, toNode, toHandle, fromHandle } = props
  const wiring = useCanvas((s) => s.wiring)
  const colour = useEditor((s) => {
    const { start } = wiring ?? {}
    const info = start && typeInfo(s, currentGraph(s).nodes[start.node])
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
  const judged =
    toNode && toHandle ? wiring?.sockets.get(portRef({ node: toNode.id, port: toHandle.id ?? '' })) : undefined
  return (
    <g style={{ color: colour }} className={styles.line} data-bad={judged && !judged.ok ? true : undefined}>
      <path d={path} fill="none" />
      <circle cx={toX} cy={toY} r={4} />
    </g>
  )
}

/** Beside the pointer while a wire is over a socket: why it does not fit, or what would convert it. */
export function WireHint() {
  const wiring = useCanvas((s) => s.wiring)
  const { pointer, over } = useConnection(({ pointer, toHandle, toNode }) => ({
    pointer,
    over: toNode && toHandle ? portRef({ node: toNode.id, port: toHandle.id ?? '' }) : undefined,
  }))
  const judged = over === undefined ? undefined : wiring?.sockets.get(over)
  const words = judged && hintWords(judged)
  if (!words || !pointer) return null
  return (
    <div
      className={styles.hint}
      role="status"
      data-bad={judged.ok ? undefined : true}
      style={{ translate: `${pointer.x + 16}px ${pointer.y + 16}px` }}
    >
      {words}
    </div>
  )
}
