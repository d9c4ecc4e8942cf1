/**
 * A node: title, sockets, picture, its most important slider, shape and time. Only its own record, type and report re-render
 * its body. React Flow re-renders the wrapper on every step of a drag.
 */
import { memo } from 'react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import type { NodeRecord } from '../../engine/graph/document.ts'
import { subgraphName } from '../../engine/graph/info.ts'
import { baseName } from '../panels/paths.ts'
import { setTitle } from '../state/actions.ts'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { nodeTitle, useNode, useTypeInfo } from '../state/info.ts'
import { useNodeReport } from '../state/reports.ts'
import type { FlowNode } from './flow-types.ts'
import { layoutOf } from './geometry.ts'
import { isLong } from './long.ts'
import styles from './Node.module.css'
import { NodeFooter } from './NodeFooter.tsx'
import { NodePicture } from './NodePicture.tsx'
import { NodeSlider } from './NodeSlider.tsx'
import { socketStep } from './overview.ts'
import { Rename } from './Rename.tsx'
import { Socket } from './Socket.tsx'
import { useCanvas } from './store.ts'

export function NodeView({ data, selected }: { data: FlowNode['data']; selected: boolean }) {
  return <NodeCard id={data.id} selected={selected} />
}

const NodeCard = memo(function NodeCard({ id, selected }: { id: string; selected: boolean }) {
  const record = useNode(id)
  const info = useTypeInfo(record)
  const far = useCanvas((s) => s.far && s.writing !== id)
  const ref = useEditor((s) => nodeRef(s.trail, id))
  if (!record) return null
  return far ? (
    <FarCard id={id} nodeRef={ref} record={record} info={info} selected={selected} />
  ) : (
    <NearCard id={id} nodeRef={ref} record={record} info={info} selected={selected} />
  )
})

interface CardProps {
  readonly id: string
  /** `outer/inner` */
  readonly nodeRef: string
  readonly record: NodeRecord
  readonly info: NodeInfo | undefined
  readonly selected: boolean
}

function useState(ref: string, record: NodeRecord, info: NodeInfo | undefined) {
  const status = useNodeReport(ref)?.status ?? 'idle'
  if (!info) return 'unknown'
  return record.bypass ? 'bypassed' : status
}

/** In the overview: a box with sockets, to click and drag. `overview.ts` draws what is visible of it. */
function FarCard({ id, record, info, selected }: CardProps) {
  const sockets = useCanvas((s) => s.farStep >= socketStep)
  const layout = layoutOf(id, record, info, currentGraph(useEditor.getState()))
  return (
    <article
      className={styles.far}
      data-node={id}
      data-selected={selected || undefined}
      title={nodeTitle(record, info)}
    >
      {sockets && layout.inputs.map((port) => <Socket key={`in ${port.port}`} node={id} side="in" layout={port} />)}
      {sockets && layout.outputs.map((port) => <Socket key={`out ${port.port}`} node={id} side="out" layout={port} />)}
    </article>
  )
}

function NearCard({ id, nodeRef: ref, record, info, selected }: CardProps) {
  const state = useState(ref, record, info)
  const writing = useCanvas((s) => s.writing === id)
  // Only a node whose sockets may be unknown looks at its wires, which tell its sockets.
  const graph = useEditor((s) => (info && !info.socketsBy ? undefined : currentGraph(s)))
  const layout = layoutOf(id, record, info, graph ?? currentGraph(useEditor.getState()))
  const title = nodeTitle(record, info)
  const file = fileOf(record, info)
  // Which file it is tells more than the name of the function.
  const under = file === undefined || !info?.alias ? info?.alias : baseName(file)
  return (
    <article className={styles.node} data-node={id} data-state={state} data-selected={selected || undefined}>
      <header className={styles.header}>
        {writing ? (
          <Rename
            value={record.title ?? ''}
            placeholder={info?.title ?? record.type}
            onDone={(text) => setTitle(id, text)}
          />
        ) : (
          <h3 className={styles.title} title={title} data-renames={id} data-long={isLong(title, 19)}>
            {title}
          </h3>
        )}
        {(under || !info) && (
          <p className={styles.alias} translate="no" title={file} data-long={isLong(under ?? record.type, 24)}>
            {under ?? record.type}
          </p>
        )}
        <Progress nodeRef={ref} />
      </header>
      {layout.inputs.map((port) => (
        <Socket key={`in ${port.port}`} node={id} side="in" layout={port} />
      ))}
      {layout.outputs.map((port) => (
        <Socket key={`out ${port.port}`} node={id} side="out" layout={port} />
      ))}
      {layout.preview && (
        <NodePicture
          id={id}
          nodeRef={ref}
          port={layout.preview.port}
          top={layout.preview.y}
          state={state}
          title={title}
          needs={info?.needs}
        />
      )}
      {layout.slider && info && <NodeSlider id={id} record={record} info={info} name={layout.slider} />}
      <NodeFooter
        nodeRef={ref}
        state={state}
        port={layout.preview?.port ?? layout.outputs[0]?.port}
        says={!layout.preview}
        subgraph={subgraphName(record.type) !== undefined || info?.composite !== undefined}
        network={info?.network !== undefined && ('built' in info.network || file !== undefined)}
      />
    </article>
  )
}

/** The file or folder of a node that has one. */
function fileOf({ params }: NodeRecord, info: NodeInfo | undefined): string | undefined {
  const [name] = Object.entries(info?.params ?? {}).find(([, { type }]) => type === 'file' || type === 'folder') ?? []
  const path = name === undefined ? undefined : params?.[name]
  return typeof path === 'string' && path !== '' ? path : undefined
}

function Progress({ nodeRef: ref }: { nodeRef: string }) {
  const report = useNodeReport(ref)
  if (report?.status !== 'running') return null
  const { progress } = report
  return (
    <div
      className={styles.progress}
      role="progressbar"
      aria-label={progress?.say ?? 'Running'}
      aria-valuenow={progress ? Math.round(progress.fraction * 100) : undefined}
      data-unknown={progress ? undefined : true}
    >
      <div style={{ width: progress ? `${progress.fraction * 100}%` : '100%' }} />
    </div>
  )
}
