import { each, picture, pictures, type Samples, withBorders, withWords } from '../sample.ts'

export const samples: Samples<'convolve'> = {
  convolve: withBorders((border) => [
    ...each(pictures, () => ({
      kernel: [
        [0.1, -0.4, 0],
        [1.5, 0.3, 0.2],
        [0, -0.7, 1],
      ],
      delta: 0.125,
      border,
      value: 0.7,
    })),
    ...withWords(
      '5 × 1 and 3 × 7',
      [
        [[1], [2], [0], [-2], [-1]],
        Array.from({ length: 3 }, (_, i) => Array.from({ length: 7 }, (_, j) => Math.sin(i * 7 + j))),
      ].flatMap((kernel) => each([picture(4, 5, 3)], () => ({ kernel, border }))),
    ),
  ]),
}
