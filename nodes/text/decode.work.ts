import { defineWork } from '../../engine/types/work.ts'
import { type Read, readColumns } from '../ctc.ts'

export interface Columns {
  /** Lines × columns × classes. */
  readonly numbers: Float32Array
  readonly lines: number
  readonly columns: number
  readonly characters: readonly string[]
}

export const readWork = defineWork<Columns, readonly Read[]>({
  name: 'text/decode',
  run: ({ numbers, lines, columns, characters }) =>
    Array.from({ length: lines }, (_, i) =>
      readColumns(numbers, i * columns * (characters.length + 1), columns, characters),
    ),
})
