/** Poolings. */
import {
  type Dims,
  defineLayer,
  type Emit,
  type Lengths,
  lengths,
  need,
  type Seen,
  seenThrough,
  spatial,
  type TrainEmit,
  windows,
  wordsOfLengths,
} from './layer.ts'
import { byMatrices, type Weights } from './matrices.ts'

interface Pool {
  readonly kernel: Lengths
  /** Default: the kernel. */
  readonly stride?: Lengths
  readonly padding?: Lengths
  /** A last window that is not full counts too. */
  readonly ceil?: boolean
}

const windowOf = ({ kernel, stride, padding }: Pool) => ({
  kernel: lengths(kernel, 2, 1),
  stride: lengths(stride ?? kernel, 2, 1),
  padding: lengths(padding, 2, 0),
})

interface Shapes {
  readonly inputs: readonly Dims[]
  readonly output: Dims
}

/** Row i: what each of `from` numbers weighs in the mean i of `to`: of what of its window lies in the padded side, as PyTorch counts. */
function windowMeans(from: number, to: number, kernel: number, stride: number, padding: number): Weights {
  const numbers = new Float32Array(from * to)
  for (let i = 0; i < to; i++) {
    const begin = i * stride - padding
    const count = Math.min(begin + kernel, from + padding) - begin
    for (let at = Math.max(0, begin); at < Math.min(begin + kernel, from); at++) numbers[i * from + at] = 1 / count
  }
  return { numbers, from, to }
}

function pool(type: string, title: string, operator: string) {
  const kind = defineLayer<Pool>({
    type,
    title,
    words: ({ kernel, stride }) => `${wordsOfLengths(kernel)}${stride === undefined ? '' : `, stride ${stride}`}`,
    shape(inputs, set) {
      const { channels, sides } = spatial(inputs)
      const { kernel, stride, padding } = windowOf(set)
      const made = sides.map((side, i) =>
        windows(side, kernel[i] ?? 1, stride[i] ?? 1, padding[i] ?? 0, 1, set.ceil ?? false),
      )
      need(
        made.every((side) => side > 0),
        inputs,
        `at least ${kernel.map((k, i) => k - 2 * (padding[i] ?? 0)).join(' × ')} pixels`,
      )
      return [channels, ...made]
    },
    sees(_, __, set) {
      const { kernel, stride, padding } = windowOf(set)
      return seenThrough(kernel, stride, padding)
    },
    // Means whose last windows are not full are a matrix for the rows and one for the columns, of which a gradient is known.
    ...(operator === 'AveragePool' && {
      train(emit: TrainEmit, inputs: readonly string[], shapes: Shapes, set: Pool) {
        const { sides } = spatial(shapes.inputs)
        const [rows = 1, columns = 1] = shapes.output.slice(1)
        const { kernel, stride, padding } = windowOf(set)
        const full = [rows, columns].every(
          (count, i) => (count - 1) * (stride[i] ?? 1) + (kernel[i] ?? 1) <= (sides[i] ?? 0) + 2 * (padding[i] ?? 0),
        )
        if (full) return written(emit, inputs, shapes, set)
        const weights = [rows, columns].map((count, i) =>
          windowMeans(sides[i] ?? 1, count, kernel[i] ?? 1, stride[i] ?? 1, padding[i] ?? 0),
        )
        return byMatrices(emit, inputs[0] ?? '', weights as [Weights, Weights])
      },
    }),
    onnx: written,
  })
  return kind

  function written(emit: Emit, [input = '']: readonly string[], _: Shapes, set: Pool): string {
    const { kernel, stride, padding } = windowOf(set)
    return emit.operator(operator, [input], {
      kernel_shape: kernel,
      strides: stride,
      pads: [...padding, ...padding],
      ceil_mode: set.ceil ? 1 : 0,
      // As PyTorch's AvgPool2d does by itself.
      ...(operator === 'AveragePool' && { count_include_pad: 1 }),
    })
  }
}

export const maxPool = pool('maxPool', 'MaxPool2d', 'MaxPool')
export const avgPool = pool('avgPool', 'AvgPool2d', 'AveragePool')

/** Row i: what each of `from` numbers weighs in the mean i of `to`, whose windows begin and end as PyTorch's. */
function meansOf(from: number, to: number): Float32Array {
  const weights = new Float32Array(from * to)
  for (let i = 0; i < to; i++) {
    const [begin, end] = [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)]
    weights.fill(1 / (end - begin), i * from + begin, i * from + end)
  }
  return weights
}

interface Adaptive {
  readonly size: Lengths
}

/** Means of windows that cover the picture: their number is fixed, whatever its size. */
export const adaptiveAvgPool = defineLayer<Adaptive>({
  type: 'adaptiveAvgPool',
  title: 'AdaptiveAvgPool2d',
  words: ({ size }) => wordsOfLengths(size),
  shape: (inputs, { size }) => [spatial(inputs).channels, ...lengths(size, 2, 1)],
  sees(inputs, output) {
    const { sides } = spatial(inputs)
    const axis = (i: number): Seen => {
      const by = (sides[i] ?? 1) / (output[i + 1] ?? 1)
      // From ⌊by · i⌋ to ⌈by · (i + 1)⌉ - 1.
      return Number.isInteger(by) ? { by, first: 0, last: by - 1 } : { by, first: -1, last: by }
    }
    return output.slice(1).every((side) => side === 1) ? 'all' : [axis(0), axis(1)]
  },
  onnx(emit, [input = ''], { inputs, output }) {
    const { sides } = spatial(inputs)
    const made = output.slice(1)
    if (made.every((side) => side === 1)) return emit.operator('GlobalAveragePool', [input])
    if (made.every((side, i) => side === sides[i])) return emit.operator('Identity', [input])
    const [height = 1, width = 1] = sides
    const [rows = 1, columns = 1] = made
    // Windows of several sizes are a matrix for the rows and one for the columns.
    return byMatrices(emit, input, [
      { numbers: meansOf(height, rows), from: height, to: rows },
      { numbers: meansOf(width, columns), from: width, to: columns },
    ])
  },
})

/** The largest number of each channel: torch.nn.AdaptiveMaxPool2d(1). (C, H, W) → (C, 1, 1). */
export const globalMaxPool = defineLayer<object>({
  type: 'globalMaxPool',
  title: 'AdaptiveMaxPool2d',
  shape: (inputs) => [spatial(inputs).channels, 1, 1],
  sees: () => 'all',
  onnx: (emit, [input = '']) => emit.operator('GlobalMaxPool', [input]),
  train(emit, [input = ''], { inputs }) {
    const { sides } = spatial(inputs)
    return emit.operator('MaxPool', [input], { kernel_shape: sides, strides: sides, pads: [0, 0, 0, 0], ceil_mode: 0 })
  },
})
