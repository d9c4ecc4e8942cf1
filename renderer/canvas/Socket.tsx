/** One socket: its handle on the node's edge and its name. While a wire is drawn it shows whether it accepts it. */
import { Handle, Position } from '@xyflow/react'
import { memo } from 'react'
import type { PortRef } from '../../engine/graph/document.ts'
import { describeSocket } from '../../engine/values/socket.ts'
import { currentGraph, currentInside, type EditorState, useEditor } from '../state/editor.ts'
import { refusalWords, type Side, socketWords } from '../state/wiring.ts'
import { typeColour } from '../theme/types.ts'
import type { PortLayout } from './geometry.ts'
import { isLong } from './long.ts'
import styles from './Socket.module.css'
import { useCanvas } from './store.ts'

interface SocketProps {
  readonly node: string
  readonly side: Side
  readonly layout: PortLayout
}

/** yes: accepts the wire; converted: through a converter; no: does not; start: the wire starts here. */
type State = 'yes' | 'converted' | 'no' | 'start' | undefined

/** Whether this input of a node in a subgraph is exposed as an input of the subgraph. */
function isFedFromOutside(s: EditorState, ref: PortRef): boolean {
  const inputs = currentInside(s)?.graph.inputs
  return inputs !== undefined && Object.values(inputs).some(({ to }) => to.includes(ref))
}

export const Socket = memo(function Socket({ node, side, layout: { port, socket, y, optional } }: SocketProps) {
  const ref = `${node}.${port}`
  const wired = useEditor((s) => side === 'out' || ref in currentGraph(s).edges || isFedFromOutside(s, ref))
  const state = useCanvas(({ wiring }): State => {
    if (!wiring) return undefined
    const { start, sockets } = wiring
    if (start.node === node && start.port === port && start.side === side) return 'start'
    const fit = start.side === side ? undefined : sockets.get(ref)
    return fit?.ok ? (fit.converter ? 'converted' : 'yes') : 'no'
  })
  const reason = useCanvas(({ wiring }) =>
    wiring && wiring.start.side !== side ? refusalWords(wiring.sockets.get(ref)) : undefined,
  )
  const words = socketWords(side, port, socket)
  return (
    <>
      <Handle
        type={side === 'in' ? 'target' : 'source'}
        position={side === 'in' ? Position.Left : Position.Right}
        id={port}
        className={styles.socket}
        style={{ top: y, color: typeColour(socket) }}
        data-port={ref}
        data-side={side}
        data-type={socket.type}
        data-wired={wired || undefined}
        data-wire={state}
        title={reason ?? `${describeSocket(socket)}${socket.help ? `\n${socket.help}` : ''}`}
        role="img"
        aria-label={words}
      />
      <span
        className={styles.name}
        data-side={side}
        data-wire={state}
        data-long={isLong(port, 13)}
        style={{ top: y }}
        aria-hidden
      >
        <span translate="no">{port}</span>
        {side === 'in' && optional && <span className={styles.optional}> optional</span>}
      </span>
    </>
  )
})
