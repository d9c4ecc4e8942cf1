import type { SplatScene } from '../../../engine/types/services.ts'
import { defineWork } from '../../../engine/types/work.ts'
import { boundsOf, type SplatBounds } from '../../../engine/values/splats.ts'
import { asDamage, openRanges, type Unpacked } from './readers.ts'

export interface FillSplats {
  /** In shared memory. */
  readonly file: Unpacked
  readonly name: string
  /** Its arrays are in shared memory. */
  readonly scene: SplatScene
  readonly from: number
  readonly to: number
}

/** Reads a range of a file's splats to their places. Returns what the range's centres lie in. */
export const fillSplats = defineWork({
  name: 'splats/fill',
  run: ({ file, name, scene, from, to }: FillSplats): Promise<SplatBounds | undefined> =>
    asDamage(name, () => {
      openRanges(file, name)?.fill(scene, from, to)
      return boundsOf(scene.means.subarray(3 * from, 3 * to))
    }),
})
