/** The inputs and outputs of a node: type, shape, and what is wrong with a wire. An output can be put in the viewer. */
import { Eye } from 'lucide-react'
import { feedOf } from '../../engine/graph/boundary.ts'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { splitPort } from '../../engine/graph/document.ts'
import { describeShape, type Shape } from '../../engine/values/index.ts'
import { describeSocket, type SocketSpec } from '../../engine/values/socket.ts'
import { ProblemAction } from '../panels/ProblemAction.tsx'
import { currentGraph, currentInside, nodeRef, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo, useSockets } from '../state/info.ts'
import { useNodeShapes, useWireReport } from '../state/reports.ts'
import { firstFreeSlot, putInViewer } from '../state/ui.ts'
import { useToldWords } from '../state/words.ts'
import { typeColour } from '../theme/types.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Section } from '../ui/Section.tsx'
import { text } from '../words/say.ts'
import styles from './Ports.module.css'

export function Ports({ id, info }: { id: string; info: NodeInfo }) {
  const sockets = useSockets(id, info)
  const inputs = Object.entries(sockets.inputs)
  const outputs = Object.entries(sockets.outputs)
  if (inputs.length + outputs.length === 0) return null
  return (
    <Section title="In and out">
      <ul className={styles.ports}>
        {inputs.map(([port, socket]) => (
          <Input key={port} id={id} port={port} socket={socket} />
        ))}
        {outputs.map(([port, socket]) => (
          <Output key={port} id={id} port={port} socket={socket} />
        ))}
      </ul>
    </Section>
  )
}

const known = (shape: Shape | undefined): string | undefined =>
  shape && shape.kind !== 'unknown' ? describeShape(shape) : undefined

/** An input without a wire is a ring, as on the canvas. */
const Dot = ({ socket, open = false }: { socket: SocketSpec; open?: boolean }) => (
  <span className={styles.dot} data-open={open || undefined} style={{ color: typeColour(socket) }} aria-hidden />
)

function Input({ id, port, socket }: { id: string; port: string; socket: SocketSpec }) {
  const trail = useEditor((s) => s.trail)
  const from = useEditor((s) => currentGraph(s).edges[`${id}.${port}`])
  const [start, output] = splitPort(from ?? '.')
  const source = useEditor((s) => {
    const node = currentGraph(s).nodes[start]
    if (node) return `${nodeTitle(node, typeInfo(s, node))} · ${output}`
    const outer = feedOf(currentInside(s)?.graph, `${id}.${port}`)
    return outer === undefined ? undefined : `${text('from outside')} · ${outer}`
  })
  const end = nodeRef(trail, `${id}.${port}`)
  const report = useWireReport(end)
  const told = report?.problem ?? report?.advice
  const problem = useToldWords(told)
  const shape = known(useNodeShapes(nodeRef(trail, start))?.[output])
  return (
    <li className={styles.port}>
      <Dot socket={socket} open={source === undefined} />
      <span className={styles.name} translate="no">
        {port}
      </span>
      <span className={styles.what}>
        {source ?? `${socket.optional ? 'optional: ' : 'needs '}${describeSocket(socket)}`}
        {shape && (
          <span className={styles.shape} translate="no">
            {shape}
          </span>
        )}
        {report?.converter && <span className={styles.shape}>converted on the way: {report.converter}</span>}
        {report?.each && <span className={styles.shape}>one run for each element</span>}
        {report?.waiting && <span className={styles.shape}>waiting until this socket is known</span>}
        {problem && (
          <span className={styles.problem} data-tone={report?.problem ? 'error' : 'warning'}>
            {problem}
          </span>
        )}
        <ProblemAction node={splitPort(end)[0]} problem={told} wire={end} />
      </span>
    </li>
  )
}

function Output({ id, port, socket }: { id: string; port: string; socket: SocketSpec }) {
  const node = useEditor((s) => nodeRef(s.trail, id))
  const shape = known(useNodeShapes(node)?.[port])
  return (
    <li className={styles.port}>
      <Dot socket={socket} />
      <span className={styles.name} translate="no">
        {port}
      </span>
      <span className={styles.what}>
        {shape ? <span translate="no">{shape}</span> : describeSocket(socket)}
        {socket.help && <span className={styles.shape}>{socket.help}</span>}
      </span>
      <IconButton
        small
        icon={Eye}
        label={`Show ${port} in the viewer`}
        onClick={() => putInViewer(firstFreeSlot(), { node, port })}
      />
    </li>
  )
}
