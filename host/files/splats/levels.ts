/** Scenes, or parts of them, as one: the folders of a .sog that is streamed. */
import type { SplatRange } from '../../../engine/protocol/sog-levels.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { damaged, roomFor } from './form.ts'

export interface Piece {
  readonly scene: SplatScene
  /** Absent: all of it. */
  readonly ranges?: readonly SplatRange[] | undefined
}

/** Harmonics that a piece lacks are 0. Throws `scene.*`. */
export function joined(pieces: readonly Piece[], name: string): SplatScene {
  const all = pieces.flatMap(({ scene, ranges = [{ offset: 0, count: scene.opacities.length }] }) =>
    ranges.map(({ offset, count }) => {
      const there = scene.opacities.length
      if (offset + count > there) throw damaged(name, `splats ${offset} to ${offset + count} of ${there}`)
      return { scene, offset, count }
    }),
  )
  const degree = Math.max(0, ...pieces.map(({ scene }) => scene.degree))
  const made = roomFor(
    all.reduce((sum, { count }) => sum + count, 0),
    degree,
    name,
  )
  const kept = 3 * (degree + 1) ** 2
  let to = 0
  for (const { scene, offset, count } of all) {
    for (const [part, width] of [
      ['means', 3],
      ['quats', 4],
      ['scales', 3],
      ['opacities', 1],
    ] as const)
      made[part].set(scene[part].subarray(width * offset, width * (offset + count)), width * to)
    const own = 3 * (scene.degree + 1) ** 2
    for (let i = 0; i < count; i++)
      made.sh.set(scene.sh.subarray(own * (offset + i), own * (offset + i + 1)), kept * (to + i))
    to += count
  }
  return { ...made, antialiased: pieces.some(({ scene }) => scene.antialiased) }
}
