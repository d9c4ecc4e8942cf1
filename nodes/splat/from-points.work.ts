import { harmonics } from '../../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { kdTree } from '../kd-tree.ts'
import { bounded } from '../splat-scenes.ts'

interface Given {
  /** (N, 3) */
  readonly points: Float32Array
  /** (N, 3), 0..1. */
  readonly colours?: Float32Array
  readonly size: number
  readonly opacity: number
}

/** Neighbours that give a size, and the smallest squared distance, as in 3D Gaussian Splatting. */
const [neighbours, leastSquare] = [3, 1e-7]

/** Points without a place are left out. */
export const pointsWork = defineWork({
  name: 'splat/from-points',
  run({ points, colours, size, opacity }: Given, context): SplatScene {
    const kept: number[] = []
    for (let i = 0; 3 * i < points.length; i++)
      if (points.subarray(3 * i, 3 * i + 3).every(Number.isFinite)) kept.push(i)
    const means = Float32Array.from(
      { length: 3 * kept.length },
      (_, at) => points[3 * (kept[Math.floor(at / 3)] ?? 0) + (at % 3)] ?? 0,
    )
    const tree = kdTree(means)
    const count = kept.length
    const scene = {
      ...{ degree: 0, antialiased: false, space: 'rgb' as const, means, quats: new Float32Array(4 * count) },
      ...{ scales: new Float32Array(3 * count), opacities: new Float32Array(count).fill(opacity) },
      sh: new Float32Array(3 * count),
    }
    for (let i = 0; i < count; i++) {
      if (i % 4096 === 0) {
        if (context.cancelled) break
        context.progress(i / count)
      }
      const [x = 0, y = 0, z = 0] = means.subarray(3 * i, 3 * i + 3)
      const found = tree.nearest(x, y, z, neighbours + 1).subarray(1)
      const square = found.reduce((sum, v) => sum + v, 0) / Math.max(1, found.length)
      scene.scales.fill(size * Math.sqrt(Math.max(leastSquare, square)), 3 * i, 3 * i + 3)
      scene.quats[4 * i] = 1
      for (let k = 0; k < 3; k++)
        scene.sh[3 * i + k] = ((colours?.[3 * (kept[i] ?? 0) + k] ?? 0.7) - 0.5) / harmonics.c0
    }
    return bounded(scene)
  },
})
