/** One node: its type, status, parameters, ports and explanation. */
import { Network } from 'lucide-react'
import { useMemo } from 'react'
import type { NodeStatus } from '../../engine/protocol/reports.ts'
import { networkOf, openNetwork } from '../network/store.ts'
import { NodeEstimate } from '../panels/EstimateWords.tsx'
import { setTitle } from '../state/actions.ts'
import { nodeRef, settle, useEditor } from '../state/editor.ts'
import { nodeTitle, useNode, useTypeInfo } from '../state/info.ts'
import { useNodeReport } from '../state/reports.ts'
import { Button } from '../ui/Button.tsx'
import { Section } from '../ui/Section.tsx'
import { TextField } from '../ui/TextField.tsx'
import { say } from '../words/say.ts'
import { Explain } from './Explain.tsx'
import styles from './Inspector.module.css'
import { Params } from './Params.tsx'
import { Ports } from './Ports.tsx'
import { Status } from './Status.tsx'
import { Steps } from './Steps.tsx'

/** A run of it is still to come, so it is said what that takes. */
const unrun: ReadonlySet<NodeStatus> = new Set(['idle', 'queued', 'running', 'manual', 'paused'])

export function NodeInspector({ id }: { id: string }) {
  const ids = useMemo(() => [id], [id])
  const node = useNode(id)
  const info = useTypeInfo(node)
  const ref = useEditor((s) => nodeRef(s.trail, id))
  const report = useNodeReport(ref)
  const network = useEditor((s) => networkOf(s, id) !== undefined)
  if (!node) return null

  const rename = (title: string): void => {
    setTitle(id, info && title === say(info.title) ? '' : title)
    settle()
  }
  return (
    <>
      <header className={styles.header}>
        <TextField
          bare
          className={styles.title}
          label="Name of the node"
          value={nodeTitle(node, info)}
          onCommit={rename}
        />
        <p className={styles.alias}>
          {node.title && info && <span>{info.title}</span>}
          {info?.alias && <code>{info.alias}</code>}
        </p>
        {info && <p className={styles.summary}>{info.summary}</p>}
        {info?.needs && <p className={styles.summary}>{info.needs}</p>}
        {network && (
          <Button small className={styles.open} onClick={() => openNetwork(id)}>
            <Network size={13} aria-hidden /> Open the network
          </Button>
        )}
        {report && <Status report={report} node={ref} job={info?.kind === 'job'} />}
        {report && unrun.has(report.status) && <NodeEstimate node={ref} />}
      </header>
      {info && Object.keys(info.params).length > 0 && (
        <Section title="Parameters">
          <Params ids={ids} params={info.params} />
        </Section>
      )}
      {!info && (
        <Section title="Kept as it was">
          <p className={styles.summary}>
            This Sightline has no node of type <code>{node.type}</code>. Its settings and wires stay in the file;
            install or update what provides it.
          </p>
          {node.params && <pre className={styles.raw}>{JSON.stringify(node.params, null, 2)}</pre>}
        </Section>
      )}
      {info && <Ports id={id} info={info} />}
      {info?.steps && <Steps node={ref} report={report} />}
      {info && <Explain id={id} node={node} info={info} />}
    </>
  )
}
