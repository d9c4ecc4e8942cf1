import { each, picture, pictures, type Samples, withBorders, withWords } from '../sample.ts'

const suitable = pictures.filter(({ channels }) => channels !== 4)

export const samples: Samples<'bilateral'> = {
  bilateral: [
    ...withBorders((border) => each(suitable, () => ({ diameter: 5, sigmaColour: 0.2, sigmaSpace: 2, border }))),
    ...withWords(
      'from sigma',
      each([picture(9, 13, 1), picture(4, 5, 3)], () => ({
        ...{ diameter: 0, sigmaColour: 0.05, sigmaSpace: 3, border: 'reflect101' },
      })),
    ),
    ...withWords(
      'other numbers',
      [1, 3].map((channels) => ({
        say: `${channels} channels`,
        inputs: [{ shape: picture(7, 9, channels), from: (v: number) => 300 * v - 100 }],
        params: { diameter: 7, sigmaColour: 30, sigmaSpace: 1, border: 'reflect' },
      })),
    ),
  ],
}
