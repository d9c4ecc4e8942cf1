/** Scenes that are made: for trying, teaching and testing. Up is −y, and the front is −z, as in most captured scenes. */
import { harmonics } from '../engine/ops/rasterise/rules.ts'
import { randomFrom } from '../engine/types/random.ts'
import type { SplatScene } from '../engine/types/services.ts'
import { boundsOf } from '../engine/values/splats.ts'
import { added, cross, scaled, sub, type Vec3 } from './cameras.ts'

export const sceneKinds = ['knot', 'ball', 'lattice', 'cloud'] as const
export type SceneKind = (typeof sceneKinds)[number]

interface Splat {
  readonly at: Vec3
  readonly sizes: Vec3
  readonly quat?: readonly [number, number, number, number]
  readonly colour: Vec3
  readonly opacity?: number
}

/** A colour of the cyclic cosine palette. */
const hue = (t: number): Vec3 =>
  [0, 1, 2].map((c) => 0.55 + 0.4 * Math.cos(t - (c * 2 * Math.PI) / 3)) as unknown as Vec3

const unit = (a: Vec3): Vec3 => scaled(a, 1 / (Math.hypot(...a) || 1))

/** The trefoil: https://en.wikipedia.org/wiki/Trefoil_knot. */
const knot = (t: number): Vec3 => [
  0.5 * (Math.sin(t) + 2 * Math.sin(2 * t)),
  0.5 * (2 * Math.cos(2 * t) - Math.cos(t)),
  0.5 * Math.sin(3 * t),
]

/** Turns z to a direction. */
function towards([x, y, z]: Vec3): readonly [number, number, number, number] {
  if (z < -0.999999) return [0, 1, 0, 0]
  const w = 1 + z
  const length = Math.hypot(w, x, y)
  return [w / length, -y / length, x / length, 0]
}

/** A knot over a checkered floor, which takes a fifth of the splats. */
function* knotScene(count: number): Generator<Splat> {
  const side = Math.max(1, Math.floor(Math.sqrt(count / 5)))
  const rest = Math.max(1, count - side * side)
  const around = Math.max(3, Math.round(Math.sqrt(rest / 34)))
  const step = (2 * Math.PI * 0.21) / around
  const light = unit([0.4, -1, -0.5])
  for (let i = 0; i < rest; i++) {
    const t = (2 * Math.PI * i) / rest
    const centre = knot(t)
    const forward = unit(sub(knot(t + 1e-3), centre))
    const aside = unit(cross(forward, [0.3, 0.2, 1]))
    const up = cross(aside, forward)
    // A spiral around the tube.
    const angle = (2 * Math.PI * i) / around
    const out = added(scaled(aside, Math.cos(angle)), scaled(up, Math.sin(angle)))
    const shade = 0.35 + 0.65 * Math.max(0, out[0] * light[0] + out[1] * light[1] + out[2] * light[2])
    yield {
      at: added(centre, scaled(out, 0.21)),
      sizes: [0.6 * step, 0.6 * step, 0.15 * step],
      quat: towards(out),
      colour: scaled(hue(2 * t), shade),
    }
  }
  for (let i = 0; i < side * side; i++) {
    const [x, z] = [i % side, Math.floor(i / side)].map((k) => (side === 1 ? 0 : k / (side - 1) - 0.5) * 5) as [
      number,
      number,
    ]
    const dark = (Math.floor(2 * x + 20) + Math.floor(2 * z + 20)) % 2 === 0
    const size = (0.55 * 5) / side
    yield { at: [x, 1.9, z], sizes: [size, 0.1 * size, size], colour: dark ? [0.28, 0.3, 0.34] : [0.8, 0.8, 0.78] }
  }
}

/** Discs all over a ball, in the colours of their directions. */
function* ballScene(count: number): Generator<Splat> {
  const size = 1.1 / Math.sqrt(count)
  for (let i = 0; i < count; i++) {
    const [y, angle] = [1 - (2 * i + 1) / count, i * Math.PI * (3 - Math.sqrt(5))]
    const r = Math.sqrt(1 - y * y)
    const at: Vec3 = [r * Math.cos(angle), y, r * Math.sin(angle)]
    yield {
      at,
      sizes: [size, size, 0.1 * size],
      quat: towards(at),
      colour: at.map((v) => 0.5 + 0.5 * v) as unknown as Vec3,
    }
  }
}

/** Balls in rows: larger to the right, more opaque to the front, and longer to the top. */
function* latticeScene(count: number): Generator<Splat> {
  const side = Math.ceil(Math.cbrt(count) - 1e-9)
  for (let i = 0; i < count; i++) {
    const place = [i % side, Math.floor(i / side) % side, Math.floor(i / side / side)]
    const [x, y, z] = place.map((k) => (side === 1 ? 0.5 : k / (side - 1))) as [number, number, number]
    const size = (0.1 + 0.35 * x) / side
    yield {
      at: [2 * x - 1, 2 * y - 1, 2 * z - 1],
      sizes: [size, size * (2 - y), size],
      colour: [0.15 + 0.8 * x, 0.15 + 0.8 * y, 0.15 + 0.8 * z],
      opacity: 0.95 - 0.7 * z,
    }
  }
}

/** Splats anywhere, turned anyhow, of any size and colour. */
function* cloudScene(count: number, seed: number): Generator<Splat> {
  const next = randomFrom(seed)
  const size = 0.35 / Math.cbrt(count)
  for (let i = 0; i < count; i++) {
    const at: Vec3 = [2 * next() - 1, 2 * next() - 1, 2 * next() - 1]
    const sizes = [next(), next(), next()].map((v) => size * (0.2 + 1.6 * v)) as unknown as Vec3
    const [w = 1, x = 0, y = 0, z = 0] = [next(), next(), next(), next()].map((v) => v - 0.5)
    yield { at, sizes, quat: [w || 1, x, y, z], colour: [next(), next(), next()], opacity: 0.1 + 0.9 * next() }
  }
}

export function proceduralScene(kind: SceneKind, count: number, seed: number): SplatScene {
  const makers = { knot: knotScene, ball: ballScene, lattice: latticeScene, cloud: cloudScene }
  const splats = makers[kind](count, seed)
  const scene = {
    ...{ degree: 0, antialiased: false, space: 'rgb' as const },
    ...{ means: new Float32Array(3 * count), quats: new Float32Array(4 * count), scales: new Float32Array(3 * count) },
    ...{ opacities: new Float32Array(count), sh: new Float32Array(3 * count) },
  }
  let i = 0
  for (const { at, sizes, quat = [1, 0, 0, 0], colour, opacity = 0.98 } of splats) {
    if (i === count) break
    scene.means.set(at, 3 * i)
    scene.scales.set(sizes, 3 * i)
    scene.quats.set(quat, 4 * i)
    scene.sh.set(
      colour.map((v) => (v - 0.5) / harmonics.c0),
      3 * i,
    )
    scene.opacities[i] = opacity
    i++
  }
  const bounds = boundsOf(scene.means)
  return bounds ? { ...scene, bounds } : scene
}
