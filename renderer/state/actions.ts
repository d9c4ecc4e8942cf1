/** Changes of single nodes, for forms and menus. All act on the graph that is shown. */
import type { NodeRecord } from '../../engine/graph/document.ts'
import type { Patch } from '../../engine/graph/edit.ts'
import type { ParamValue } from '../../engine/types/param.ts'
import { currentGraph, currentGraphName, type EditorState, edit, useEditor } from './editor.ts'
import { nodeOf, typeInfo } from './info.ts'

/** The part of every patch that says which graph it changes. */
export function inGraph(name: string | undefined = currentGraphName(useEditor.getState())): {
  readonly graph?: string
} {
  return name === undefined ? {} : { graph: name }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function patchNode(id: string, change: (node: NodeRecord) => NodeRecord): Patch[] {
  const node = currentGraph(useEditor.getState()).nodes[id]
  return node ? [{ ...inGraph(), table: 'nodes', id, value: change(node) as Patch['value'] } as Patch] : []
}

/** `undefined` leaves a key out: an absent key means "as usual" in the file. */
function withKey<K extends keyof NodeRecord>(node: NodeRecord, key: K, value: NodeRecord[K] | undefined): NodeRecord {
  const { [key]: _, ...rest } = node
  return (value === undefined ? rest : { ...rest, [key]: value }) as NodeRecord
}

function patchParam(s: EditorState, id: string, name: string, value: ParamValue | undefined): Patch[] {
  const node = nodeOf(s, id)
  if (!node) return []
  const { [name]: old, ...others } = node.params ?? {}
  const reset = value === undefined || same(value, typeInfo(s, node.type)?.params[name]?.default)
  if (reset ? old === undefined : same(old, value)) return []
  const params = reset ? others : { ...node.params, [name]: value as NonNullable<NodeRecord['params']>[string] }
  return patchNode(id, (n) => withKey(n, 'params', Object.keys(params).length ? params : undefined))
}

/**
 * Sets a parameter of these nodes as one step; `undefined`, or the default, resets it. While a slider moves give
 * `draft: true`, then call `settle()`: the moves are one step of undo.
 */
export function setParams(
  ids: readonly string[],
  name: string,
  value: ParamValue | undefined,
  { draft = false } = {},
): void {
  const s = useEditor.getState()
  const patches = ids.flatMap((id) => patchParam(s, id, name, value))
  const spec = ids.map((id) => typeInfo(s, nodeOf(s, id)?.type ?? '')?.params[name]).find(Boolean)
  const group = `${currentGraphName(s) ?? ''}/${ids.join('+')}.${name}`
  edit(patches, { label: `Change ${spec?.label ?? name}`, group, draft })
}

export const setParam = (
  id: string,
  name: string,
  value: ParamValue | undefined,
  options: { draft?: boolean } = {},
): void => setParams([id], name, value, options)

export const resetParam = (id: string, name: string): void => setParam(id, name, undefined)

/** An empty title brings back the type's own. */
export const setTitle = (id: string, title: string): void =>
  edit(
    patchNode(id, (node) => withKey(node, 'title', title.trim() || undefined)),
    { label: 'Rename' },
  )

/** Switches bypass for all of them: on, unless all are bypassed already. */
export function toggleBypass(ids: Iterable<string>): void {
  const { nodes } = currentGraph(useEditor.getState())
  const all = [...ids]
  const on = !all.every((id) => nodes[id]?.bypass)
  edit(
    all.flatMap((id) => patchNode(id, (node) => withKey(node, 'bypass', on || undefined))),
    { label: on ? 'Bypass' : 'Stop bypassing' },
  )
}

/** Shows or hides the picture in nodes. */
export function toggleCollapsed(ids: Iterable<string>): void {
  const { nodes } = currentGraph(useEditor.getState())
  const all = [...ids]
  const on = !all.every((id) => nodes[id]?.collapsed)
  edit(
    all.flatMap((id) => patchNode(id, (node) => withKey(node, 'collapsed', on || undefined))),
    { label: on ? 'Hide picture' : 'Show picture' },
  )
}

/** Writes a node as it is given: the start of every other change. */
export const putNode = (id: string, node: NodeRecord): Patch =>
  ({ ...inGraph(), table: 'nodes', id, value: node }) as Patch
