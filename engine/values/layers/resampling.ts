/** Layers that change the size of the maps without learned numbers: enlarging, shuffling channels into pixels, padding. */
import { defineLayer, type Lengths, lengths, need, type Seen, spatial, wordsOfLengths } from './layer.ts'
import { byMatrices, chosen, type Weights } from './matrices.ts'

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
  sees(inputs, output, { mode = 'nearest' }) {
    const { sides } = spatial(inputs)
    const axis = (i: number): Seen => {
      const by = (sides[i] ?? 1) / (output[i + 1] ?? 1)
      // Nearest: ⌊by · j⌋. Bilinear: the two places around by · (j + ½) - ½.
      return mode === 'nearest' ? { by, first: by - 1, last: 0 } : { by, first: by - 1, last: 1 - by }
    }
    return [axis(0), axis(1)]
  },
  onnx: (emit, [input = ''], { output }, { mode = 'nearest' }) =>
    emit.operator('Resize', [input, '', '', emit.ints(output.slice(1))], {
      axes: [2, 3],
      ...(mode === 'bilinear'
        ? { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
        : { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
    }),
  train(emit, [input = ''], { inputs, output }, { mode = 'nearest' }) {
    const { sides } = spatial(inputs)
    const along = (axis: 0 | 1): Weights => {
      const [from, to] = [sides[axis] ?? 1, output[axis + 1] ?? 1]
      return mode === 'bilinear'
        ? between(from, to)
        : chosen(from, to, (i) => Math.min(from - 1, Math.floor((i * from) / to)))
    }
    return byMatrices(emit, input, [along(0), along(1)])
  },
})

/** Number i lies between two others, or at the end. */
function between(from: number, to: number): Weights {
  const numbers = new Float32Array(from * to)
  for (let i = 0; i < to; i++) {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
    const first = Math.floor(place)
    const second = Math.min(from - 1, first + 1)
    numbers[i * from + first] = 1 - (place - first)
    numbers[i * from + second] = (numbers[i * from + second] ?? 0) + place - first
  }
  return { numbers, from, to }
}

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
  sees(_, __, { scale }) {
    const seen = { by: 1 / scale, first: 1 / scale - 1, last: 0 }
    return [seen, seen]
  },
  onnx: (emit, [input = ''], _, { scale }) => emit.operator('DepthToSpace', [input], { blocksize: scale, mode: 'CRD' }),
  train(emit, [input = ''], { inputs, output }, { scale }) {
    const { channels, sides } = spatial(inputs)
    const apart = emit.operator('Reshape', [input, emit.ints([-1, channels / scale ** 2, scale, scale, ...sides])])
    const sorted = emit.operator('Transpose', [apart], { perm: [0, 1, 4, 2, 5, 3] })
    return emit.operator('Reshape', [sorted, emit.ints([-1, ...output])])
  },
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
  sees(_, __, { sides: [left = 0, _right, top = 0] }) {
    const axis = (before: number): Seen => ({ by: 1, first: -before, last: -before })
    return [axis(top), axis(left)]
  },
  onnx: (emit, [input = ''], _, { sides: [left = 0, right = 0, top = 0, bottom = 0], mode = 'constant' }) =>
    emit.operator('Pad', [input, emit.ints([0, 0, top, left, 0, 0, bottom, right])], { mode: padModes[mode] }),
  train(emit, inputs, shapes, set) {
    const { sides, mode = 'constant' } = set
    const [left = 0, right = 0, top = 0, bottom = 0] = sides
    // Zeros that are cut off again have a gradient of their own.
    if (mode === 'constant' && Math.min(left, right, top, bottom) >= 0)
      return emit.operator('Pad', [inputs[0] ?? '', emit.ints([0, 0, top, left, 0, 0, bottom, right])], { mode })
    const own = spatial(shapes.inputs).sides
    const along = (axis: 0 | 1, before: number): Weights => {
      const [from, to] = [own[axis] ?? 1, shapes.output[axis + 1] ?? 1]
      return chosen(from, to, (i) => {
        const at = i - before
        if (mode === 'replicate') return Math.min(from - 1, Math.max(0, at))
        if (mode === 'reflect') return at < 0 ? -at : at < from ? at : 2 * (from - 1) - at
        return at >= 0 && at < from ? at : undefined
      })
    }
    return byMatrices(emit, inputs[0] ?? '', [along(0, top), along(1, left)])
  },
})
