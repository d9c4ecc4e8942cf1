import { each, picture, pictures, type Samples, withWords } from '../sample.ts'
import { structuringElement } from './element.ts'

const operations = ['erode', 'dilate'] as const
/** Two runs in a row, and nothing in the middle. */
const odd = [
  [1, 0, 1, 1, 0],
  [0, 0, 0, 0, 0],
  [0, 1, 0, 0, 1],
]

export const samples: Samples<'morphology'> = {
  morphology: operations.flatMap((operation) => [
    ...withWords(
      `${operation} 5 × 3`,
      each(pictures, () => ({ operation, element: structuringElement('rectangle', 5, 3) })),
    ),
    ...withWords(
      `${operation} ellipse 7`,
      each(pictures, () => ({ operation, element: structuringElement('ellipse', 7) })),
    ),
    // More channels than are done together, and an element larger than the picture.
    ...withWords(
      operation,
      [1, 9, 15].flatMap((height) =>
        each([picture(9, 40, 3), picture(3, 2, 1100)], () => ({
          operation,
          element: structuringElement('rectangle', 3, height),
        })),
      ),
    ),
    ...withWords(
      `${operation} odd`,
      each([picture(9, 8, 3), picture(1, 2, 1)], () => ({ operation, element: odd })),
    ),
  ]),
}
