/** The files that a document names in its nodes' parameters, and renaming them everywhere at once. */
import type { FileUse } from '../types/services.ts'
import type { Catalogue } from './catalogue.ts'
import type { Document, Graph, NodeRecord } from './document.ts'
import type { Edit, Patch } from './edit.ts'
import { own } from './info.ts'

/** From a document's name for a file to another name for the same file. */
export type Renames = ReadonlyMap<string, string>

interface Named extends FileUse {
  readonly param: string
}

/** The files of one node. For an unknown type, nobody knows which parameters are paths. */
export function filesOfNode({ type, params = {} }: NodeRecord, catalogue: Catalogue): readonly Named[] {
  return Object.entries(catalogue.get(type)?.params ?? {}).flatMap(([param, spec]) => {
    const path = own(params, param)
    if ((spec.type !== 'file' && spec.type !== 'folder') || typeof path !== 'string' || path.trim() === '') return []
    return [
      { param, path, access: spec.type === 'file' && spec.mode === 'save' ? ('write' as const) : ('read' as const) },
    ]
  })
}

const once = (uses: readonly FileUse[]): readonly FileUse[] => [
  ...new Map(uses.map(({ path, access }) => [`${access} ${path}`, { path, access }])).values(),
]

const graphsOf = (document: Document): readonly Graph[] => [document, ...Object.values(document.graphs)]

/** Each once, of the document and its subgraphs. */
export const filesOf = (document: Document, catalogue: Catalogue): readonly FileUse[] =>
  once(graphsOf(document).flatMap(({ nodes }) => Object.values(nodes).flatMap((node) => filesOfNode(node, catalogue))))

/** Those that an edit adds (or restores). */
export const filesOfEdit = (edit: Edit, catalogue: Catalogue): readonly FileUse[] =>
  once(edit.flatMap((patch) => (patch.table === 'nodes' && patch.value ? filesOfNode(patch.value, catalogue) : [])))

/** The same node if none of its files is renamed. */
function renameNode(node: NodeRecord, catalogue: Catalogue, names: Renames): NodeRecord {
  let { params } = node
  for (const { param, path } of filesOfNode(node, catalogue)) {
    const name = names.get(path)
    if (name !== undefined) params = { ...params, [param]: name }
  }
  return params === node.params ? node : { ...node, ...(params && { params }) }
}

/** The same edit if nothing in it changes. */
export function renameInEdit(edit: Edit, catalogue: Catalogue, names: Renames): Edit {
  const renamed = edit.map((patch): Patch => {
    if (patch.table !== 'nodes' || !patch.value) return patch
    const value = renameNode(patch.value, catalogue, names)
    return value === patch.value ? patch : ({ ...patch, value } as Patch)
  })
  return renamed.every((patch, i) => patch === edit[i]) ? edit : renamed
}

/** The edit that gives a document's files these names. */
export function renameFiles(document: Document, catalogue: Catalogue, names: Renames): Edit {
  const inGraph = ({ nodes }: Graph, graph?: string): Patch[] =>
    Object.entries(nodes).flatMap(([id, node]) => {
      const value = renameNode(node, catalogue, names)
      return value === node ? [] : [{ ...(graph !== undefined && { graph }), table: 'nodes', id, value } as Patch]
    })
  return [...inGraph(document), ...Object.entries(document.graphs).flatMap(([name, graph]) => inGraph(graph, name))]
}
