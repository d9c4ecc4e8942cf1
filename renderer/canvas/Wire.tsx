/** A wire in the colour of its type, with its label: a converter, "each", or why it does not fit. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react'
import { Repeat } from 'lucide-react'
import { memo } from 'react'
import { type PortRef, splitPort } from '../../engine/graph/document.ts'
import type { WireReport } from '../../engine/protocol/reports.ts'
import type { SocketSpec } from '../../engine/values/socket.ts'
import { ProblemAction } from '../panels/ProblemAction.tsx'
import { currentGraph, type EditorState, nodeRef, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { useWireReport } from '../state/reports.ts'
import { useToldWords } from '../state/words.ts'
import { typeColour } from '../theme/types.ts'
import { useCarried } from './carry.ts'
import type { FlowWire } from './flow-types.ts'
import { useCanvas } from './store.ts'
import styles from './Wire.module.css'

const anything: SocketSpec = { type: 'any' }

function socketAt(s: EditorState, ref: PortRef, side: 'inputs' | 'outputs'): SocketSpec {
  const [id, port] = splitPort(ref)
  return typeInfo(s, currentGraph(s).nodes[id])?.[side][port] ?? anything
}

export const Wire = memo(function Wire(props: EdgeProps<FlowWire>) {
  const { id, data, selected, source, target, sourcePosition, targetPosition } = props
  const from = data?.from ?? ''
  const to = data?.to ?? ''
  // A boundary's end has only a name; the other end knows the type.
  const socket = useEditor((s) => (id.startsWith('in:') ? socketAt(s, to, 'inputs') : socketAt(s, from, 'outputs')))
  const ref = useEditor((s) => nodeRef(s.trail, id))
  const report = useWireReport(ref)
  const taken = useCanvas((s) => s.dropWire === id)
  const far = useCanvas((s) => s.far)
  // Same width as in `overview.ts`: never thinner than a pixel.
  const width = useCanvas((s) => (s.far ? Math.max(1.75, 1 / s.farStep) : undefined))
  const [start, end] = [useCarried(source), useCarried(target)]
  const [path, labelX, labelY] = getBezierPath({
    sourceX: props.sourceX + start.x,
    sourceY: props.sourceY + start.y,
    targetX: props.targetX + end.x,
    targetY: props.targetY + end.y,
    sourcePosition,
    targetPosition,
  })
  const problem = useToldWords(report?.problem)
  const advice = useToldWords(report?.advice)
  return (
    <g
      className={styles.wire}
      style={{ color: typeColour(socket) }}
      data-wire={id}
      data-selected={selected || undefined}
      data-problem={problem ? true : undefined}
      data-advice={advice ? true : undefined}
      data-waiting={report?.waiting}
      data-sequence={report?.each || socket.type === 'sequence' || undefined}
      data-target={taken || undefined}
    >
      <BaseEdge path={path} style={{ strokeWidth: width }} interactionWidth={far ? 0 : 18} />
      {!far && report && (report.converter || report.each || problem || advice) && (
        <EdgeLabelRenderer>
          <Badge wire={ref} report={report} said={problem ?? advice} x={labelX} y={labelY} />
        </EdgeLabelRenderer>
      )}
    </g>
  )
})

interface BadgeProps {
  readonly wire: string
  readonly report: WireReport
  /** What is wrong with it, or probably wrong. */
  readonly said: string | undefined
  readonly x: number
  readonly y: number
}

function Badge({ wire, report, said, x, y }: BadgeProps) {
  return (
    <div
      className={styles.badge}
      data-tone={report.problem ? 'error' : report.advice ? 'warning' : undefined}
      style={{ translate: `calc(${x}px - 50%) calc(${y}px - 50%)` }}
      title={said ?? (report.each ? 'Runs once for each element' : `Converted on this wire: ${report.converter}`)}
    >
      {said ?? (
        <>
          {report.converter}
          {report.each && (
            <>
              <Repeat size={10} aria-hidden /> each
            </>
          )}
        </>
      )}
      <ProblemAction
        node={splitPort(wire)[0]}
        problem={report.problem ?? report.advice}
        wire={wire}
        className={styles.action}
      />
    </div>
  )
}
