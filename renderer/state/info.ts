/** What forms and nodes ask about a node of the open graph. */
import { useMemo } from 'react'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { emptyGraph, type Graph, type NodeRecord } from '../../engine/graph/document.ts'
import { infoOf, insideOf, own } from '../../engine/graph/info.ts'
import type { Sockets } from '../../engine/graph/node.ts'
import { shownSockets, type Typed } from '../../engine/graph/sockets.ts'
import type { ParamSpec, ParamValue } from '../../engine/types/param.ts'
import { isParamValue } from '../../engine/types/param.ts'
import { say } from '../words/say.ts'
import { currentGraph, type EditorState, graphOfTrail, insideOfTrail, type Trail, useEditor } from './editor.ts'

/** The type and sockets of a node; undefined for an unknown type. */
export const typeInfo = (
  s: Pick<EditorState, 'document' | 'catalogue'>,
  node: Typed | undefined,
): NodeInfo | undefined => node && infoOf(s.document, s.catalogue, node)

/** A node of the open graph. */
export const nodeOf = (s: EditorState, id: string): NodeRecord | undefined => currentGraph(s).nodes[id]
export const useNode = (id: string): NodeRecord | undefined => useEditor((s) => nodeOf(s, id))
export const useTypeInfo = (node: Typed | undefined): NodeInfo | undefined => useEditor((s) => typeInfo(s, node))

/** The sockets that a node of the graph that is shown has, with those that its wires name where not all are known. */
export function useSockets(id: string, info: NodeInfo | undefined): Sockets {
  const graph = useEditor((s) => (info && !info.socketsBy ? undefined : currentGraph(s)))
  return useMemo(() => shownSockets(graph ?? emptyGraph, id, info), [graph, id, info])
}

export const nodeTitle = (node: NodeRecord, info: NodeInfo | undefined): string =>
  node.title || (info && say(info.title)) || node.type

/** What is known of a node's type, by its name in events (`outer/inner`). */
export function infoOfRef(s: Pick<EditorState, 'document' | 'catalogue'>, ref: string): NodeInfo | undefined {
  let graph: Graph | undefined = s.document
  let info: NodeInfo | undefined
  for (const id of ref.split('/')) {
    const node: NodeRecord | undefined = own(graph?.nodes, id)
    if (!node) return undefined
    info = typeInfo(s, node)
    graph = insideOf(s.document, s.catalogue, node)?.graph
  }
  return info
}

/** A node's title with those of the subgraphs around it (`Group › Gaussian blur`), if there is such a node. */
export function titleAt(s: Pick<EditorState, 'document' | 'catalogue'>, at: readonly string[]): string | undefined {
  let graph: Graph | undefined = s.document
  const titles: string[] = []
  for (const id of at) {
    const node: NodeRecord | undefined = own(graph?.nodes, id)
    if (!node) return undefined
    titles.push(nodeTitle(node, typeInfo(s, node)))
    graph = insideOf(s.document, s.catalogue, node)?.graph
  }
  return titles.join(' › ')
}

/** What the graph at the end of a path is called: the title of its node, or what its inside is called. */
export function graphTitle(s: EditorState, trail: Trail): string {
  const id = trail.at(-1) ?? ''
  const inside = insideOfTrail(s, trail)
  const title = graphOfTrail(s, trail.slice(0, -1)).nodes[id]?.title
  return title ?? (inside && say(s.catalogue.get(inside.name)?.title ?? inside.name)) ?? id
}

/** The value of a parameter: the document's, or the default. An invalid value is returned as it is. */
export const paramValue = (node: NodeRecord, name: string, spec: ParamSpec): unknown =>
  node.params?.[name] ?? spec.default

/** Like `paramValue`, but the default where the document has an invalid value. */
export function fittingValue(node: NodeRecord, name: string, spec: ParamSpec): ParamValue {
  const value = paramValue(node, name, spec)
  return isParamValue(spec, value) ? value : spec.default
}

/** Whether a parameter applies, given the other parameters. */
export function isParamShown(node: NodeRecord, params: Readonly<Record<string, ParamSpec>>, spec: ParamSpec): boolean {
  const { when } = spec
  const other = when && params[when.param]
  return !other || when.is.includes(fittingValue(node, when.param, other) as string | number | boolean)
}
