import { defineWork } from '../../engine/types/work.ts'
import { type Region, type RegionOptions, regionsIn, type TextMap } from '../text-regions.ts'

export const textRegionsWork = defineWork<TextMap & RegionOptions, readonly Region[]>({
  name: 'text/regions',
  run: (input) => regionsIn(input, input),
})
