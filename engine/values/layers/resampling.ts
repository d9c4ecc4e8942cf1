/** Layers that change the size of the maps without learned numbers: enlarging, shuffling channels into pixels, padding. */
import { defineLayer, type Lengths, lengths, need, spatial, wordsOfLengths } from './layer.ts'

interface Upsample {
  /** Height and width of the result. Absent: `scale` times as large. */
  readonly size?: Lengths
  readonly scale?: number
  /** Default: nearest. */
  readonly mode?: 'nearest' | 'bilinear'
}

/** torch.nn.Upsample without aligned corners: centres of pixels lie at halves. (C, H, W) → (C, size). */
export const upsample = defineLayer<Upsample>({
  type: 'upsample',
  title: 'Upsample',
  words: ({ size, scale = 2, mode = 'nearest' }) =>
    `${size === undefined ? `${scale} times` : `to ${wordsOfLengths(size)}`}, ${mode}`,
  shape(inputs, { size, scale = 2 }) {
    const { channels, sides } = spatial(inputs)
    const made = size === undefined ? sides.map((side) => Math.floor(side * scale)) : lengths(size, 2, 1)
    need(
      made.every((side) => side > 0),
      inputs,
      'more pixels, or a larger scale',
    )
    return [channels, ...made]
  },
  onnx: (emit, [input = ''], { output }, { mode = 'nearest' }) =>
    emit.operator('Resize', [input, '', '', emit.ints(output.slice(1))], {
      axes: [2, 3],
      ...(mode === 'bilinear'
        ? { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
        : { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
    }),
})

interface Shuffle {
  readonly scale: number
}

/** Channels become pixels between the pixels (Shi et al. 2016). (C · r², H, W) → (C, H · r, W · r). */
export const pixelShuffle = defineLayer<Shuffle>({
  type: 'pixelShuffle',
  title: 'PixelShuffle',
  words: ({ scale }) => `${scale} times`,
  shape(inputs, { scale }) {
    const { channels, sides } = spatial(inputs)
    need(channels % scale ** 2 === 0, inputs, `channels that ${scale ** 2} divides`)
    return [channels / scale ** 2, ...sides.map((side) => side * scale)]
  },
  onnx: (emit, [input = ''], _, { scale }) => emit.operator('DepthToSpace', [input], { blocksize: scale, mode: 'CRD' }),
})

interface Pad {
  /** Left, right, top, bottom, as torch.nn.functional.pad has them. */
  readonly sides: readonly number[]
  /** Default: zeros. */
  readonly mode?: 'constant' | 'reflect' | 'replicate'
}

const padModes = { constant: 'constant', reflect: 'reflect', replicate: 'edge' } as const

/** More pixels around the maps: zeros, their mirror image without the edge itself, or the edge. (C, H, W) → (C, H', W'). */
export const pad = defineLayer<Pad>({
  type: 'pad',
  title: 'Pad',
  words: ({ sides, mode = 'constant' }) => `${sides.join(', ')}${mode === 'constant' ? '' : `, ${mode}`}`,
  shape(inputs, { sides, mode }) {
    const { channels, sides: own } = spatial(inputs)
    const [left = 0, right = 0, top = 0, bottom = 0] = sides
    const [height = 0, width = 0] = own
    if (mode === 'reflect')
      need(Math.max(left, right) < width && Math.max(top, bottom) < height, inputs, 'sides longer than the padding')
    return [channels, height + top + bottom, width + left + right]
  },
  onnx: (emit, [input = ''], _, { sides: [left = 0, right = 0, top = 0, bottom = 0], mode = 'constant' }) =>
    emit.operator('Pad', [input, emit.ints([0, 0, top, left, 0, 0, bottom, right])], { mode: padModes[mode] }),
})
