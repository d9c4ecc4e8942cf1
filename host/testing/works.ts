/** For tests: the works of testing nodes, as `nodes/works.ts` lists those that ship. */
import type { WorkList } from '../work/messages.ts'

export const works: WorkList = {
  'testing/line': () => import('./line.work.ts'),
  'testing/spin': () => import('./spin.work.ts'),
}

/** Where workers find them. */
export const testingWorks = new URL(import.meta.url)
