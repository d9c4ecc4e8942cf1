/** The cameras of the open graph, as nodes whose parameters a view can be written to and read from. */
import type { ParamValue } from '../../engine/types/param.ts'
import { addNode } from '../commands/insert.ts'
import { setParams } from '../state/actions.ts'
import { currentGraph, type EditorState, settle, useEditor } from '../state/editor.ts'
import { fittingValue, nodeTitle, typeInfo } from '../state/info.ts'
import { type Orbit, orbitBetween, orbitOf, poseOf, type UpAxis, viewOf } from './orbit.ts'

const lookAtType = 'camera/look-at'
const pinholeType = 'camera/pinhole'

export interface GraphCamera {
  readonly id: string
  readonly type: string
  readonly title: string
}

type Values = Readonly<Record<string, ParamValue>>

/** Enough for a camera, and no more digits than one wants to read. */
const digits = 6
const short = (v: number): number => Number(v.toPrecision(digits)) || 0
/** Of the numbers of a rotation: an error of these is no pixel of any picture. */
const fine = (v: number): number => Number(v.toPrecision(12)) || 0

/** Those that can be set, of the open graph. */
export function camerasOf(s: EditorState): readonly GraphCamera[] {
  return Object.entries(currentGraph(s).nodes).flatMap(([id, node]) =>
    node.type === lookAtType || node.type === pinholeType
      ? [{ id, type: node.type, title: nodeTitle(node, typeInfo(s, node)) }]
      : [],
  )
}

function valuesOf(s: EditorState, id: string): Values {
  const node = currentGraph(s).nodes[id]
  const info = node && typeInfo(s, node)
  return node && info
    ? Object.fromEntries(Object.entries(info.params).map(([name, spec]) => [name, fittingValue(node, name, spec)]))
    : {}
}

/** The parameters of a camera at this view. The size of its picture stays. */
export function paramsOf(
  type: string,
  orbit: Orbit,
  size: { readonly width: number; readonly height: number },
): Values {
  const { eye, target, up } = poseOf(orbit)
  if (type === lookAtType) return { eye: eye.map(short), target: target.map(short), up: [...up], fov: short(orbit.fov) }
  const { width, height } = size
  const focal = short(height / (2 * Math.tan((orbit.fov * Math.PI) / 360)))
  return { fx: focal, fy: focal, cx: width / 2, cy: height / 2, view: viewOf(orbit).map(fine) }
}

const numbers = (value: ParamValue | undefined): readonly number[] =>
  Array.isArray(value) ? value.map((v) => Number(v)) : []
const number = (value: ParamValue | undefined, usual: number): number => (typeof value === 'number' ? value : usual)

/** The view of a camera with these parameters, upright; what it turns about is `distance` away where it does not say. */
export function orbitWith(type: string, values: Values, up: UpAxis, distance: number): Orbit {
  if (type === lookAtType) {
    const [a = 0, b = 0, c = 0] = numbers(values.eye)
    const [x = 0, y = 0, z = 0] = numbers(values.target)
    return orbitBetween([a, b, c], [x, y, z], up, number(values.fov, 50))
  }
  const fov = (360 / Math.PI) * Math.atan(number(values.height, 512) / (2 * number(values.fy, 512)))
  return orbitOf(numbers(values.view), fov, up, distance)
}

/** Writes what is seen to a camera node: one undo step. While the view moves, `draft`; then settle. */
export function setCamera(camera: GraphCamera, orbit: Orbit, draft = false): void {
  const values = valuesOf(useEditor.getState(), camera.id)
  const size = { width: number(values.width, 512), height: number(values.height, 512) }
  setParams([camera.id], paramsOf(camera.type, orbit, size), { label: `Set ${camera.title} from the scene`, draft })
  if (!draft) settle()
}

export function viewOfCamera(camera: GraphCamera, up: UpAxis, distance: number): Orbit {
  return orbitWith(camera.type, valuesOf(useEditor.getState(), camera.id), up, distance)
}

/** A new camera node with what is seen, below the others. Returns its id. */
export function addCamera(orbit: Orbit): string | undefined {
  const positions = Object.values(currentGraph(useEditor.getState()).nodes).map(({ position }) => position)
  const x = Math.min(0, ...positions.map((at) => at.x))
  const y = Math.max(0, ...positions.map((at) => at.y + 360))
  const params = paramsOf(lookAtType, orbit, { width: 512, height: 512 })
  const { selection } = useEditor.getState()
  const made = addNode({ type: lookAtType, place: positions.length > 0 ? { x, y } : { x: 0, y: 0 }, params })
  // The scene stays in view.
  useEditor.setState({ selection })
  return made
}
