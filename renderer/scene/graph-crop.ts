/** What is chosen in a scene becomes a node of the pipeline: a crop after the node whose scene it is. */
import type { PortRef } from '../../engine/graph/document.ts'
import type { ParamValue } from '../../engine/types/param.ts'
import { addNode } from '../commands/insert.ts'
import { setParams } from '../state/actions.ts'
import { currentGraph, type EditorState, nodeRef, select, settle, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import type { SceneOutput } from './output.ts'
import type { Region } from './selection.ts'

const cropType = 'splat/crop'
const digits = 5
const short = (v: number): number => Number(v.toPrecision(digits)) || 0

export function cropParams(region: Region, keep: 'inside' | 'outside'): Readonly<Record<string, ParamValue>> {
  const { shape, centre } = region
  const rest: Readonly<Record<string, ParamValue>> =
    region.shape === 'box' ? { size: region.size.map(short) } : { radius: short(region.radius) }
  return { shape, centre: centre.map(short), keep, ...rest }
}

/** The node of an output if it is in the open graph. */
const idIn = (s: EditorState, { node }: SceneOutput): string | undefined => {
  const path = node.split('/')
  const id = path.pop() ?? ''
  return path.join('/') === s.trail.join('/') && currentGraph(s).nodes[id] ? id : undefined
}

/** The crop that takes this output, if there is one: it is set instead of adding another. */
export function cropAfter(
  s: EditorState,
  output: SceneOutput,
): { readonly id: string; readonly title: string } | undefined {
  const id = idIn(s, output)
  const { nodes, edges } = currentGraph(s)
  for (const [to, from] of Object.entries(edges)) {
    if (id === undefined || from !== `${id}.${output.port}`) continue
    const next = to.slice(0, to.indexOf('.'))
    const node = nodes[next]
    if (node?.type === cropType) return { id: next, title: nodeTitle(node, typeInfo(s, node)) }
  }
  return undefined
}

export const canCrop = (s: EditorState, output: SceneOutput): boolean => idIn(s, output) !== undefined

/**
 * Sets the crop after the output, or adds one, and selects it: one undo step. Where one wire leaves the output, the crop goes into
 * it. Returns the name of its node (`outer/inner`).
 */
export function crop(output: SceneOutput, region: Region, keep: 'inside' | 'outside'): string | undefined {
  const s = useEditor.getState()
  const params = cropParams(region, keep)
  const after = cropAfter(s, output)
  if (after) {
    setParams([after.id], params, { label: `Set ${after.title} from the scene` })
    settle()
    select({ nodes: [after.id] })
    return nodeRef(s.trail, after.id)
  }
  const id = idIn(s, output)
  const at = id === undefined ? undefined : currentGraph(s).nodes[id]?.position
  if (id === undefined || !at) return undefined
  const wires = Object.entries(currentGraph(s).edges).flatMap(([to, from]) =>
    from === `${id}.${output.port}` ? [to as PortRef] : [],
  )
  const [onWire] = wires
  const place = { x: at.x + 320, y: at.y }
  const made = addNode(
    wires.length === 1
      ? { type: cropType, place, params, onWire }
      : { type: cropType, place, params, wire: { node: id, port: output.port, side: 'out' } },
  )
  return made && nodeRef(s.trail, made)
}
