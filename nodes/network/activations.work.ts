import { defineWork } from '../../engine/types/work.ts'
import { histogramOf, type Statistics, statisticsOf } from '../activation-statistics.ts'

interface Asked {
  readonly numbers: Float32Array
  readonly bins: number
  /** Absent: from the smallest number to the largest. */
  readonly range?: readonly [number, number]
}

export interface LayerNumbers extends Statistics {
  readonly counts: Float64Array
  readonly range: readonly [number, number]
}

export const activationsWork = defineWork({
  name: 'network/activations',
  run({ numbers, bins, range }: Asked): LayerNumbers {
    const statistics = statisticsOf(numbers)
    const { count, least, most } = statistics
    const own: readonly [number, number] =
      count === 0 ? [0, 1] : most > least ? [least, most] : [least - 0.5, most + 0.5]
    return { ...statistics, range: range ?? own, counts: histogramOf(numbers, bins, range ?? own) }
  },
})
