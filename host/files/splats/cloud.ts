/** Points as splats: balls of a third of their spacing, as the points of a .ply without sizes get. */
import { harmonics } from '../../../engine/ops/rasterise/rules.ts'
import { spacingOf } from '../../../engine/protocol/ply/spacing.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { roomFor } from './form.ts'

/** Points with what their file says of them. */
export interface Cloud {
  /** (N, 3), in the file's unit. */
  readonly places: Float64Array
  /** (N, 3), 0..1; absent: the file has none. */
  readonly colours?: Float32Array
  /** (N), 0..1. */
  readonly opacities?: Float32Array
  readonly note?: string
}

/** Of points without a colour. */
const gray = 0.7
/** Standard deviation, as a part of the distance to the next point. */
const dotPart = 1 / 3
const noSizes = 'it has no sizes, so its points are splats of a third of their spacing'

/**
 * Where the origin is moved to, so that float32 keeps what is near apart: maps give places in metres from a far origin.
 * Undefined where places are as near as they are wide.
 */
function farOrigin(places: Float64Array): readonly [number, number, number] | undefined {
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ] as const
  const least: number[] = [...low]
  const most: number[] = [...high]
  for (const [i, v] of places.entries()) {
    if (!Number.isFinite(v)) continue
    least[i % 3] = Math.min(least[i % 3] ?? 0, v)
    most[i % 3] = Math.max(most[i % 3] ?? 0, v)
  }
  const wide = Math.max(...most.map((v, k) => v - (least[k] ?? 0)))
  const far = Math.max(...[...least, ...most].map(Math.abs))
  if (!Number.isFinite(wide) || far <= 100 * wide) return undefined
  return most.map((v, k) => Math.round((v + (least[k] ?? 0)) / 2)) as unknown as readonly [number, number, number]
}

/** Throws `scene.nothing` and `scene.too-large`. */
export function cloudScene({ places, colours, opacities, note }: Cloud, name: string): SplatScene {
  const count = places.length / 3
  const scene = roomFor(count, 0, name)
  const origin = farOrigin(places)
  for (const [i, v] of places.entries()) scene.means[i] = v - (origin?.[i % 3] ?? 0)
  scene.scales.fill(dotPart * (spacingOf(scene.means, 3) ?? 1))
  scene.sh.fill((gray - 0.5) / harmonics.c0)
  if (colours) for (const [i, v] of colours.entries()) scene.sh[i] = (v - 0.5) / harmonics.c0
  scene.opacities.fill(1)
  if (opacities) scene.opacities.set(opacities)
  for (let i = 0; i < count; i++) scene.quats[4 * i] = 1
  const moved = origin && `its places are far from the origin, so (${origin.join(', ')}) was subtracted`
  return { ...scene, note: [noSizes, moved, note].filter(Boolean).join('; ') }
}
