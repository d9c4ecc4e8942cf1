import { each, picture, pictures, type Samples, withWords } from '../sample.ts'

export const samples: Samples<'maxPool'> = {
  maxPool: [
    ...each(
      pictures.filter(({ height, width }) => height > 1 && width > 1),
      () => ({ size: 2, stride: 2, padding: 0 }),
    ),
    ...withWords(
      'wide',
      each([picture(13, 17, 3)], () => ({ size: 7, stride: 2, padding: 3 })),
    ),
    ...withWords(
      'overlapping',
      each([picture(13, 17, 3)], () => ({ size: 3, stride: 2, padding: 1 })),
    ),
    ...withWords('negative numbers', [
      {
        ...{ say: 'with padding', inputs: [{ shape: picture(6, 7, 4), from: (v: number) => -1 - v }] },
        params: { size: 3, stride: 1, padding: 1 },
      },
    ]),
  ],
}
