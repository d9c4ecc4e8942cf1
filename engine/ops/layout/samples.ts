import { each, picture, pictures, type Samples, tensor, withWords } from '../sample.ts'

export const samples: Samples<'crop' | 'channel' | 'merge' | 'flatten' | 'toTensor' | 'toImage'> = {
  crop: [
    ...each([picture(13, 17, 3), picture(13, 17, 1)], () => ({ x: 3, y: 2, width: 5, height: 7 })),
    ...withWords(
      'all',
      each([picture(13, 17, 4)], () => ({ x: 0, y: 0, width: 17, height: 13 })),
    ),
  ],
  channel: [1, 3, 4].flatMap((channels) =>
    withWords(
      'the last',
      each([picture(13, 17, channels)], () => ({ index: channels - 1 })),
    ),
  ),
  merge: [2, 3, 4].map((count) => ({
    say: `${count} planes`,
    inputs: Array.from({ length: count }, () => ({ shape: picture(13, 17, 1) })),
    params: { space: count === 2 ? 'data' : 'rgb', alpha: count === 4 },
  })),
  flatten: [
    { say: 'features', inputs: [{ shape: tensor('NCHW', [2, 3, 5, 4]) }], params: { start: 1, end: -1 } },
    { say: 'places', inputs: [{ shape: tensor('NHWC', [2, 3, 5, 4]) }], params: { start: 1, end: 2 } },
  ],
  toTensor: ['HWC', 'CHW', 'NCHW', 'NHWC'].flatMap((axes) =>
    withWords(
      axes,
      each(pictures, () => ({ axes })),
    ),
  ),
  toImage: [tensor('CHW', [3, 5, 4]), tensor('NCHW', [1, 3, 5, 4]), tensor('HWC', [5, 4, 3]), tensor('HW', [5, 4])].map(
    (shape) => ({
      say: shape.axes.join(''),
      inputs: [{ shape }],
      params: { space: shape.axes.length === 2 ? 'gray' : 'rgb', range: [0, 1] },
    }),
  ),
}
