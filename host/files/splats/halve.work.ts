import { defineWork } from '../../../engine/types/work.ts'
import { type Clustering, type Cuts, halve } from './clusters.ts'

/** Cuts a part of the rows that are cut into clusters; its rows change their places in the order, which all threads see. */
export const halveRows = defineWork({
  name: 'splats/halve',
  run: ({ clustering, part }: { readonly clustering: Clustering; readonly part: number }): Cuts => {
    const { rows, width, order, parts, shares } = clustering
    return halve(rows, width, order, parts[part] ?? { from: 0, to: 0 }, shares[part] ?? 0)
  },
})
