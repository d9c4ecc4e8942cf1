/** The name of a parameter of a node that comes before this one; those there are, are offered. */
import { useMemo } from 'react'
import { splitPort } from '../../../engine/graph/document.ts'
import { infoOf } from '../../../engine/graph/info.ts'
import { sweepableParams } from '../../../engine/graph/sweep.ts'
import type { TextParam } from '../../../engine/types/param.ts'
import { currentGraph, useEditor } from '../../state/editor.ts'
import { TextField } from '../../ui/TextField.tsx'
import { inWords } from '../words.ts'
import type { FieldProps } from './field.ts'

interface ParameterFieldProps extends FieldProps<TextParam, string> {
  /** The node whose parameter this is. */
  readonly node: string
}

export function ParameterField({ value, edit, id, describedBy, node }: ParameterFieldProps) {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const graph = useEditor(currentGraph)
  const offers = useMemo(() => {
    const before: string[] = []
    const reached = new Set([node])
    for (const next of reached)
      for (const [to, from] of Object.entries(graph.edges)) {
        const source = splitPort(from)[0]
        if (splitPort(to)[0] !== next || reached.has(source)) continue
        reached.add(source)
        before.push(source)
      }
    return before.flatMap((source) => {
      const record = graph.nodes[source]
      const info = record && infoOf(document, catalogue, record)
      if (!info) return []
      return sweepableParams(info).map((name) => ({
        value: `${source}.${name}`,
        words: `${record.title ?? info.title}: ${info.params[name]?.label ?? inWords(name)}`,
      }))
    })
  }, [document, catalogue, graph, node])
  return (
    <>
      <TextField id={id} value={value} onCommit={edit.set} describedBy={describedBy} list={`${id}-list`} />
      <datalist id={`${id}-list`}>
        {offers.map((offer) => (
          <option key={offer.value} value={offer.value}>
            {offer.words}
          </option>
        ))}
      </datalist>
    </>
  )
}
