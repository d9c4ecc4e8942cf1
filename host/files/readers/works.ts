/** The readers that run in threads, by name, as `nodes/works.ts` lists those of the nodes. */
import type { WorkList } from '../../work/messages.ts'

export const works: WorkList = {
  'files/bmp': () => import('./bmp.work.ts'),
  'files/exr': () => import('./exr.work.ts'),
  'files/radiance': () => import('./radiance.work.ts'),
}
