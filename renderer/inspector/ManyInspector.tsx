/** Several nodes: how many, and the parameters they share. */
import { useMemo } from 'react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import type { ParamSpec } from '../../engine/types/param.ts'
import { currentGraph, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { count } from '../ui/numbers.ts'
import { Section } from '../ui/Section.tsx'
import { say } from '../words/say.ts'
import styles from './Inspector.module.css'
import { Params } from './Params.tsx'

/** Parameters with the same type and range in all of them. Defaults may differ. */
function common(infos: readonly (NodeInfo | undefined)[]): Readonly<Record<string, ParamSpec>> {
  const taken = (spec: ParamSpec | undefined): string =>
    JSON.stringify({ ...spec, default: undefined, help: undefined, label: undefined })
  const [first, ...others] = infos
  return Object.fromEntries(
    Object.entries(first?.params ?? {}).filter(([name, spec]) =>
      others.every((info) => taken(info?.params[name]) === taken(spec)),
    ),
  )
}

export function ManyInspector({ ids }: { ids: readonly string[] }) {
  const nodes = useEditor((s) => currentGraph(s).nodes)
  const catalogue = useEditor((s) => s.catalogue)
  const document = useEditor((s) => s.document)
  const { kinds, params } = useMemo(() => {
    const infos = ids.map((id) => typeInfo({ document, catalogue }, nodes[id]))
    const titles = ids.map((id, i) => say(infos[i]?.title ?? nodes[id]?.type ?? id))
    const kinds = [...new Set(titles)].map((title) => ({ title, n: titles.filter((t) => t === title).length }))
    return { kinds, params: common(infos) }
  }, [ids, nodes, catalogue, document])

  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.heading}>{count(ids.length, 'node')} selected</h2>
        <p className={styles.summary}>{kinds.map(({ title, n }) => (n > 1 ? `${n} × ${title}` : title)).join(', ')}</p>
      </header>
      {Object.keys(params).length > 0 ? (
        <Section title="Parameters in common">
          <Params ids={ids} params={params} />
        </Section>
      ) : (
        <p className={styles.hint}>These nodes have no parameters in common.</p>
      )}
    </>
  )
}
