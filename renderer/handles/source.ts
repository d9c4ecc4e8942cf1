/** The picture that the handles of a node lie over: the output that feeds its input, through the edge of a subgraph too. */
import { useMemo } from 'react'
import { type PortRef, splitPort } from '../../engine/graph/document.ts'
import type { Handle } from '../../engine/types/handle.ts'
import { type EditorState, graphOfTrail, insideOfTrail, nodeRef, type Trail, useEditor } from '../state/editor.ts'
import { nodeOf, typeInfo } from '../state/info.ts'
import type { ViewTarget } from '../state/ui.ts'

export interface Handled {
  /** In the shown graph. */
  readonly id: string
  readonly handles: readonly Handle[]
  readonly source: ViewTarget
  /** The mask of the node that is drawn over it. */
  readonly mask?: ViewTarget
}

type Opened = Pick<EditorState, 'document' | 'catalogue'>

/** What feeds an input of a node of the graph that `trail` leads to; undefined while nothing does. */
export function sourceOf(s: Opened, trail: Trail, input: PortRef): ViewTarget | undefined {
  const from = graphOfTrail(s, trail).edges[input]
  if (from !== undefined) {
    const [id, port] = splitPort(from)
    return { node: nodeRef(trail, id), port }
  }
  const within = insideOfTrail(s, trail)?.graph
  const boundary = Object.entries(within?.inputs ?? {}).find(([, { to }]) => to.includes(input))?.[0]
  const outer = trail.at(-1)
  return boundary === undefined || outer === undefined
    ? undefined
    : sourceOf(s, trail.slice(0, -1), `${outer}.${boundary}`)
}

/** The handles of the selected node, and the picture they lie over. All handles of a node lie over the picture of the first. */
export function useHandled(id: string | undefined): Handled | undefined {
  const document = useEditor((s) => s.document)
  const catalogue = useEditor((s) => s.catalogue)
  const trail = useEditor((s) => s.trail)
  const handles = useEditor((s) => {
    const node = id === undefined ? undefined : nodeOf(s, id)
    return node && !node.bypass ? typeInfo(s, node)?.handles : undefined
  })
  const over = handles?.[0]?.over
  const source = useMemo(
    () =>
      id === undefined || over === undefined ? undefined : sourceOf({ document, catalogue }, trail, `${id}.${over}`),
    [document, catalogue, trail, id, over],
  )
  const [node, port] = [source?.node, source?.port]
  return useMemo(() => {
    if (id === undefined || !handles || node === undefined || port === undefined) return undefined
    const own = handles.filter((handle) => handle.over === over)
    const shows = own.flatMap((handle) => ('shows' in handle && handle.shows ? [handle.shows] : []))[0]
    const mask = shows === undefined ? undefined : { node: nodeRef(trail, id), port: shows }
    return { id, handles: own, source: { node, port }, ...(mask && { mask }) }
  }, [id, handles, over, node, port, trail])
}
