/**
 * What training splats needs beside its steps: where it starts, and density control, which adds splats where the pictures ask for
 * more and removes those that nobody sees.
 * @see Kerbl et al., 3D Gaussian Splatting for Real-Time Radiance Field Rendering (2023), section 5.2 and its code
 */
import { type FitRates, fixedNumbers } from '../engine/ops/fit-splats/params.ts'
import type { SplatScene } from '../engine/types/services.ts'
import type { CameraValue } from '../engine/values/index.ts'
import { logit, smallestSize } from '../engine/values/splat-ply.ts'
import { added, dot, scaled, type Vec3 } from './cameras.ts'
import { kdTree } from './kd-tree.ts'
import { bounded } from './splat-scenes.ts'

/** Splats as they are trained: a row each of mean, quaternion, log sizes, logit and harmonics, and Adam's moments of each number. */
export interface FitState {
  readonly degree: number
  readonly params: Float32Array
  readonly first: Float32Array
  readonly second: Float32Array
}

export const rowLength = (degree: number): number => fixedNumbers + 3 * (degree + 1) ** 2

/** A number from 0 to 1 that follows from three others, as if thrown. */
export function thrown(seed: number, a: number, b: number): number {
  let v = Math.imul(a ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  v = Math.imul(v ^ (v >>> 16), 0x7feb352d)
  v = Math.imul(v ^ (v >>> 15), 0x846ca68b)
  return ((v ^ (v >>> 16)) >>> 0) / 2 ** 32
}

/** Normal, of mean 0 and deviation 1. @see Box and Muller (1958) */
const normal = (seed: number, a: number, b: number): number =>
  Math.sqrt(-2 * Math.log(1 - thrown(seed, a, 2 * b))) * Math.cos(2 * Math.PI * thrown(seed, a, 2 * b + 1))

/** The pictures of each step: all of them in any order, then again in another. */
export function viewsOf(count: number, seed: number, from: number, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, i) => {
    const round = Math.floor((from + i) / count)
    const order = Array.from({ length: count }, (_, view) => view).sort(
      (a, b) => thrown(seed, round, a) - thrown(seed, round, b),
    )
    return order[(from + i) % count] ?? 0
  })
}

export function stateOf(scene: SplatScene, degree: number): FitState {
  const { means, quats, scales, opacities, sh } = scene
  const row = rowLength(degree)
  const given = 3 * (scene.degree + 1) ** 2
  const kept = Math.min(given, row - fixedNumbers)
  const count = opacities.length
  const params = new Float32Array(count * row)
  for (let i = 0; i < count; i++) {
    const at = row * i
    params.set(means.subarray(3 * i, 3 * i + 3), at)
    params.set(quats.subarray(4 * i, 4 * i + 4), at + 3)
    for (let k = 0; k < 3; k++) params[at + 7 + k] = Math.log(Math.max(smallestSize, scales[3 * i + k] ?? 0))
    params[at + 10] = logit(opacities[i] ?? 0)
    params.set(sh.subarray(given * i, given * i + kept), at + fixedNumbers)
  }
  return { degree, params, first: new Float32Array(params.length), second: new Float32Array(params.length) }
}

export function sceneOf({ degree, params }: Pick<FitState, 'degree' | 'params'>): SplatScene {
  const row = rowLength(degree)
  const count = params.length / row
  const part = (start: number, width: number): Float32Array =>
    Float32Array.from(
      { length: width * count },
      (_, i) => params[row * Math.floor(i / width) + start + (i % width)] ?? 0,
    )
  return bounded({
    ...{
      degree,
      antialiased: false,
      space: 'rgb',
      means: part(0, 3),
      quats: part(3, 4),
      scales: part(7, 3).map(Math.exp),
    },
    ...{ opacities: part(10, 1).map((v) => 1 / (1 + Math.exp(-v))), sh: part(fixedNumbers, row - fixedNumbers) },
  })
}

export interface View {
  readonly centre: Vec3
  /** How far the farthest camera is from it. */
  readonly radius: number
}

/** The place that the cameras look at, nearest to all of their axes, and how far they are. */
export function lookedAt(cameras: readonly CameraValue[]): View {
  const axes = cameras.map(({ view }) => {
    const row = (k: number): Vec3 => [view[4 * k] ?? 0, view[4 * k + 1] ?? 0, view[4 * k + 2] ?? 0]
    const eye = [0, 1, 2].reduce<Vec3>((sum, k) => added(sum, scaled(row(k), -(view[4 * k + 3] ?? 0))), [0, 0, 0])
    return { eye, forward: row(2) }
  })
  // Σ (I − d dᵀ) x = Σ (I − d dᵀ) eye, with a little of the eyes' own middle, for cameras that all look the same way.
  const rows = [0, 1, 2].map((i) => {
    const own = [0, 1, 2].map((j) =>
      axes.reduce((sum, { forward }) => sum + (i === j ? 1 + 1e-6 : 0) - (forward[i] ?? 0) * (forward[j] ?? 0), 0),
    )
    const right = axes.reduce(
      (sum, { eye, forward }) => sum + (1 + 1e-6) * (eye[i] ?? 0) - (forward[i] ?? 0) * dot(forward, eye),
      0,
    )
    return [...own, right]
  })
  const det = (a: number, b: number, c: number): number => {
    const at = (i: number, k: number): number => rows[i]?.[k] ?? 0
    return (
      at(0, a) * (at(1, b) * at(2, c) - at(1, c) * at(2, b)) -
      at(0, b) * (at(1, a) * at(2, c) - at(1, c) * at(2, a)) +
      at(0, c) * (at(1, a) * at(2, b) - at(1, b) * at(2, a))
    )
  }
  const all = det(0, 1, 2)
  const centre: Vec3 = [det(3, 1, 2) / all, det(0, 3, 2) / all, det(0, 1, 3) / all]
  const radius = Math.max(1e-6, ...axes.map(({ eye }) => Math.hypot(...eye.map((v, k) => v - (centre[k] ?? 0)))))
  return { centre, radius }
}

/** Gray splats anywhere in a ball around what the cameras look at, as large as they are apart. */
export function anywhere(cameras: readonly CameraValue[], count: number, seed: number): SplatScene {
  const { centre, radius } = lookedAt(cameras)
  // Half of what the widest camera sees there.
  const wide = Math.max(...cameras.map(({ width, height, fx, fy }) => Math.max(width / fx, height / fy)))
  const reach = 0.5 * radius * Math.min(1, wide)
  const means = new Float32Array(3 * count)
  for (let i = 0; i < count; i++) {
    const direction = [0, 1, 2].map((k) => normal(seed, i, k))
    const length = Math.hypot(...direction) || 1
    const far = reach * Math.cbrt(thrown(seed, i, 99))
    means.set(
      direction.map((v, k) => (centre[k] ?? 0) + (far * v) / length),
      3 * i,
    )
  }
  const tree = kdTree(means)
  const scales = new Float32Array(3 * count)
  const quats = new Float32Array(4 * count)
  for (let i = 0; i < count; i++) {
    const [x = 0, y = 0, z = 0] = means.subarray(3 * i, 3 * i + 3)
    const near = tree.nearest(x, y, z, 4).subarray(1)
    const square = near.reduce((sum, v) => sum + v, 0) / Math.max(1, near.length)
    scales.fill(Math.sqrt(Math.max(1e-7, square)), 3 * i, 3 * i + 3)
    quats[4 * i] = 1
  }
  return {
    ...{ degree: 0, antialiased: false, space: 'rgb', means, quats, scales },
    ...{ opacities: new Float32Array(count).fill(0.1), sh: new Float32Array(3 * count) },
  }
}

/** As 3D Gaussian Splatting has them, for trainings that are short: steps are larger, and means come to rest in `steps`. */
export const ratesOf = (radius: number, steps: number): FitRates => ({
  ...{ means: 1e-3 * radius, meansEnd: 1e-5 * radius, decay: steps },
  ...{ quats: 5e-3, scales: 1e-2, opacities: 5e-2, colours: 1e-2, harmonics: 5e-4 },
})

export interface Refining {
  /** The average gradient by the place in the picture above which a splat becomes two. */
  readonly gradient: number
  /** Fainter ones go. */
  readonly opacity: number
  /** Larger ones are split, smaller ones doubled. */
  readonly size: number
  /** Larger ones go. */
  readonly largest: number
  /** There are never more. */
  readonly most: number
  readonly seed: number
}

export interface Refined {
  readonly state: FitState
  readonly cloned: number
  readonly split: number
  readonly pruned: number
}

/** @param seen (N, 2): the sum of the gradients by the place in the picture, and how often it was seen */
export function refined(
  state: FitState,
  seen: Float32Array,
  { gradient, opacity, size, largest, most, seed }: Refining,
): Refined {
  const { degree, params } = state
  const row = rowLength(degree)
  const count = params.length / row
  const at = (i: number, k: number): number => params[row * i + k] ?? 0
  const sizeOf = (i: number): number => Math.exp(Math.max(at(i, 7), at(i, 8), at(i, 9)))
  const gone = (i: number): boolean => !(1 / (1 + Math.exp(-at(i, 10))) >= opacity) || !(sizeOf(i) <= largest)
  const asks = (i: number): number => (seen[2 * i] ?? 0) / Math.max(1, seen[2 * i + 1] ?? 0)
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) => !gone(i))
  // Where not all may become two, those that ask most.
  const two = new Set(
    kept
      .filter((i) => asks(i) > gradient)
      .sort((a, b) => asks(b) - asks(a) || a - b)
      .slice(0, Math.max(0, most - kept.length)),
  )
  const made = kept.length + two.size
  const next = {
    params: new Float32Array(made * row),
    first: new Float32Array(made * row),
    second: new Float32Array(made * row),
  }
  let [to, cloned, split] = [0, 0, 0]
  const own = (i: number): Float32Array => params.slice(row * i, row * (i + 1))
  for (const i of kept) {
    if (!two.has(i)) {
      for (const part of ['params', 'first', 'second'] as const)
        next[part].set(state[part].subarray(row * i, row * (i + 1)), row * to)
      to++
      continue
    }
    const large = sizeOf(i) > size
    if (large) split++
    else cloned++
    for (const twin of [0, 1]) {
      const numbers = own(i)
      if (large) {
        // A place in the splat, as likely as it is dense there.
        const steps = [0, 1, 2].map((k) => Math.exp(at(i, 7 + k)) * normal(seed, i, 3 * twin + k))
        for (const [k, v] of turned([at(i, 3), at(i, 4), at(i, 5), at(i, 6)], steps).entries())
          numbers[k] = (numbers[k] ?? 0) + v
        for (let k = 7; k < 10; k++) numbers[k] = (numbers[k] ?? 0) - Math.log(1.6)
      }
      // The moments are those of another splat: they begin at 0, but of the one that was there before it was doubled.
      if (!large && twin === 0)
        for (const part of ['first', 'second'] as const)
          next[part].set(state[part].subarray(row * i, row * (i + 1)), row * to)
      next.params.set(numbers, row * to)
      to++
    }
  }
  return { state: { degree, ...next }, cloned, split, pruned: count - kept.length }
}

/** A vector, turned by a quaternion of any length. */
function turned(quat: readonly number[], v: readonly number[]): readonly number[] {
  const length = Math.hypot(...quat) || 1
  const [w = 1, x = 0, y = 0, z = 0] = quat.map((part) => part / length)
  const [a = 0, b = 0, c = 0] = v
  return [
    (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c,
    2 * (x * y + w * z) * a + (1 - 2 * (x * x + z * z)) * b + 2 * (y * z - w * x) * c,
    2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c,
  ]
}

/** Opacities of more than `most` become that, and forget how they moved: floaters stay faint, what is needed comes back. */
export function faded(state: FitState, most: number): FitState {
  const row = rowLength(state.degree)
  const made = {
    degree: state.degree,
    params: state.params.slice(),
    first: state.first.slice(),
    second: state.second.slice(),
  }
  for (let at = 10; at < made.params.length; at += row) {
    made.params[at] = Math.min(made.params[at] ?? 0, logit(most))
    made.first[at] = 0
    made.second[at] = 0
  }
  return made
}
