import { harmonics } from '../../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../../engine/types/services.ts'
import { defineWork } from '../../engine/types/work.ts'
import { boundsOf } from '../../engine/values/splats.ts'

export interface RgbdInput {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** (H, W, C) */
  readonly image: Float32Array
  /** (H, W) along the camera's axis. */
  readonly depth: Float32Array
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
  /** World to camera, row by row. */
  readonly view: readonly number[]
  /** Takes every nth pixel in each direction. */
  readonly step: number
  /** Standard deviation in pixels of the grid. */
  readonly size: number
  readonly opacity: number
  readonly range: readonly [near: number, far: number]
  readonly space: 'rgb' | 'linear'
}

/** A round splat for each pixel whose depth is known. */
export const rgbdWork = defineWork({
  name: 'splat/from-rgbd',
  run(input: RgbdInput): SplatScene {
    const { width, height, channels, image, depth, fx, fy, cx, cy, view, step, size, opacity, range, space } = input
    const rows = [0, 4, 8].map((at) => view.slice(at, at + 4))
    const kept: number[] = []
    for (let y = 0; y < height; y += step)
      for (let x = 0; x < width; x += step) {
        const z = depth[y * width + x] ?? Number.NaN
        if (z > 0 && z >= range[0] && z <= range[1]) kept.push(y * width + x)
      }
    const count = kept.length
    const means = new Float32Array(3 * count)
    const quats = new Float32Array(4 * count)
    const scales = new Float32Array(3 * count)
    const sh = new Float32Array(3 * count)
    for (const [i, pixel] of kept.entries()) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)]
      const z = depth[pixel] ?? 0
      const seen = [((x + 0.5 - cx) / fx) * z, ((y + 0.5 - cy) / fy) * z, z]
      // Back from the camera to the world: the inverse of a rotation is its transpose.
      for (let k = 0; k < 3; k++)
        means[3 * i + k] = rows.reduce((sum, row, j) => sum + (row[k] ?? 0) * ((seen[j] ?? 0) - (row[3] ?? 0)), 0)
      const across = (size * step * z) / Math.sqrt(fx * fy)
      scales.fill(across, 3 * i, 3 * i + 3)
      quats[4 * i] = 1
      for (let k = 0; k < 3; k++) {
        const level = image[channels * pixel + (channels < 3 ? 0 : k)] ?? 0
        sh[3 * i + k] = ((Number.isFinite(level) ? level : 0) - 0.5) / harmonics.c0
      }
    }
    const opacities = new Float32Array(count).fill(opacity)
    const bounds = boundsOf(means)
    return { degree: 0, antialiased: false, space, means, quats, scales, opacities, sh, ...(bounds && { bounds }) }
  },
})
