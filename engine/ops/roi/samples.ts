import { type Samples, tensor } from '../sample.ts'

/** Within the map, over its edge, thin, without area, inside out, far outside, and small. */
const boxes = [
  ...[0, 0, 30, 20],
  ...[5.3, 2.7, 17.9, 15.1],
  ...[-6, -3, 9, 8],
  ...[20, 10, 60, 50],
  ...[4, 3, 4.5, 19],
  ...[7, 7, 7, 7],
  ...[12, 12, 3, 4],
  ...[100, 100, 120, 110],
  ...[10.5, 6.25, 11.5, 7.25],
]
const maps = [
  { say: 'channels last', shape: tensor('NHWC', [1, 11, 16, 3]) },
  { say: 'channels first', shape: tensor('NCHW', [1, 2, 11, 16]) },
  { say: 'one feature', shape: tensor('NHWC', [1, 1, 1, 2]) },
]
const negative = (v: number): number => v - 0.7

export const samples: Samples<'roiAlign' | 'roiPool'> = {
  roiAlign: maps.flatMap(({ say, shape }) =>
    [
      { sampling: 0, aligned: true },
      { sampling: 0, aligned: false },
      { sampling: 2, aligned: true },
      { sampling: 1, aligned: false },
    ].map((how) => ({
      say: `${say}, ${JSON.stringify(how)}`,
      inputs: [{ shape, from: negative }],
      params: { boxes, size: [3, 2], scale: 0.5, ...how },
    })),
  ),
  roiPool: maps.flatMap(({ say, shape }) =>
    [[3, 2] as const, [7, 7] as const].map((size) => ({
      say: `${say}, ${size.join(' × ')}`,
      inputs: [{ shape, from: negative }],
      params: { boxes, size, scale: 0.5 },
    })),
  ),
}
