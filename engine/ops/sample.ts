/** What the conformance test runs an op on: `samples.ts` of its folder is made of these. */
import type { ImageShape, TensorShape } from '../values/index.ts'
import { borderModes } from './border.ts'
import type { At, StoredShape } from './op.ts'

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
  /** Angles and hues are compared on a circle: its length in degrees. */
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
export const say = ({ height, width, channels, space }: ImageShape): string => `${height}×${width}×${channels} ${space}`

/** The sizes, with 1, 3 and 4 channels each, but 1 × 1 and the largest with all. */
export const pictures = sizes.flatMap(([h, w], i) =>
  [1, 3, 4].filter((c) => i === 0 || i >= 4 || c === [1, 3, 4, 3][i]).map((c) => picture(h, w, c)),
)
export const each = (shapes: readonly ImageShape[], params: (shape: ImageShape) => unknown): readonly Sample[] =>
  shapes.map((shape) => ({ say: say(shape), inputs: [{ shape }], params: params(shape) }))
export const withWords = (words: string, samples: readonly Sample[]): readonly Sample[] =>
  samples.map((sample) => ({ ...sample, say: `${words}, ${sample.say}` }))
export const withBorders = (make: (border: string) => readonly Sample[]): readonly Sample[] =>
  borderModes.flatMap((border) => withWords(border, make(border)))

export const tensor = (axes: string, shape: readonly number[]): TensorShape => ({
  kind: 'tensor',
  axes: [...axes],
  shape,
})

export const spaces = ['rgb', 'bgr', 'gray', 'hsv', 'lab', 'linear', 'ycrcb'] as const
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
export const inSpace = (h: number, w: number, space: ImageShape['space'], alpha: boolean): SampleInput => {
  const channels = (space === 'gray' ? 1 : 3) + (alpha ? 1 : 0)
  return {
    shape: picture(h, w, channels, { space, alpha }),
    from(noise, index) {
      const [scale, offset] = scales[space]?.[index % channels] ?? [1, 0]
      return noise * scale + offset
    },
  }
}

/** The samples of each op of a folder. */
export type Samples<Names extends string> = Readonly<Record<Names, readonly Sample[]>>
