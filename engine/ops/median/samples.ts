import { each, pictures, type Samples, withWords } from '../sample.ts'

export const samples: Samples<'median'> = {
  median: [3, 5, 7, 15].flatMap((size) =>
    withWords(
      `size ${size}`,
      each(pictures, () => ({ size })),
    ),
  ),
}
