/** The form of one node, or of what several have in common. */
import { useMemo } from 'react'
import type { NodeRecord } from '../../engine/graph/document.ts'
import type { ParamSpec } from '../../engine/types/param.ts'
import { currentGraph, isBuiltIn, useEditor } from '../state/editor.ts'
import { isParamShown, paramValue } from '../state/info.ts'
import { ParamRow } from './ParamRow.tsx'
import styles from './Params.module.css'

interface ParamsProps {
  /** Must be stable. */
  readonly ids: readonly string[]
  readonly params: Readonly<Record<string, ParamSpec>>
}

/** The value they all have; undefined where they differ. */
function commonValue(nodes: readonly NodeRecord[], name: string, spec: ParamSpec): unknown {
  const [first, ...others] = nodes.map((node) => paramValue(node, name, spec))
  return others.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : undefined
}

export function Params({ ids, params }: ParamsProps) {
  const all = useEditor((s) => currentGraph(s).nodes)
  const builtIn = useEditor(isBuiltIn)
  const nodes = useMemo(() => ids.flatMap((id) => all[id] ?? []), [ids, all])
  const shown = Object.entries(params).filter(([, spec]) => nodes.every((node) => isParamShown(node, params, spec)))
  return (
    <div className={styles.params} inert={builtIn}>
      {shown.map(([name, spec]) => (
        <ParamRow
          key={`${ids.join(' ')} ${name}`}
          ids={ids}
          name={name}
          spec={spec}
          value={commonValue(nodes, name, spec)}
        />
      ))}
    </div>
  )
}
