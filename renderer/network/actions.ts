/** What one can do with an inner tensor or a weight of the open network. Each is an edit of the pipeline, and one undo step. */
import type { Document } from '../../engine/graph/document.ts'
import { addNode as addNodeEdit } from '../../engine/graph/edits.ts'
import { layoutOf } from '../canvas/geometry.ts'
import { freePlace } from '../commands/free.ts'
import { setParam } from '../state/actions.ts'
import { currentGraph, type EditorState, edit, isBuiltIn, nodeRef, settle, useEditor } from '../state/editor.ts'
import { paramValue, typeInfo } from '../state/info.ts'
import { firstFreeSlot, putInViewer } from '../state/ui.ts'
import { type NetworkOwner, useNetwork } from './store.ts'

const weightsType = 'model/weights'

const listed = (text: unknown): readonly string[] =>
  typeof text !== 'string'
    ? []
    : text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean)

/** The inner tensors that the node gives as outputs; undefined: it gives none. */
export function tapsOf(s: EditorState, { id }: NetworkOwner): readonly string[] | undefined {
  const record = currentGraph(s).nodes[id]
  const info = typeInfo(s, record)
  const name = info?.network?.taps
  const spec = name === undefined ? undefined : info?.params[name]
  return record && name !== undefined && spec ? listed(paramValue(record, name, spec)) : undefined
}

/** Whether the node can be changed: what is inside a built-in one cannot. */
export const canChange = (s: EditorState): boolean => !isBuiltIn(s) && s.file !== 'elsewhere'

/** A name with a comma would be read as two. */
export const canTap = (tensor: string): boolean => tensor !== '' && !tensor.includes(',') && tensor.trim() === tensor

/** Makes a tensor an output of the node, or takes it back. */
export function tap(tensor: string, on: boolean): void {
  const { owner, folded } = useNetwork.getState()
  const s = useEditor.getState()
  const taps = owner && tapsOf(s, owner)
  const name = owner && typeInfo(s, currentGraph(s).nodes[owner.id])?.network?.taps
  if (!owner || !taps || name === undefined || folded?.network.outputs.includes(tensor)) return
  const next = on ? [...taps.filter((one) => one !== tensor), tensor] : taps.filter((one) => one !== tensor)
  setParam(owner.id, name, next.join(', '), { label: on ? 'Tap a tensor' : 'Take back a tapped tensor' })
  settle()
}

/** Shows an output of the node in the viewer. */
export function showOutput(port: string): void {
  const { owner } = useNetwork.getState()
  if (owner) putInViewer(firstFreeSlot(), { node: nodeRef(owner.trail, owner.id), port })
}

/** Shows a weight in the viewer: by the node that gives it, which is added where the pipeline has none. */
export function showWeight(name: string): void {
  const { owner } = useNetwork.getState()
  if (owner?.file === undefined) return
  const s = useEditor.getState()
  const { nodes } = currentGraph(s)
  const beside = nodes[owner.id]
  const info = s.catalogue.get(weightsType)
  if (!beside || !info) return
  const show = (id: string): void => putInViewer(firstFreeSlot(), { node: nodeRef(owner.trail, id), port: 'weights' })
  const there = Object.entries(nodes).find(
    ([, { type, params }]) => type === weightsType && params?.path === owner.file && params?.name === name,
  )
  if (there) {
    show(there[0])
    return
  }
  const params = { path: owner.file, name }
  const record = { type: weightsType, params, position: beside.position }
  const { width, height } = layoutOf('', record, typeInfo(s, record) ?? info, currentGraph(s))
  const position = freePlace(s, { x: beside.position.x, y: beside.position.y + height + 80, width, height })
  const made = edit(
    (document: Document, graph) => addNodeEdit(document, { type: weightsType, position, info, params }, graph),
    {
      label: 'Show weights',
    },
  )
  if (made) show(made.id)
}
