import { each, picture, pictures, type Samples, withWords } from '../sample.ts'

export const samples: Samples<'integral'> = {
  integral: [
    ...each(pictures, () => ({})),
    ...withWords(
      'squares',
      each([picture(1, 1, 1), picture(13, 17, 1), picture(9, 11, 2)], () => ({ squared: true })),
    ),
  ],
}
