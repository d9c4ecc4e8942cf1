/** A path of a camera through keyframes: where it is at any time. */
import { pchip } from '../types/curve.ts'
import type { Place } from './sphere.ts'

export interface Keyframe {
  /** In seconds. */
  readonly time: number
  readonly eye: Place
  readonly target: Place
  /** Vertical field of view, in degrees. */
  readonly fov: number
}

/** Numbers of a keyframe in a list: time, eye (x, y, z), target (x, y, z), field of view. */
const keyWidth = 8

/** Undefined where the list is not whole keyframes in rising order of time. */
export function keyframesIn(numbers: readonly number[]): readonly Keyframe[] | undefined {
  if (numbers.length === 0 || numbers.length % keyWidth !== 0) return undefined
  const keys = Array.from({ length: numbers.length / keyWidth }, (_, i): Keyframe => {
    const [time = 0, a = 0, b = 0, c = 0, x = 0, y = 0, z = 0, fov = 0] = numbers.slice(
      keyWidth * i,
      keyWidth * (i + 1),
    )
    return { time, eye: [a, b, c], target: [x, y, z], fov }
  })
  const rising = keys.every(({ time }, i) => i === 0 || time > (keys[i - 1]?.time ?? 0))
  return rising && keys.every(({ fov }) => fov > 0 && fov < 180) ? keys : undefined
}

export const numbersOfKeys = (keys: readonly Keyframe[]): readonly number[] =>
  keys.flatMap(({ time, eye, target, fov }) => [time, ...eye, ...target, fov])

/** How long it takes, in seconds. */
export const durationOf = (keys: readonly Keyframe[]): number => (keys.at(-1)?.time ?? 0) - (keys[0]?.time ?? 0)

/**
 * The camera at a time, in seconds: each number goes through those of the keyframes by a curve that overshoots none of them (PCHIP,
 * scipy.interpolate.PchipInterpolator), or in straight lines. Before the first keyframe and after the last it stands still.
 */
export function pathOf(keys: readonly Keyframe[], smooth: boolean): (time: number) => Keyframe {
  const curve = (of: (key: Keyframe) => number): ((time: number) => number) => {
    const points = keys.map((key) => [key.time, of(key)] as const)
    return smooth ? pchip(points) : straight(points)
  }
  const places = (of: (key: Keyframe) => Place) => {
    const curves = [0, 1, 2].map((i) => curve((key) => of(key)[i] ?? 0))
    return (time: number): Place => curves.map((at) => at(time)) as unknown as Place
  }
  const [eye, target, fov] = [places((key) => key.eye), places((key) => key.target), curve((key) => key.fov)]
  return (time) => ({ time, eye: eye(time), target: target(time), fov: fov(time) })
}

function straight(points: readonly (readonly [number, number])[]): (x: number) => number {
  return (x) => {
    const after = points.findIndex(([at]) => at >= x)
    if (after === 0) return points[0]?.[1] ?? 0
    if (after < 0) return points.at(-1)?.[1] ?? 0
    const [[x0, y0], [x1, y1]] = [points[after - 1] ?? [0, 0], points[after] ?? [1, 0]]
    return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
  }
}
