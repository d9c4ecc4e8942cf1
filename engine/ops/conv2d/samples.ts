import { each, picture, pictures, type Samples, withWords } from '../sample.ts'

export const samples: Samples<'conv2d'> = {
  conv2d: [
    ...each(
      pictures.filter(({ height, width }) => height > 2 && width > 2),
      () => ({
        kernel: [
          [1, -2, 0.5],
          [0.25, 3, -1],
          [2, 0, 1],
        ],
        bias: 0.5,
        stride: 1,
        padding: 1,
      }),
    ),
    ...withWords(
      'stride 2',
      each([picture(13, 17, 3)], () => ({
        kernel: [
          [1, 2],
          [3, 4],
        ],
        stride: 2,
        padding: 0,
      })),
    ),
    ...withWords(
      'dilation 3',
      each([picture(13, 17, 4)], () => ({ kernel: [[1, 0, -1]], stride: 1, padding: 3, dilation: 3 })),
    ),
    ...withWords(
      'stride and dilation',
      each([picture(33, 40, 1)], () => ({
        kernel: [
          [0.5, 0.25],
          [0.25, 0],
        ],
        stride: 3,
        padding: 2,
        dilation: 2,
      })),
    ),
    ...withWords(
      'a single weight',
      each(pictures, () => ({ kernel: [[1]], stride: 1, padding: 0 })),
    ),
  ],
}
