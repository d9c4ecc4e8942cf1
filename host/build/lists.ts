/** Every list that is made from the files beside it. The build and the unit tests make them before anything else runs. */
import { buildCatalogue } from './catalogue.ts'
import { buildKinds } from './kinds.ts'
import { buildOps } from './ops.ts'
import { buildWorks } from './works.ts'

export const lists: readonly [name: string, build: () => Promise<boolean>][] = [
  ['list of kinds', buildKinds],
  ['list of ops', buildOps],
  ['catalogue', buildCatalogue],
  ['list of works', buildWorks],
]

export async function buildLists(): Promise<void> {
  for (const [, build] of lists) await build()
}
