/** What is chosen in a scene becomes a node of the pipeline after the node whose scene it is: a crop, or strokes of a brush. */
import type { PortRef } from '../../engine/graph/document.ts'
import type { ParamValue } from '../../engine/types/param.ts'
import { type BrushStroke, numbersOfStrokes } from '../../engine/values/brush.ts'
import { addNode } from '../commands/insert.ts'
import { setParams } from '../state/actions.ts'
import { currentGraph, type EditorState, nodeRef, select, settle, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import type { SceneOutput } from './output.ts'
import type { Region } from './selection.ts'

export type ChoosingType = 'splat/crop' | 'splat/brush'
type Params = Readonly<Record<string, ParamValue>>
const digits = 5
const short = (v: number): number => Number(v.toPrecision(digits)) || 0

export function cropParams(region: Region, keep: 'inside' | 'outside'): Params {
  const { shape, centre } = region
  const rest: Params = region.shape === 'box' ? { size: region.size.map(short) } : { radius: short(region.radius) }
  return { shape, centre: centre.map(short), keep, ...rest }
}

/** The node of an output if it is in the open graph. */
export const idIn = (s: EditorState, { node }: SceneOutput): string | undefined => {
  const path = node.split('/')
  const id = path.pop() ?? ''
  return path.join('/') === s.trail.join('/') && currentGraph(s).nodes[id] ? id : undefined
}

/** The node of this type that takes this output, if there is one: it is set instead of adding another. */
export function choosingAfter(
  s: EditorState,
  output: SceneOutput,
  type: ChoosingType,
): { readonly id: string; readonly title: string } | undefined {
  const id = idIn(s, output)
  const { nodes, edges } = currentGraph(s)
  for (const [to, from] of Object.entries(edges)) {
    if (id === undefined || from !== `${id}.${output.port}`) continue
    const next = to.slice(0, to.indexOf('.'))
    const node = nodes[next]
    if (node?.type === type) return { id: next, title: nodeTitle(node, typeInfo(s, node)) }
  }
  return undefined
}

export const brushParams = (strokes: readonly BrushStroke[], keep: 'inside' | 'outside'): Params => ({
  strokes: numbersOfStrokes(strokes),
  keep,
})

export const canChoose = (s: EditorState, output: SceneOutput): boolean => idIn(s, output) !== undefined

/**
 * Sets the node of this type after the output, or adds one, and selects it: one undo step. Where one wire leaves the output, the
 * node goes into it. Returns its name (`outer/inner`).
 */
export function choose(output: SceneOutput, type: ChoosingType, params: Params): string | undefined {
  const s = useEditor.getState()
  const after = choosingAfter(s, output, type)
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
      ? { type, place, params, onWire }
      : { type, place, params, wire: { node: id, port: output.port, side: 'out' } },
  )
  return made && nodeRef(s.trail, made)
}
