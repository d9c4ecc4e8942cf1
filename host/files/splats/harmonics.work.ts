import { defineWork } from '../../../engine/types/work.ts'
import { type Cuts, ended } from './clusters.ts'
import { type SogHarmonics, writeHarmonics } from './write-sog.ts'

/** The harmonics of a .sog, from the cuts of its rows. */
export const writeSogHarmonics = defineWork({
  name: 'splats/harmonics',
  run: ({ harmonics, cuts }: { readonly harmonics: SogHarmonics; readonly cuts: readonly Cuts[] }) =>
    writeHarmonics(harmonics, ended(harmonics.clustering, cuts)),
})
