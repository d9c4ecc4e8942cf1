/** What a click on a small value chooses: it sets parameters of the node that made it, as the node's declaration says. */
import { useMemo } from 'react'
import type { ParamValue } from '../../engine/types/param.ts'
import type { Pick } from '../../engine/types/pick.ts'
import { setParams } from '../state/actions.ts'
import { settle, useEditor } from '../state/editor.ts'
import { createGesture } from '../state/gesture.ts'
import { fittingValue, nodeOf, typeInfo } from '../state/info.ts'

type Values = Readonly<Record<string, ParamValue | undefined>>

export interface Picker<K extends Pick['kind'] = Pick['kind']> {
  readonly pick: Extract<Pick, { kind: K }>
  /** The parameters of the node as they are now. */
  readonly params: Readonly<Record<string, ParamValue>>
  /** `undefined` resets a parameter. */
  set(values: Values): void
  /** While a pointer is dragged; then `end`. */
  move(values: Values): void
  end(): void
}

/** `outer/inner.port` as the node of the open graph and its port; undefined for a node of another graph. */
function placeOf(output: string, trail: readonly string[]): { readonly id: string; readonly port: string } | undefined {
  const dot = output.indexOf('.')
  const path = output.slice(0, dot).split('/')
  const id = path.pop()
  return id !== undefined && path.join('/') === trail.join('/') ? { id, port: output.slice(dot + 1) } : undefined
}

/** Undefined where clicks on this output (`node.port`) choose nothing, or its node is not in the graph that is open. */
export function usePicker<K extends Pick['kind']>(output: string, kind: K): Picker<K> | undefined {
  const trail = useEditor((s) => s.trail)
  const { id, port } = useMemo(() => placeOf(output, trail) ?? { id: undefined, port: '' }, [output, trail])
  const node = useEditor((s) => (id === undefined ? undefined : nodeOf(s, id)))
  const info = useEditor((s) => typeInfo(s, node))
  const pick = info?.picks?.find((one) => one.in === port && one.kind === kind)
  const gesture = useMemo(createGesture, [])
  return useMemo(() => {
    if (id === undefined || !node || !info || !pick) return undefined
    const label = 'Choose in a result'
    return {
      pick: pick as Picker<K>['pick'],
      params: Object.fromEntries(
        Object.entries(info.params).map(([name, spec]) => [name, fittingValue(node, name, spec)]),
      ),
      set(values) {
        setParams([id], values, { label })
        settle()
      },
      move: (values) => gesture.move(() => setParams([id], values, { label, draft: true })),
      end: gesture.end,
    }
  }, [id, node, info, pick, gesture])
}
