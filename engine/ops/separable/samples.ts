import { each, picture, pictures, type Samples, withBorders, withWords } from '../sample.ts'
import { gaussianTaps } from './gaussian.ts'

export const samples: Samples<'separable'> = {
  separable: [
    ...withBorders((border) =>
      each(pictures, () => ({ x: gaussianTaps(1), y: gaussianTaps(0.6), border, value: 0.3 })),
    ),
    ...withWords(
      'identity',
      each([picture(5, 4, 3)], () => ({ x: [1], y: [1], border: 'constant' })),
    ),
    // More than a workgroup of a GPU holds at once, and more than it holds of a column, or of a row.
    ...withWords(
      'wide',
      each([picture(13, 17, 4)], () => ({ x: gaussianTaps(5), y: gaussianTaps(5), border: 'reflect' })),
    ),
    ...withWords(
      'very wide',
      each([picture(6, 3, 12)], () => ({ x: gaussianTaps(45), y: gaussianTaps(13), border: 'constant', value: 0.3 })),
    ),
    ...withWords(
      'derivative',
      each([picture(9, 8, 1)], () => ({ x: [-1, 0, 1], y: [1, 2, 1], border: 'reflect101' })),
    ),
  ],
}
