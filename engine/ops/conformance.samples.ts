/** What the conformance test runs each op on. An op without samples fails it. */
import type { ImageShape, TensorShape } from '../values/index.ts'
import { borderModes } from './border.ts'
import { add, clamp, div, expr, greater, mix, mul, pow, select, sqrt, sub } from './expr.ts'
import type { ops } from './index.ts'
import type { At, StoredShape } from './op.ts'
import { resizeMethods } from './resize/axis.ts'
import { gaussianTaps } from './separable/gaussian.ts'
import { sobelOutputs } from './sobel/op.ts'

export interface SampleInput {
  readonly shape: StoredShape
  /** From the noise in 0..1; absent: as it is. */
  readonly from?: (noise: number, index: number) => number
}

export interface Sample {
  readonly say: string
  readonly inputs: readonly SampleInput[]
  readonly params: unknown
  /** Numbers of a result that is no value; absent: those of the values in it. */
  readonly numbers?: (result: never) => readonly { readonly at: At; readonly value: number }[]
  /** Angles and hues: compared on the circle of so many degrees. */
  readonly circle?: (at: At) => number | undefined
  /** How far terms and kernel may be apart, where not 1e-4: a byte that lies on the edge of two. */
  readonly tolerance?: number
}

export const picture = (
  height: number,
  width: number,
  channels: number,
  more: Partial<ImageShape> = {},
): ImageShape => ({
  kind: 'image',
  height,
  width,
  channels,
  space: channels === 1 ? 'gray' : channels === 3 || channels === 4 ? 'rgb' : 'data',
  alpha: channels === 4,
  range: [0, 1],
  ...more,
})

const sizes = [
  [1, 1],
  [1, 7],
  [6, 1],
  [2, 3],
  [13, 17],
  [33, 40],
] as const
const say = ({ height, width, channels, space }: ImageShape): string => `${height}×${width}×${channels} ${space}`

/** The sizes, with 1, 3 and 4 channels each, but 1 × 1 and the largest with all. */
const pictures = sizes.flatMap(([h, w], i) =>
  [1, 3, 4].filter((c) => i === 0 || i >= 4 || c === [1, 3, 4, 3][i]).map((c) => picture(h, w, c)),
)
const each = (shapes: readonly ImageShape[], params: (shape: ImageShape) => unknown): readonly Sample[] =>
  shapes.map((shape) => ({ say: say(shape), inputs: [{ shape }], params: params(shape) }))
const withWords = (words: string, samples: readonly Sample[]): readonly Sample[] =>
  samples.map((sample) => ({ ...sample, say: `${words}, ${sample.say}` }))
const withBorders = (make: (border: string) => readonly Sample[]): readonly Sample[] =>
  borderModes.flatMap((border) => withWords(border, make(border)))

const tensor = (axes: string, shape: readonly number[]): TensorShape => ({ kind: 'tensor', axes: [...axes], shape })

const spaces = ['rgb', 'bgr', 'gray', 'hsv', 'lab', 'linear', 'ycrcb'] as const
const scales: Partial<Record<ImageShape['space'], readonly (readonly [number, number])[]>> = {
  hsv: [
    [360, 0],
    [1, 0],
    [1, 0],
  ],
  lab: [
    [100, 0],
    [120, -60],
    [120, -60],
  ],
}
const inSpace = (h: number, w: number, space: ImageShape['space'], alpha: boolean): SampleInput => {
  const channels = (space === 'gray' ? 1 : 3) + (alpha ? 1 : 0)
  return {
    shape: picture(h, w, channels, { space, alpha }),
    from(noise, index) {
      const [scale, offset] = scales[space]?.[index % channels] ?? [1, 0]
      return noise * scale + offset
    },
  }
}

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

export const samples: Readonly<Record<keyof typeof ops, readonly Sample[]>> = {
  fromNumbers: [
    {
      say: 'image',
      inputs: [],
      params: { shape: picture(2, 3, 3), numbers: Array.from({ length: 18 }, (_, i) => i / 7) },
    },
    { say: 'tensor', inputs: [], params: { shape: tensor('NC', [2, 3]), numbers: [1, 2, 3, 4, 5, 6] } },
  ],
  fromPicture: [1, 3, 4].flatMap((channels) =>
    ([8, 16] as const).map((depth) => ({
      say: `${channels} channels, ${depth} bits`,
      inputs: [],
      params: {
        ...{ height: 13, width: 7, channels, depth },
        data: (depth === 8 ? Uint8Array : Uint16Array).from(Array.from({ length: 91 * channels }, (_, i) => i * 1013)),
      },
    })),
  ),
  toFloat: [
    { say: 'float32', inputs: [{ shape: tensor('NC', [3, 5]) }], params: {} },
    ...(['uint8', 'int32'] as const).flatMap((dtype) =>
      [
        [1, 1],
        [3, 5],
        [3, 4099],
      ].map((shape) => ({
        say: `${dtype}, ${shape.join(' × ')}`,
        inputs: [{ shape: { ...tensor('HW', shape), dtype }, from: (v: number) => Math.floor(v * 256) }],
        params: {},
      })),
    ),
  ],
  read: [...pictures, tensor('NC', [3, 5])].map((shape) => ({
    say: shape.kind,
    inputs: [{ shape }],
    params: {},
    numbers: (numbers: ArrayLike<number>) => {
      const [width, channels] = shape.kind === 'image' ? [shape.width, shape.channels] : [numbers.length, 1]
      return Array.from(numbers, (value, i) => ({
        at: { y: Math.floor(i / channels / width), x: Math.floor(i / channels) % width, c: i % channels },
        value,
      }))
    },
  })),
  toPicture: ([8, 16] as const).flatMap((depth) =>
    each([...pictures, picture(5, 5, 3, { space: 'data' })], () => ({ depth })).map((sample) => ({
      ...sample,
      say: `${sample.say}, ${depth} bits`,
      inputs: sample.inputs.map((input) => ({ ...input, from: (v: number) => v * 1.4 - 0.2 })),
      numbers: ({ width, channels, data }: { width: number; channels: number; data: ArrayLike<number> }) =>
        Array.from(data, (value, i) => ({
          at: {
            y: Math.floor(i / channels / width),
            x: Math.floor(i / channels) % width,
            c: i % channels,
          },
          value,
        })),
    })),
  ),
  pointwise: [
    ...withWords(
      'linear',
      each(pictures, () => ({ formula: expr((a) => add(mul(a, 2.5), -0.25)) })),
    ),
    ...withWords(
      'curve',
      each(pictures, () => ({ formula: expr((a) => pow(clamp(a, 0.1, 0.9), 1 / 2.2)), range: null })),
    ),
    {
      say: 'mix of two',
      inputs: [{ shape: picture(9, 11, 3) }, { shape: picture(9, 11, 3) }],
      params: { formula: expr((a, b) => mix(a, b, 0.3)) },
    },
    {
      say: 'a number for each channel, with opacity',
      inputs: [{ shape: picture(9, 11, 4) }],
      params: { formula: expr((a) => div(sub(a, [0.485, 0.456, 0.406]), [0.229, 0.224, 0.225])), range: null },
    },
    {
      say: 'a plane for all channels',
      inputs: [{ shape: picture(9, 11, 1) }, { shape: picture(9, 11, 4) }],
      params: { formula: expr((a, b) => mul(a, b)) },
    },
    {
      say: 'opacity in the second only',
      inputs: [{ shape: picture(9, 11, 3) }, { shape: picture(9, 11, 4) }],
      params: { formula: expr((a, b) => sub(a, b)) },
    },
    {
      say: 'shared parts',
      inputs: [{ shape: picture(9, 11, 3) }, { shape: picture(9, 11, 3) }],
      params: {
        formula: expr((a, b) => {
          const d = sub(a, b)
          const e = add(mul(d, d), mul(d, 0.5))
          return select(greater(d, 0), sqrt(add(mul(d, d), 1)), mul(e, sub(e, d)))
        }),
        range: null,
      },
    },
    { say: 'a constant', inputs: [{ shape: picture(3, 3, 3) }], params: { formula: expr((_a) => [0.1, 0.2, 0.3]) } },
    { say: 'a copy', inputs: [{ shape: picture(3, 3, 3) }], params: { formula: expr((a) => a) } },
  ],
  convertColour: spaces.flatMap((from) =>
    spaces.flatMap((to) =>
      [
        ...[inSpace(1, 1, from, false), inSpace(13, 17, from, false)],
        ...(from === 'rgb' || from === 'bgr' || from === 'linear' ? [inSpace(7, 5, from, true)] : []),
      ].map(
        (input): Sample => ({
          say: `${from} → ${to}, ${say(input.shape as ImageShape)}`,
          inputs: [input],
          params: { to },
          circle: ({ c }) => (to === 'hsv' && c === 0 ? 360 : undefined),
        }),
      ),
    ),
  ),
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
  convolve: withBorders((border) => [
    ...each(pictures, () => ({
      kernel: [
        [0.1, -0.4, 0],
        [1.5, 0.3, 0.2],
        [0, -0.7, 1],
      ],
      delta: 0.125,
      border,
      value: 0.7,
    })),
    ...withWords(
      '5 × 1 and 3 × 7',
      [
        [[1], [2], [0], [-2], [-1]],
        Array.from({ length: 3 }, (_, i) => Array.from({ length: 7 }, (_, j) => Math.sin(i * 7 + j))),
      ].flatMap((kernel) => each([picture(4, 5, 3)], () => ({ kernel, border }))),
    ),
  ]),
  sobel: [
    ...withBorders((border) => each(pictures, () => ({ border, outputs: sobelOutputs }))),
    ...withWords(
      'one output',
      each([picture(13, 17, 3)], () => ({ border: 'reflect101', outputs: ['magnitude'] })),
    ),
  ].map((sample) => ({ ...sample, circle: ({ output }) => (output === 'direction' ? 360 : undefined) })),
  median: [3, 5, 7, 15].flatMap((size) =>
    withWords(
      `size ${size}`,
      each(pictures, () => ({ size })),
    ),
  ),
  resize: resizeMethods.flatMap((method) =>
    withWords(
      method,
      [
        [1, 1],
        [7, 5],
        [20, 16],
        [40, 66],
        [9, 33],
      ].flatMap(([width, height]) =>
        withWords(
          `to ${height}×${width}`,
          each(pictures, () => ({ width, height, method })),
        ),
      ),
    ),
  ),
  crop: [
    ...each([picture(13, 17, 3), picture(13, 17, 1)], () => ({ x: 3, y: 2, width: 5, height: 7 })),
    ...withWords(
      'all',
      each([picture(13, 17, 4)], () => ({ x: 0, y: 0, width: 17, height: 13 })),
    ),
  ],
  paste: [1, 3, 4].map((channels) => ({
    say: `${channels} channels`,
    inputs: [{ shape: picture(13, 17, channels) }, { shape: picture(5, 7, channels) }],
    params: { x: 3, y: 8 },
  })),
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
  statistics: [
    ...each(pictures, () => ({})),
    { say: 'tensor', inputs: [{ shape: tensor('NC', [3, 5]) }], params: {} },
  ].map((sample) => ({
    ...sample,
    numbers: (channels: readonly Record<'min' | 'max' | 'mean' | 'std', number>[]) =>
      channels.flatMap((channel, c) =>
        (['min', 'max', 'mean', 'std'] as const).map((output) => ({
          at: { y: 0, x: 0, c, output },
          value: channel[output],
        })),
      ),
  })),
  preview: previews.map((sample) => ({
    tolerance: 1,
    ...sample,
    numbers: ({ width, rgba }: { width: number; rgba: Uint8Array }) =>
      Array.from(rgba, (value, i) => ({
        at: { y: Math.floor(i / 4 / width), x: Math.floor(i / 4) % width, c: i % 4 },
        value,
      })),
  })),
  conv2d: [
    ...each(
      pictures.filter(({ height, width }) => height > 2 && width > 2),
      () => ({
        kernel: [
          [1, -2, 0.5],
          [0.25, 3, -1],
          [2, 0, 1],
        ],
        bias: 0.5,
        stride: 1,
        padding: 1,
      }),
    ),
    ...withWords(
      'stride 2',
      each([picture(13, 17, 3)], () => ({
        kernel: [
          [1, 2],
          [3, 4],
        ],
        stride: 2,
        padding: 0,
      })),
    ),
    ...withWords(
      'dilation 3',
      each([picture(13, 17, 4)], () => ({ kernel: [[1, 0, -1]], stride: 1, padding: 3, dilation: 3 })),
    ),
    ...withWords(
      'stride and dilation',
      each([picture(33, 40, 1)], () => ({
        kernel: [
          [0.5, 0.25],
          [0.25, 0],
        ],
        stride: 3,
        padding: 2,
        dilation: 2,
      })),
    ),
    ...withWords(
      'a single weight',
      each(pictures, () => ({ kernel: [[1]], stride: 1, padding: 0 })),
    ),
  ],
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
