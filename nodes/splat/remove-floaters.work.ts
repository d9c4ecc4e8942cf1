import { harmonics } from '../../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { boundsOf } from '../../engine/values/splats.ts'
import { kdTree } from '../kd-tree.ts'
import { picked } from '../splat-scenes.ts'

interface Given {
  readonly scene: SplatScene
  readonly neighbours: number
  readonly ratio: number
}

/** Of splats that are removed. */
const red = [1, 0.05, 0.1] as const

/** What stays, and the whole scene with the rest in red. What has no place is removed. */
export const floatersWork = defineWork({
  name: 'splat/remove-floaters',
  run({ scene, neighbours, ratio }: Given, context): { readonly kept: SplatScene; readonly marked: SplatScene } {
    const { means } = scene
    const count = scene.opacities.length
    const placed: number[] = []
    for (let i = 0; i < count; i++) if (means.subarray(3 * i, 3 * i + 3).every(Number.isFinite)) placed.push(i)
    const points = Float32Array.from(
      { length: 3 * placed.length },
      (_, at) => means[3 * (placed[Math.floor(at / 3)] ?? 0) + (at % 3)] ?? 0,
    )
    const tree = kdTree(points)
    const distances = new Float64Array(placed.length)
    for (let i = 0; i < placed.length; i++) {
      if (i % 4096 === 0) {
        if (context.cancelled) break
        context.progress(i / placed.length)
      }
      const [x = 0, y = 0, z = 0] = points.subarray(3 * i, 3 * i + 3)
      // The nearest is the splat itself.
      const found = tree.nearest(x, y, z, neighbours + 1)
      let sum = 0
      for (let k = 1; k < found.length; k++) sum += Math.sqrt(found[k] ?? 0)
      distances[i] = sum / Math.max(1, found.length - 1)
    }
    const mean = distances.reduce((sum, v) => sum + v, 0) / Math.max(1, distances.length)
    const squares = distances.reduce((sum, v) => sum + (v - mean) ** 2, 0)
    const edge = mean + ratio * Math.sqrt(squares / Math.max(1, distances.length - 1))
    const stays = placed.filter((_, i) => (distances[i] ?? 0) <= edge)
    const kept = picked(scene, stays)
    const width = 3 * (scene.degree + 1) ** 2
    const sh = scene.sh.slice()
    let next = 0
    for (let i = 0; i < count; i++) {
      if (stays[next] === i) {
        next++
        continue
      }
      sh.fill(0, width * i, width * (i + 1))
      sh.set(
        red.map((v) => (v - 0.5) / harmonics.c0),
        width * i,
      )
    }
    const bounds = boundsOf(means)
    return { kept, marked: { ...scene, sh, ...(bounds && { bounds }) } }
  },
})
