/** Pictures. */
import { z } from 'zod'
import { extent } from './extent.ts'
import type { Kind, Size } from './kind.ts'
import { type Placement, placementSchema } from './placement.ts'
import type { Store } from './store.ts'
import type { TensorValue } from './tensor.ts'

export const colourSpaces = ['gray', 'rgb', 'bgr', 'hsv', 'lab', 'linear', 'ycrcb', 'data'] as const
/** `rgb`, `bgr` and `gray` are sRGB-encoded; `linear` is linear-light RGB; `data` is numbers that are no colour (gradients, channels). */
export type ColourSpace = (typeof colourSpaces)[number]

/** What is known of an image before its pixels exist. */
export interface ImageShape {
  readonly kind: 'image'
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly space: ColourSpace
  /** True where the last channel is straight (not premultiplied) opacity, 0..1. */
  readonly alpha: boolean
  /** The nominal range of the values, where there is one: [0, 1] for a picture; absent where any number may occur. */
  readonly range?: readonly [number, number]
  /** Where it lies in the picture that it was made of. Absent: it was made of none, or it is not known. */
  readonly placement?: Placement
}

/** Pixels: (height, width, channels), row-major, channels last, float32. */
export interface ImageValue extends ImageShape {
  readonly store: Store
  /** What a reader did to the file on the way in ("converted from Display P3 to sRGB"), for the node to say. */
  readonly note?: string
}

export interface ImageNeeds {
  /** The channel counts that are taken (input) or given (output). Absent: any. */
  readonly channels?: readonly number[]
  /** The colour spaces that are taken or given. Absent: any. */
  readonly spaces?: readonly ColourSpace[]
  /** Output: the nominal range, where the node fixes one. `null`: none. */
  readonly range?: readonly [number, number] | null
}

const spaceWords: Record<ColourSpace, string> = {
  gray: 'gray',
  rgb: 'RGB',
  bgr: 'BGR',
  hsv: 'HSV',
  lab: 'Lab',
  linear: 'linear RGB',
  ycrcb: 'YCrCb',
  data: 'plain data',
}

/** "1, 3 or 4" */
const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

const count = z.number().int().nonnegative()

/** The pixels as a tensor (H, W, C) over the same store. */
export const pixelsOf = ({ height, width, channels, store }: ImageValue): TensorValue => ({
  kind: 'tensor',
  shape: [height, width, channels],
  axes: ['H', 'W', 'C'],
  store,
})

/** A side of a picture that is `by` as large: at least a pixel. */
const side = (length: number, by: number): number => Math.max(1, Math.round(length * by))
export const sizeAt = ({ width, height }: Size, by: number): Size => ({
  width: side(width, by),
  height: side(height, by),
})

export const image: Kind<ImageValue, ImageShape, ImageNeeds> = {
  kind: 'image',
  words: {
    title: 'Picture',
    one: 'a picture',
    wanted({ channels, spaces }) {
      const colours = spaces ? `${list(spaces.map((space) => spaceWords[space]))} ` : ''
      if (channels?.length === 1) return `a ${channels[0]}-channel ${colours}picture`
      return `a ${colours}picture${channels ? ` of ${list(channels.map(String))} channels` : ''}`
    },
  },
  look: { light: '#0a6cb3', dark: '#5ab7ec', radius: '50%' },
  head: z.object({
    kind: z.literal('image'),
    height: count,
    width: count,
    channels: count,
    space: z.enum(colourSpaces),
    alpha: z.boolean(),
    range: z.tuple([z.number(), z.number()]).optional(),
    note: z.string().optional(),
    placement: placementSchema.optional(),
  }),
  parts: (value) => ({ pixels: pixelsOf(value) }),
  make: ({ kind, height, width, channels, space, alpha, range, note, placement }, { pixels }) => ({
    ...{ kind, height, width, channels, space, alpha, ...(range && { range }), ...(note !== undefined && { note }) },
    ...(placement && { placement }),
    store: (pixels as TensorValue).store,
  }),
  shape({ store: _, note: __, ...shape }) {
    return shape
  },
  describe: ({ height, width, channels, space, alpha }) =>
    `${height} × ${width} × ${channels} ${space}${alpha ? ' with alpha' : ''}`,
  size: ({ width, height }) => ({ width, height }),
  // Where it lies is known in its own pixels only.
  sized: ({ placement: _, ...shape }, { width, height }) => ({ ...shape, width, height }),
  scaled: (value, by, { resize }) => resize(value, sizeAt(value, by)),
  needs: ['channels', 'spaces'],
  told: ({ channels, space }) => ({ channels: [channels], spaces: [space] }),
  like(needs, shape) {
    const channels = needs.channels?.length === 1 ? (needs.channels[0] as number) : shape.channels
    const space = needs.spaces?.length === 1 ? needs.spaces[0] : shape.space
    if (!space || needs.channels?.includes(channels) === false || needs.spaces?.includes(space) === false)
      return undefined
    const { range: own, ...rest } = shape
    const range = needs.range === undefined ? own : needs.range
    return { ...rest, channels, space, alpha: shape.alpha && channels === shape.channels, ...(range && { range }) }
  },
  raster: (value) => value,
  pictured: (shape) => shape,
  sides: ({ height, width, channels }) => [height, width, channels],
  files: (value) => [
    { ext: 'png', raster: value },
    { ext: 'npy', tensor: pixelsOf(value), raw: true },
  ],
  report: async (value, read) => extent(await read(pixelsOf(value))),
  async sample(tensor) {
    const shape = {
      kind: 'image',
      height: 3,
      width: 5,
      channels: 3,
      space: 'rgb',
      alpha: false,
      range: [0, 1],
    } as const
    const numbers = Array.from({ length: 45 }, (_, i) => i / 44)
    const { store } = await tensor({ kind: 'tensor', shape: [3, 5, 3], axes: ['H', 'W', 'C'] }, numbers)
    const one = await tensor({ kind: 'tensor', shape: [1, 2, 1], axes: ['H', 'W', 'C'] }, [-2, Number.NaN])
    return [
      {
        ...{ ...shape, store, note: 'made for a test' },
        placement: { source: { width: 9, height: 4 }, matrix: [1.8, 0, 0, 0, 2, -2, 0, 0, 1] },
      },
      { kind: 'image', height: 1, width: 2, channels: 1, space: 'data', alpha: false, store: one.store },
    ]
  },
}
