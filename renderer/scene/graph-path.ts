/** The paths of the open graph: nodes of keyframes, which the viewer sets and plays. */
import { type Keyframe, keyframesIn, numbersOfKeys } from '../../engine/values/camera-path.ts'
import { addNode } from '../commands/insert.ts'
import { setParams } from '../state/actions.ts'
import { currentGraph, type EditorState, settle, useEditor } from '../state/editor.ts'
import { fittingValue, typeInfo } from '../state/info.ts'
import { type Orbit, orbitBetween, poseOf, type UpAxis } from './orbit.ts'

const keyframesType = 'camera/keyframes'
const short = (v: number): number => Number(v.toPrecision(6)) || 0
/** Between one keyframe and the next, in seconds. */
const usualStep = 2

export interface GraphPath {
  readonly id: string
  /** The numbers of its keyframes, as the node has them. */
  readonly numbers: readonly number[]
  readonly smooth: boolean
  readonly fps: number
}

/** The first node of keyframes of the open graph. */
export function pathIn(s: EditorState): GraphPath | undefined {
  const found = Object.entries(currentGraph(s).nodes).find(([, { type }]) => type === keyframesType)
  const info = found && typeInfo(s, found[1])
  if (!found || !info) return undefined
  const value = (name: string): unknown => {
    const spec = info.params[name]
    return spec && fittingValue(found[1], name, spec)
  }
  return {
    id: found[0],
    numbers: value('keys') as readonly number[],
    smooth: value('smooth') === true,
    fps: Number(value('fps')) || 24,
  }
}

export const keysOf = (path: GraphPath | undefined): readonly Keyframe[] => (path && keyframesIn(path.numbers)) ?? []

/** A view as a keyframe. */
export function keyOfView(orbit: Orbit, time: number): Keyframe {
  const { eye, target } = poseOf(orbit)
  const vector = ([x, y, z]: readonly [number, number, number]) => [short(x), short(y), short(z)] as const
  return { time: short(time), eye: vector(eye), target: vector(target), fov: short(orbit.fov) }
}

export const orbitOfKey = ({ eye, target, fov }: Keyframe, up: UpAxis): Orbit => orbitBetween(eye, target, up, fov)

/** The same path with a keyframe at this time; one that is there already is replaced. */
export const withKey = (keys: readonly Keyframe[], key: Keyframe): readonly Keyframe[] =>
  [...keys.filter(({ time }) => Math.abs(time - key.time) > 1e-3), key].sort((a, b) => a.time - b.time)

/** After the last keyframe. */
export const nextTime = (keys: readonly Keyframe[]): number => {
  const last = keys.at(-1)
  return last ? last.time + usualStep : 0
}

/** Writes the keyframes to the path, or adds one: one undo step. While a number moves, `draft`; then settle. */
export function setKeys(path: GraphPath | undefined, keys: readonly Keyframe[], up: UpAxis, draft = false): void {
  const direction = poseOf({ target: [0, 0, 0], distance: 1, yaw: 0, pitch: 0, up, fov: 50 }).up
  const values = { keys: [...numbersOfKeys(keys)], up: [...direction] }
  if (path) {
    setParams([path.id], values, { label: 'Set the keyframes', draft })
    if (!draft) settle()
    return
  }
  const positions = Object.values(currentGraph(useEditor.getState()).nodes).map(({ position }) => position)
  const place = {
    x: Math.min(0, ...positions.map(({ x }) => x)),
    y: Math.max(0, ...positions.map(({ y }) => y + 360)),
  }
  const { selection } = useEditor.getState()
  addNode({ type: keyframesType, place, params: values })
  // The scene stays in view.
  useEditor.setState({ selection })
}
