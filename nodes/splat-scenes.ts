/** What is done to scenes of splats in plain arrays: choosing, joining, moving. */

import { harmonics, harmonicsOf } from '../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../engine/types/services.ts'
import { type BrushStroke, painted } from '../engine/values/brush.ts'
import { boundsOf, shCount } from '../engine/values/splats.ts'

export interface Part {
  readonly name: 'means' | 'quats' | 'scales' | 'opacities' | 'sh'
  readonly width: number
}
const partsOf = (degree: number): readonly Part[] => [
  { name: 'means', width: 3 },
  { name: 'quats', width: 4 },
  { name: 'scales', width: 3 },
  { name: 'opacities', width: 1 },
  { name: 'sh', width: 3 * shCount(degree) },
]

/** Bounds follow from the means. */
export function bounded({ bounds: _, ...scene }: SplatScene): SplatScene {
  const bounds = boundsOf(scene.means)
  return bounds ? { ...scene, bounds } : scene
}

export type Rule =
  /** `inside: false` keeps what is outside. `size`: of the whole side. */
  | {
      readonly kind: 'box'
      readonly centre: readonly number[]
      readonly size: readonly number[]
      readonly inside: boolean
    }
  | { readonly kind: 'sphere'; readonly centre: readonly number[]; readonly radius: number; readonly inside: boolean }
  /** Under strokes of a brush; `inside: false` keeps the others. */
  | { readonly kind: 'brush'; readonly strokes: readonly BrushStroke[]; readonly inside: boolean }
  /** Both ends are kept. `size`: of the largest standard deviation. */
  | { readonly kind: 'range'; readonly opacity: readonly [number, number]; readonly size: readonly [number, number] }
  /** `colour`, from 0 to 1, as the zeroth harmonic gives it; `inside: false` keeps what is farther. */
  | { readonly kind: 'colour'; readonly colour: readonly number[]; readonly within: number; readonly inside: boolean }
  /** The `count` that cover most: opacity times the area of the two largest sizes. */
  | { readonly kind: 'largest'; readonly count: number }
  /** Any `count`, each as likely. */
  | { readonly kind: 'random'; readonly count: number; readonly seed: number }

const largestSize = ({ scales }: SplatScene, i: number): number =>
  Math.max(scales[3 * i] ?? 0, scales[3 * i + 1] ?? 0, scales[3 * i + 2] ?? 0)

function weightOf(scene: SplatScene, i: number): number {
  const [a = 0, b = 0, c = 0] = scene.scales.subarray(3 * i, 3 * i + 3)
  const weight = (scene.opacities[i] ?? 0) * Math.max(a * b, b * c, c * a)
  return Number.isFinite(weight) ? weight : -1
}

/** A number from 0 to 1 that follows from two others, as if thrown. */
function thrown(seed: number, i: number): number {
  let v = Math.imul(i ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b)
  v = Math.imul(v ^ (v >>> 13), 0xc2b2ae35)
  return ((v ^ (v >>> 16)) >>> 0) / 2 ** 32
}

function test(scene: SplatScene, rule: Rule): (i: number) => boolean {
  const { means, opacities } = scene
  const within = (v: number, [low, high]: readonly [number, number]): boolean => v >= low && v <= high
  switch (rule.kind) {
    case 'box':
      return (i) =>
        [0, 1, 2].every((k) => Math.abs((means[3 * i + k] ?? 0) - (rule.centre[k] ?? 0)) <= (rule.size[k] ?? 0) / 2) ===
        rule.inside
    case 'sphere':
      return (i) =>
        Math.hypot(...[0, 1, 2].map((k) => (means[3 * i + k] ?? 0) - (rule.centre[k] ?? 0))) <= rule.radius ===
        rule.inside
    case 'brush': {
      const marks = painted(means, rule.strokes)
      return (i) => (marks[i] === 1) === rule.inside
    }
    case 'range':
      return (i) => within(opacities[i] ?? 0, rule.opacity) && within(largestSize(scene, i), rule.size)
    case 'colour': {
      const width = 3 * shCount(scene.degree)
      return (i) =>
        Math.hypot(
          ...[0, 1, 2].map((k) => 0.5 + harmonics.c0 * (scene.sh[width * i + k] ?? 0) - (rule.colour[k] ?? 0)),
        ) <=
          rule.within ===
        rule.inside
    }
    case 'largest':
    case 'random': {
      const total = opacities.length
      if (rule.count >= total) return () => true
      const marks = Float64Array.from({ length: total }, (_, i) =>
        rule.kind === 'largest' ? weightOf(scene, i) : thrown(rule.seed, i),
      )
      const edge = Float64Array.from(marks).sort()[total - rule.count] ?? 0
      // Of those on the edge, the first.
      let spare = rule.count - marks.reduce((sum, mark) => sum + (mark > edge ? 1 : 0), 0)
      return (i) => (marks[i] ?? 0) > edge || ((marks[i] ?? 0) === edge && spare-- > 0)
    }
  }
}

/** The splats that the rule keeps, in their order. */
export function select(scene: SplatScene, rule: Rule): SplatScene {
  const keep = test(scene, rule)
  const kept: number[] = []
  for (let i = 0; i < scene.opacities.length; i++) if (keep(i)) kept.push(i)
  return picked(scene, kept)
}

/** The splats of these numbers. */
export function picked(scene: SplatScene, kept: readonly number[]): SplatScene {
  const out: Partial<Record<Part['name'], Float32Array>> = {}
  for (const { name, width } of partsOf(scene.degree)) {
    const made = new Float32Array(kept.length * width)
    for (const [to, from] of kept.entries())
      for (let k = 0; k < width; k++) made[width * to + k] = scene[name][width * from + k] ?? 0
    out[name] = made
  }
  return bounded({ ...scene, ...out })
}

/** All splats of both, first those of the first. Harmonics that one lacks are 0. */
export function merge(first: SplatScene, second: SplatScene): SplatScene {
  const degree = Math.max(first.degree, second.degree)
  const out: Partial<Record<Part['name'], Float32Array>> = {}
  for (const { name, width } of partsOf(degree)) {
    const count = first.opacities.length + second.opacities.length
    const made = new Float32Array(width * count)
    let at = 0
    for (const scene of [first, second]) {
      const own = partsOf(scene.degree).find((part) => part.name === name)?.width ?? width
      for (let i = 0; i < scene.opacities.length; i++, at += width)
        made.set(scene[name].subarray(own * i, own * (i + 1)), at)
    }
    out[name] = made
  }
  return bounded({ ...first, ...out, degree })
}

export type Matrix3 = readonly (readonly [number, number, number])[]

export const product = (a: Matrix3, b: Matrix3): Matrix3 =>
  a.map(
    (row) =>
      [0, 1, 2].map((k) => row.reduce((sum, v, j) => sum + v * (b[j]?.[k] ?? 0), 0)) as unknown as [
        number,
        number,
        number,
      ],
  )

/** By degrees about x, then y, then z. */
export function turnOf([x = 0, y = 0, z = 0]: readonly number[]): Matrix3 {
  const [a, b, c] = [x, y, z].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number]
  const about = (angle: number, first: 0 | 1 | 2): Matrix3 => {
    const [i, j] = [(first + 1) % 3, (first + 2) % 3]
    const rows = [0, 1, 2].map((row) => [0, 1, 2].map((column) => (row === column ? 1 : 0)))
    const [p, q] = [rows[i] as number[], rows[j] as number[]]
    p[i] = q[j] = Math.cos(angle)
    q[i] = Math.sin(angle)
    p[j] = -Math.sin(angle)
    return rows as unknown as Matrix3
  }
  return product(about(c, 2), product(about(b, 1), about(a, 0)))
}

/** w, x, y, z of a rotation. @see Shepperd, Quaternion from rotation matrix (1978) */
export function quaternionOf(m: Matrix3): readonly [number, number, number, number] {
  const at = (i: number, j: number): number => m[i]?.[j] ?? 0
  const diagonal = [at(0, 0) + at(1, 1) + at(2, 2), at(0, 0), at(1, 1), at(2, 2)]
  const largest = diagonal.indexOf(Math.max(...diagonal))
  const s = Math.sqrt(
    Math.max(0, largest === 0 ? 1 + (diagonal[0] ?? 0) : 1 + 2 * (diagonal[largest] ?? 0) - (diagonal[0] ?? 0)),
  )
  const t = 0.5 / s
  const [x, y, z] = [at(2, 1) - at(1, 2), at(0, 2) - at(2, 0), at(1, 0) - at(0, 1)]
  if (largest === 0) return [0.5 * s, t * x, t * y, t * z]
  if (largest === 1) return [t * x, 0.5 * s, t * (at(0, 1) + at(1, 0)), t * (at(0, 2) + at(2, 0))]
  if (largest === 2) return [t * y, t * (at(0, 1) + at(1, 0)), 0.5 * s, t * (at(1, 2) + at(2, 1))]
  return [t * z, t * (at(0, 2) + at(2, 0)), t * (at(1, 2) + at(2, 1)), 0.5 * s]
}

/** Solves A X = B by Gauss and Jordan. */
function solved(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] {
  const n = a.length
  const rows = a.map((row, i) => [...row, ...(b[i] ?? [])])
  for (let k = 0; k < n; k++) {
    let best = k
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]?.[k] ?? 0) > Math.abs(rows[best]?.[k] ?? 0)) best = i
    const pivot = rows[best] as number[]
    rows[best] = rows[k] as number[]
    rows[k] = pivot
    const by = pivot[k] ?? 1
    for (let j = 0; j < pivot.length; j++) pivot[j] = (pivot[j] ?? 0) / by
    for (const [i, row] of rows.entries()) {
      const factor = row[k] ?? 0
      if (i !== k && factor !== 0)
        for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0)
    }
  }
  return rows.map((row) => row.slice(n))
}

/**
 * How a rotation mixes the harmonics of each degree: those of a turned direction are sums of those of the direction. Found from
 * directions all over the sphere, because that needs no formula for the signs and order of the harmonics.
 */
export function harmonicTurn(degree: number, turn: Matrix3): readonly (readonly (readonly number[])[])[] {
  const directions = Array.from({ length: 24 }, (_, i) => {
    const [y, angle] = [1 - (2 * i + 1) / 24, i * Math.PI * (3 - Math.sqrt(5))]
    const r = Math.sqrt(1 - y * y)
    return [r * Math.cos(angle), y, r * Math.sin(angle)] as const
  })
  return Array.from({ length: degree + 1 }, (_, l) => {
    const band = ([x, y, z]: readonly [number, number, number]): number[] => harmonicsOf(l, x, y, z).slice(l * l)
    // A colour that was seen from d is seen from turn·d now: c'·Y(d) = c·Y(turn⁻¹ d).
    const back = directions.map(
      (d) =>
        [0, 1, 2].map((k) => d.reduce((sum, v, j) => sum + v * (turn[j]?.[k] ?? 0), 0)) as unknown as [
          number,
          number,
          number,
        ],
    )
    const [now, before] = [directions.map((d) => band(d)), back.map(band)]
    const sums = (a: readonly number[][], b: readonly number[][]): number[][] =>
      Array.from({ length: 2 * l + 1 }, (_, i) =>
        Array.from({ length: 2 * l + 1 }, (_, j) =>
          a.reduce((sum, row, k) => sum + (row[i] ?? 0) * (b[k]?.[j] ?? 0), 0),
        ),
      )
    return solved(sums(now, now), sums(now, before))
  })
}

export interface Placing {
  readonly turn: Matrix3
  readonly scale: number
  readonly move: readonly number[]
}

/** Turns about the origin, scales from it, then moves. */
export function placed(scene: SplatScene, { turn, scale, move }: Placing): SplatScene {
  const { means, quats, scales, sh, degree } = scene
  const count = scene.opacities.length
  const coefficients = shCount(degree)
  const out = {
    means: new Float32Array(means.length),
    quats: new Float32Array(quats.length),
    scales: scales.map((v) => v * scale),
    sh: sh.slice(),
  }
  const [w, x, y, z] = quaternionOf(turn)
  const bands = degree > 0 ? harmonicTurn(degree, turn) : []
  for (let i = 0; i < count; i++) {
    for (const [k, row] of turn.entries())
      out.means[3 * i + k] = scale * row.reduce((sum, v, j) => sum + v * (means[3 * i + j] ?? 0), 0) + (move[k] ?? 0)
    const [a = 1, b = 0, c = 0, d = 0] = quats.subarray(4 * i, 4 * i + 4)
    out.quats.set(
      [
        w * a - x * b - y * c - z * d,
        w * b + x * a + y * d - z * c,
        w * c - x * d + y * a + z * b,
        w * d + x * c - y * b + z * a,
      ],
      4 * i,
    )
    for (let l = 1; l <= degree; l++)
      for (const [m, row] of (bands[l] ?? []).entries())
        for (let k = 0; k < 3; k++)
          out.sh[3 * (coefficients * i + l * l + m) + k] = row.reduce(
            (sum, v, j) => sum + v * (sh[3 * (coefficients * i + l * l + j) + k] ?? 0),
            0,
          )
  }
  return bounded({ ...scene, ...out })
}
