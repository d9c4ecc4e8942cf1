import { each, pictures, type Samples, withWords } from '../sample.ts'
import { resizeMethods } from './axis.ts'

export const samples: Samples<'resize'> = {
  resize: resizeMethods.flatMap((method) =>
    withWords(
      method,
      [
        [1, 1],
        [7, 5],
        [20, 16],
        [40, 66],
        [9, 33],
      ].flatMap(([width, height]) =>
        withWords(
          `to ${height}×${width}`,
          each(pictures, () => ({ width, height, method })),
        ),
      ),
    ),
  ),
}
