/** A node's page in a dialog: what `docs/nodes` says, with the node's own result where it was opened for one. */
import { useCallback, useState } from 'react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { pageOf, type SocketRow, type Variant } from '../../engine/graph/page.ts'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import { NodeValue } from '../canvas/NodeValue.tsx'
import { PreviewCanvas } from '../preview/PreviewCanvas.tsx'
import { useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Formula } from '../ui/Formula.tsx'
import { Section } from '../ui/Section.tsx'
import styles from './NodePageDialog.module.css'
import { refOf, usePage } from './store.ts'

export function NodePageDialog() {
  const open = useUi((s) => s.dialog === 'page')
  const page = usePage((s) => s.page)
  const info = useEditor((s) => page && typeInfo(s, { type: page.type }))
  if (!page || !info) return null
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && openDialog(null)}
      size="medium"
      title={info.title}
      description={info.summary}
    >
      <Page info={info} id={page.id} />
    </Dialog>
  )
}

function Page({ info, id }: { info: NodeInfo; id: string | undefined }) {
  const page = pageOf(info)
  const port = info.preview ?? Object.keys(info.outputs)[0]
  return (
    // Reached by keyboard, so that it can be scrolled.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region needs the focus
    <article className={styles.page} tabIndex={0} aria-label={info.title}>
      <p className={styles.where}>
        <span>{page.chapter}</span>
        <code translate="no">{page.type}</code>
        {page.alias && <code translate="no">{page.alias}</code>}
      </p>
      {id !== undefined && port !== undefined && <Result node={refOf(id)} port={port} title={info.title} />}
      <Section title="Idea">
        <p>{page.idea}</p>
        <Variants list={page.formulas}>{(tex) => <Formula tex={tex} />}</Variants>
      </Section>
      <Sockets title="Inputs" rows={page.inputs} />
      <Sockets title="Outputs" rows={page.outputs} />
      {page.params.length > 0 && (
        <Section title="Parameters">
          <dl className={styles.rows}>
            {page.params.map(({ name, label, takes, default: value, help, when }) => (
              <div key={name}>
                <dt translate="no">{name}</dt>
                <dd>
                  {label && <strong>{label}</strong>}
                  <span className={styles.takes}>
                    {takes}; default <code translate="no">{value}</code>
                  </span>
                  {help && <span>{help}</span>}
                  {when && <span className={styles.takes}>Used {when}.</span>}
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      {page.laws.length > 0 && (
        <Section title="Laws">
          <ul className={styles.laws}>
            {page.laws.map((law) => (
              <li key={law}>{law}</li>
            ))}
          </ul>
        </Section>
      )}
      {page.code.length > 0 && (
        <Section title="The same in code">
          <Variants list={page.code}>
            {(text) => (
              <pre className={styles.code} translate="no">
                {text}
              </pre>
            )}
          </Variants>
        </Section>
      )}
      <Section title="Reference">
        <p>{page.reference}</p>
      </Section>
      <Section title="When it runs">
        <p>{page.runs}</p>
      </Section>
    </article>
  )
}

const size = { width: 360, height: 240 }

/** The node's result, as it changes. */
function Result({ node, port, title }: { node: string; port: string; title: string }) {
  const [value, setValue] = useState<PreviewItem | undefined>()
  const onItem = useCallback((item: PreviewItem) => setValue(item.width === 0 ? item : undefined), [])
  return (
    <figure className={styles.result}>
      <PreviewCanvas
        id={`page:${node}.${port}`}
        node={node}
        port={port}
        {...size}
        className={value ? styles.hidden : styles.picture}
        label={`Result of ${title}`}
        onItem={onItem}
      />
      {value && <NodeValue value={value.value} />}
    </figure>
  )
}

function Variants({ list, children }: { list: readonly Variant[]; children: (text: string) => React.ReactNode }) {
  return list.map(({ when, text }) => (
    <div key={when ?? ''}>
      {when && (
        <p className={styles.takes} translate="no">
          {when}
        </p>
      )}
      {children(text)}
    </div>
  ))
}

function Sockets({ title, rows }: { title: string; rows: readonly SocketRow[] }) {
  if (rows.length === 0) return null
  return (
    <Section title={title}>
      <dl className={styles.rows}>
        {rows.map(({ name, takes, help }) => (
          <div key={name}>
            <dt translate="no">{name}</dt>
            <dd>
              <span className={styles.takes}>{takes}</span>
              {help && <span>{help}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
