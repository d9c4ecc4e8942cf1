/** The pipeline as a list: every node in order of the wires, its inputs, where it goes, and its result. For screen readers and everyone. */
import { Cable, Trash2, Unplug, Waypoints } from 'lucide-react'
import { useMemo } from 'react'
import { splitPort } from '../../engine/graph/document.ts'
import { describeShape } from '../../engine/values/index.ts'
import { describeSocket } from '../../engine/values/socket.ts'
import { disconnect } from '../commands/connect.ts'
import { removeSelection } from '../commands/remove.ts'
import { toggleBypass } from '../state/actions.ts'
import { currentGraph, nodeRef, select, useEditor } from '../state/editor.ts'
import { nodeTitle, useNode, useSockets, useTypeInfo } from '../state/info.ts'
import { useNodeReport, useNodeShapes, useWireReport } from '../state/reports.ts'
import { useToldWords } from '../state/words.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { count, formatTime } from '../ui/numbers.ts'
import { text } from '../words/say.ts'
import { askConnection, endsOf, endWords } from './connecting.ts'
import styles from './ListView.module.css'
import { inOrder } from './order.ts'

const states: Readonly<Record<string, string>> = {
  idle: text('not run yet'),
  waiting: text('waiting'),
  queued: text('queued'),
  running: text('running'),
  draft: text('quick preview'),
  done: text('done'),
  unchanged: text('unchanged'),
  error: text('failed'),
  skipped: text('not run'),
  paused: text('can be resumed'),
  manual: text('runs when you press Run'),
  bypassed: text('bypassed'),
}

export function ListView() {
  const graph = useEditor(currentGraph)
  const order = useMemo(() => inOrder(graph), [graph])
  return (
    <section className={styles.panel} aria-label="Pipeline as a list">
      <h2 className={styles.title}>
        {count(order.length, 'node')}, {count(Object.keys(graph.edges).length, 'wire')}
      </h2>
      <ol className={styles.nodes}>
        {order.map((id) => (
          <Item key={id} id={id} />
        ))}
      </ol>
    </section>
  )
}

function Item({ id }: { id: string }) {
  const record = useNode(id)
  const info = useTypeInfo(record)
  const sockets = useSockets(id, info)
  const ref = useEditor((s) => nodeRef(s.trail, id))
  const selected = useEditor((s) => s.selection.nodes.has(id))
  const report = useNodeReport(ref)
  const problem = useToldWords(report?.problem)
  if (!record) return null
  const title = nodeTitle(record, info)
  const state = record.bypass ? 'bypassed' : (report?.status ?? 'idle')
  return (
    <li className={styles.node} data-listed={id} data-selected={selected || undefined}>
      <div className={styles.head}>
        <h3>
          <button type="button" className={styles.name} aria-pressed={selected} onClick={() => select({ nodes: [id] })}>
            {title}
          </button>
        </h3>
        <span className={styles.state} data-state={state}>
          {!info
            ? 'unknown node'
            : state === 'manual' && report?.feed
              ? 'starts when you press Play'
              : state === 'unchanged' && report?.cached
                ? 'cached'
                : states[state]}
          {state === 'done' && report?.ms !== undefined && `, ${formatTime(report.ms)}`}
        </span>
        <span className={styles.actions}>
          <IconButton
            small
            icon={Cable}
            label={`Connect ${title}`}
            onClick={() => askConnection(endsOf(useEditor.getState(), id))}
          />
          <IconButton
            small
            icon={Waypoints}
            label={`Bypass ${title}`}
            pressed={record.bypass ?? false}
            onClick={() => toggleBypass([id])}
          />
          <IconButton
            small
            icon={Trash2}
            label={`Delete ${title}`}
            onClick={() => {
              select({ nodes: [id] })
              removeSelection()
            }}
          />
        </span>
      </div>
      {problem && state !== 'manual' && <p className={styles.problem}>{problem}</p>}
      {report?.note && <p className={styles.note}>{report.note}</p>}
      <ul className={styles.ports}>
        {Object.entries(sockets.inputs).map(([port, socket]) => (
          <Input key={port} id={id} port={port} wanted={describeSocket(socket)} optional={socket.optional ?? false} />
        ))}
        {Object.keys(sockets.outputs).map((port) => (
          <Output key={port} id={id} port={port} />
        ))}
      </ul>
    </li>
  )
}

interface InputProps {
  readonly id: string
  readonly port: string
  readonly wanted: string
  readonly optional: boolean
}

function Input({ id, port, wanted, optional }: InputProps) {
  const end = `${id}.${port}`
  const from = useEditor((s) => {
    const source = currentGraph(s).edges[end]
    if (source === undefined) return undefined
    const [node, output] = splitPort(source)
    return endWords(s, { node, port: output })
  })
  const report = useWireReport(useEditor((s) => nodeRef(s.trail, end)))
  const problem = useToldWords(report?.problem ?? report?.advice)
  return (
    <li className={styles.port}>
      <span>
        Input {port}: {from ? `from ${from}` : `${optional ? 'nothing, optional' : 'nothing yet'} (${wanted})`}
        {report?.converter && `, converted: ${report.converter}`}
        {report?.waiting && ', waiting until this socket is known'}
        {problem && <span className={styles.problem}> {problem}</span>}
      </span>
      <IconButton
        small
        icon={Cable}
        label={`Connect input ${port}`}
        onClick={() => askConnection([{ node: id, port, side: 'in' }])}
      />
      {from && <IconButton small icon={Unplug} label={`Disconnect input ${port}`} onClick={() => disconnect(end)} />}
    </li>
  )
}

function Output({ id, port }: { id: string; port: string }) {
  const shape = useNodeShapes(useEditor((s) => nodeRef(s.trail, id)))?.[port]
  const uses = useEditor((s) =>
    Object.entries(currentGraph(s).edges)
      .filter(([, from]) => from === `${id}.${port}`)
      .map(([to]) => {
        const [node, input] = splitPort(to)
        return endWords(s, { node, port: input })
      })
      .join(', '),
  )
  return (
    <li className={styles.port}>
      <span>
        Output {port}
        {shape && shape.kind !== 'unknown' && `: ${describeShape(shape)}`}
        {uses ? `, goes to ${uses}` : ', not used'}
      </span>
      <IconButton
        small
        icon={Cable}
        label={`Connect output ${port}`}
        onClick={() => askConnection([{ node: id, port, side: 'out' }])}
      />
    </li>
  )
}
