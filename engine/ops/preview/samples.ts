import type { ImageShape } from '../../values/index.ts'
import { each, inSpace, picture, pictures, type Sample, type Samples, spaces, tensor, withWords } from '../sample.ts'

const statistics = { min: -0.5, max: 1.5, mean: 0.5, std: 0.5, nan: 0, infinite: 0, histogram: [], range: [0, 1] }
const view = (width: number, height: number, more: object = {}) => ({
  width,
  height,
  display: { mode: 'auto' },
  ...more,
})
const unbounded = (channels: number): ImageShape => {
  const { range: _, ...shape } = picture(33, 40, channels, { space: 'data', alpha: false })
  return shape
}
const modes = ['auto', 'clip', 'stretch', 'diverging', 'viridis'] as const

const previews: readonly Sample[] = [
  ...withWords(
    'in a small view',
    each(pictures, () => view(8, 8)),
  ),
  ...withWords(
    'in a large view',
    each(pictures, () => view(100, 90)),
  ),
  ...withWords(
    'a region',
    each([picture(33, 40, 3), picture(70, 90, 4)], () =>
      view(7, 9, { region: { x: 3.3, y: 8.8, width: 20.5, height: 21.1 } }),
    ),
  ),
  ...withWords(
    'an enlarged region over the edge',
    each([picture(33, 40, 3)], () => view(90, 90, { region: { x: -3.5, y: 28.5, width: 10, height: 9 } })),
  ),
  ...withWords(
    'more rows than are read',
    each([picture(200, 30, 3)], () => view(9, 9)),
  ),
  ...modes.flatMap((mode) =>
    [false, true].flatMap((flag) =>
      withWords(`${mode}${flag ? ', flagged' : ''}`, [
        ...each([unbounded(1), unbounded(2), unbounded(5)], (shape) =>
          view(9, 9, { display: { mode, flag }, statistics: Array.from({ length: shape.channels }, () => statistics) }),
        ).map((sample) => ({
          ...sample,
          inputs: sample.inputs.map((input) => ({ ...input, from: (v: number) => v * 3 - 1 })),
        })),
        ...each([picture(33, 40, 4), picture(13, 17, 1)], () =>
          view(9, 9, { display: { mode, flag, range: [0.2, 0.7] } }),
        ),
        ...each([picture(33, 40, 3)], () => view(9, 9, { display: { mode, flag, range: [0.2, 0.7], channel: 1 } })),
      ]),
    ),
  ),
  ...withWords('labels', [
    ...each([unbounded(1), unbounded(3)], () => view(9, 9, { display: { mode: 'labels' } })),
    ...each([picture(13, 17, 4), unbounded(1)], () => view(60, 60, { display: { mode: 'labels', flag: true } })),
    ...each([unbounded(1)], () =>
      view(7, 9, { display: { mode: 'labels' }, region: { x: 3.3, y: 8.8, width: 20.5, height: 21.1 } }),
    ),
    {
      say: 'int32',
      inputs: [{ shape: { ...tensor('HW', [20, 30]), dtype: 'int32' } }],
      params: view(9, 9, { display: { mode: 'labels' } }),
    },
  ]).map((sample) => ({
    ...sample,
    inputs: sample.inputs.map((input) => ({ ...input, from: (v: number) => Math.floor(v * 700) - 50 })),
  })),
  ...spaces.flatMap((space) =>
    [8, 60].map((side) => ({
      say: `${space}, ${side} pixels`,
      inputs: [inSpace(33, 40, space, space === 'linear')],
      params: view(side, side),
      // Eight bits of a hue next to another sextant, and sums in another order before a steep curve.
      tolerance: 2,
    })),
  ),
  ...[
    tensor('NCHW', [6, 3, 9, 7]),
    tensor('NHWC', [8, 5, 6, 3]),
    tensor('NHW', [4, 6, 5]),
    tensor('NCHW', [7, 3, 5, 5]),
  ].flatMap((shape) =>
    [view(9, 8), view(60, 60), view(7, 9, { region: { x: 3.3, y: 2.8, width: 9.5, height: 8.1 } })].map(
      (params, i) => ({
        say: `a batch ${shape.axes.join('')}, ${['small', 'large', 'a region'][i]}`,
        inputs: [{ shape }],
        params: { ...params, statistics: Array.from({ length: 3 }, () => statistics) },
      }),
    ),
  ),
  ...[
    tensor('CHW', [3, 20, 16]),
    tensor('NCHW', [1, 5, 20, 16]),
    tensor('HWC', [20, 16, 3]),
    tensor('NC', [20, 30]),
  ].map((shape) => ({
    say: shape.axes.join(''),
    inputs: [{ shape }],
    params: view(7, 7, { statistics: Array.from({ length: 3 }, () => statistics) }),
  })),
]

export const samples: Samples<'preview'> = {
  preview: previews.map((sample) => ({
    tolerance: 1,
    ...sample,
    numbers: ({ width, rgba }: { width: number; rgba: Uint8Array }) =>
      Array.from(rgba, (value, i) => ({
        at: { y: Math.floor(i / 4 / width), x: Math.floor(i / 4) % width, c: i % 4 },
        value,
      })),
  })),
}
