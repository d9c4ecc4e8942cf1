/** The works on files of splats, by name, as `nodes/works.ts` lists those of the nodes. */
import type { WorkList } from '../../work/messages.ts'

export const works: WorkList = {
  'splats/read': () => import('./read.work.ts'),
  'splats/fill': () => import('./fill.work.ts'),
  'splats/write': () => import('./write.work.ts'),
  'splats/halve': () => import('./halve.work.ts'),
  'splats/harmonics': () => import('./harmonics.work.ts'),
}
