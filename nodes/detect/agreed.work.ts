import { defineWork } from '../../engine/types/work.ts'
import { agreed, type Found } from '../cascade.ts'

export interface Windows {
  /** x, y, width and height of each. */
  readonly windows: Int32Array
  readonly neighbours: number
}

/** Windows that agree, as one box each. */
export const agreedWork = defineWork({
  name: 'detect/agreed',
  run: ({ windows, neighbours }: Windows): readonly Found[] => {
    const list = Array.from({ length: windows.length / 4 }, (_, i) => {
      const [x = 0, y = 0, w = 0, h = 0] = windows.subarray(4 * i, 4 * i + 4)
      return [x, y, w, h] as const
    })
    return agreed(list, neighbours)
  },
})
