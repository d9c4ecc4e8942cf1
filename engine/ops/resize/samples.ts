import { each, picture, pictures, type Samples, withWords } from '../sample.ts'
import { resizeMethods } from './axis.ts'

export const samples: Samples<'resize'> = {
  resize: resizeMethods.flatMap((method) =>
    withWords(method, [
      ...[
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
      ...withWords(
        'a part, from a part',
        each([picture(13, 17, 3)], () => ({
          width: 20,
          height: 15,
          method,
          cut: { of: { width: 40, height: 30, left: 5, top: 7 }, part: { left: 4, top: 5, right: 8, bottom: 7 } },
        })),
      ),
    ]),
  ),
}
