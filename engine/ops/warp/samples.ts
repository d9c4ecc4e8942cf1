import { each, picture, pictures, type Samples, withBorders, withWords } from '../sample.ts'
import { warpMethods } from './place.ts'

// Numbers with many digits, so that no place lies on the edge between two pixels, where devices may differ.

/** A little more than a turn of 20 degrees, and over the edges. */
const turned = [0.93173, -0.34291, 2.13057, 0.35219, 0.92311, -3.27041, 0, 0, 1]
/** Smaller, in perspective. */
const tilted = [1.71193, 0.12217, -1.37051, 0.23119, 2.04331, -2.51077, 0.01117, 0.01713, 1]
/** The horizon, where the divisor changes its sign, lies in the result. */
const horizon = [1.13171, 0.21113, 0.37019, 0.11237, 1.24113, 0.43071, -0.09317, 0.01113, 0.91729]
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1]
const far = [0.93173, -0.34291, 4711.13057, 0.35219, 0.92311, -1234.27041, 0, 0, 1]

export const samples: Samples<'warp'> = {
  warp: [
    ...warpMethods.flatMap((method) =>
      withWords(method, [
        ...withWords(
          'turned',
          each(pictures, () => ({ matrix: turned, width: 11, height: 9, method, border: 'constant', value: 0.25 })),
        ),
        ...withBorders((border) =>
          [tilted, far].flatMap((matrix, i) =>
            withWords(
              i === 0 ? 'tilted' : 'far outside',
              each([picture(13, 17, 3), picture(5, 1, 1)], () => ({ matrix, width: 19, height: 18, method, border })),
            ),
          ),
        ),
        ...withWords(
          'a part, from a part',
          each([picture(13, 17, 3)], () => ({
            ...{ matrix: tilted, width: 40, height: 30, method, border: 'replicate' },
            cut: { of: { width: 40, height: 45, left: 5, top: 7 }, part: { left: 4, top: 5, right: 7, bottom: 7 } },
          })),
        ),
      ]),
    ),
    ...withWords(
      'as it is',
      each([picture(13, 17, 3), picture(6, 5, 2)], () => ({
        ...{ matrix: identity, width: 17, height: 14, method: 'bilinear', border: 'reflect101' },
      })),
    ),
    ...withWords(
      'over the horizon',
      each([picture(9, 8, 1)], () => ({
        ...{ matrix: horizon, width: 17, height: 12, method: 'bilinear', border: 'constant' },
      })),
    ),
  ],
}
