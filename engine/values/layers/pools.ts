/** Poolings. */
import { defineLayer, type Lengths, lengths, need, spatial, windows, wordsOfLengths } from './layer.ts'

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

function pool(type: string, title: string, operator: string) {
  return defineLayer<Pool>({
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
    onnx(emit, [input = ''], _, set) {
      const { kernel, stride, padding } = windowOf(set)
      return emit.operator(operator, [input], {
        kernel_shape: kernel,
        strides: stride,
        pads: [...padding, ...padding],
        ceil_mode: set.ceil ? 1 : 0,
        // As PyTorch's AvgPool2d does by itself.
        ...(operator === 'AveragePool' && { count_include_pad: 1 }),
      })
    },
  })
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
  onnx(emit, [input = ''], { inputs, output }) {
    const { sides } = spatial(inputs)
    const made = output.slice(1)
    if (made.every((side) => side === 1)) return emit.operator('GlobalAveragePool', [input])
    if (made.every((side, i) => side === sides[i])) return emit.operator('Identity', [input])
    const [height = 1, width = 1] = sides
    const [rows = 1, columns = 1] = made
    // Windows of several sizes are a matrix for the rows and one for the columns.
    const down = emit.operator('MatMul', [emit.floats(meansOf(height, rows), [rows, height]), input])
    const across = emit.operator('Transpose', [emit.floats(meansOf(width, columns), [columns, width])], {
      perm: [1, 0],
    })
    return emit.operator('MatMul', [down, across])
  },
})

/** The largest number of each channel: torch.nn.AdaptiveMaxPool2d(1). (C, H, W) → (C, 1, 1). */
export const globalMaxPool = defineLayer<object>({
  type: 'globalMaxPool',
  title: 'AdaptiveMaxPool2d',
  shape: (inputs) => [spatial(inputs).channels, 1, 1],
  onnx: (emit, [input = '']) => emit.operator('GlobalMaxPool', [input]),
})
