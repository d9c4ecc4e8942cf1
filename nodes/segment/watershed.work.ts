import { defineWork } from '../../engine/types/work.ts'
import { localMinima, type Terrain, watershed } from '../watershed.ts'

export const watershedWork = defineWork({
  name: 'segment/watershed',
  run: (
    { terrain, seeds, eight }: { readonly terrain: Terrain; readonly seeds?: Int32Array; readonly eight: boolean },
    context,
  ) => {
    const cancelled = () => context.cancelled
    const from = seeds ?? localMinima(terrain, eight, cancelled).labels
    const labels = watershed(terrain, from, eight, cancelled)
    return { labels, count: labels.reduce((most, label) => Math.max(most, label), 0) }
  },
})
