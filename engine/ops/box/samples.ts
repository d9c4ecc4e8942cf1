import { each, picture, pictures, type Samples, withBorders, withWords } from '../sample.ts'

export const samples: Samples<'box'> = {
  box: [
    ...withBorders((border) => each(pictures, () => ({ width: 5, height: 3, border, value: 0.3 }))),
    ...withWords(
      'sums',
      [1, 9, 15].flatMap((height) =>
        each([picture(9, 40, 3), picture(3, 2, 1100)], () => ({
          ...{ width: 7, height, normalise: false, border: 'reflect101' },
        })),
      ),
    ),
  ],
}
