/** Convolutions over 1 to 3 axes of space, and their transposed form; and the linear layer. */
import {
  type Dims,
  defineLayer,
  type Lengths,
  lengths,
  need,
  type Seen,
  seenThrough,
  sizeOf,
  spatial,
  type Weight,
  windows,
  wordsOfLengths,
} from './layer.ts'

interface Convolution {
  readonly out: number
  readonly kernel: Lengths
  readonly stride?: Lengths
  readonly padding?: Lengths
  readonly dilation?: Lengths
  readonly groups?: number
  /** Default: yes. */
  readonly bias?: boolean
}

type Axes = 1 | 2 | 3

const windowOf = ({ kernel, stride, padding, dilation }: Omit<Convolution, 'out'>, axes: Axes) => ({
  kernel: lengths(kernel, axes, 1),
  stride: lengths(stride, axes, 1),
  padding: lengths(padding, axes, 0),
  dilation: lengths(dilation, axes, 1),
})

/** PyTorch's own: uniform within 1 / √fan-in, for weights and bias. */
export const uniform = (fanIn: number): { readonly bound: number } => ({ bound: 1 / Math.sqrt(fanIn) })

function weightsOf(shape: Dims, fanIn: number, { out, bias = true }: Convolution): readonly Weight[] {
  const weight = { name: 'weight', shape, start: uniform(fanIn) }
  return bias ? [weight, { name: 'bias', shape: [out], start: uniform(fanIn) }] : [weight]
}

function attributesOf(set: Convolution, axes: Axes) {
  const { kernel, stride, padding, dilation } = windowOf(set, axes)
  return {
    kernel_shape: kernel,
    strides: stride,
    pads: [...padding, ...padding],
    dilations: dilation,
    group: set.groups ?? 1,
  }
}

/** The sides of the input, whose channels the groups divide. */
function groupedSides(inputs: readonly Dims[], axes: Axes, { groups = 1, out }: Convolution): Dims {
  const { channels, sides } = spatial(inputs, axes)
  need(channels % groups === 0 && out % groups === 0, inputs, `channels that ${groups} groups divide, also of ${out}`)
  return sides
}

const wordsOf =
  (axes: Axes) =>
  ({ out, kernel, stride, padding, dilation, groups = 1 }: Convolution): string =>
    [
      `${out}, ${wordsOfLengths(kernel, axes)}`,
      stride === undefined || stride === 1 ? '' : `stride ${stride}`,
      padding === undefined || padding === 0 ? '' : `padding ${padding}`,
      dilation === undefined || dilation === 1 ? '' : `dilation ${dilation}`,
      groups === 1 ? '' : `${groups} groups`,
    ]
      .filter(Boolean)
      .join(', ')

/** Over 1 to 3 axes of space. */
const convolution = (type: string, axes: Axes) =>
  defineLayer<Convolution>({
    type,
    title: `Conv${axes}d`,
    words: wordsOf(axes),
    shape(inputs, set) {
      const sides = groupedSides(inputs, axes, set)
      const { kernel, stride, padding, dilation } = windowOf(set, axes)
      const made = sides.map((side, i) =>
        windows(side, kernel[i] ?? 1, stride[i] ?? 1, padding[i] ?? 0, dilation[i] ?? 1),
      )
      need(
        made.every((side) => side > 0),
        inputs,
        `at least ${kernel.map((k, i) => (dilation[i] ?? 1) * (k - 1) + 1 - 2 * (padding[i] ?? 0)).join(' × ')} pixels`,
      )
      return [set.out, ...made]
    },
    weights(inputs, set) {
      const { channels } = spatial(inputs, axes)
      const shape = [set.out, channels / (set.groups ?? 1), ...windowOf(set, axes).kernel]
      return weightsOf(shape, sizeOf(shape.slice(1)), set)
    },
    multiplyAdds: (inputs, output, set) =>
      (sizeOf(output) * spatial(inputs, axes).channels * sizeOf(windowOf(set, axes).kernel)) / (set.groups ?? 1),
    sees(_, __, set) {
      const { kernel, stride, padding, dilation } = windowOf(set, axes)
      return seenThrough(kernel, stride, padding, dilation)
    },
    onnx: (emit, [input = ''], _, set) =>
      emit.operator(
        'Conv',
        [input, emit.weight('weight'), ...((set.bias ?? true) ? [emit.weight('bias')] : [])],
        attributesOf(set, axes),
      ),
  })

export const conv = convolution('conv', 2)
export const conv1d = convolution('conv1d', 1)
export const conv3d = convolution('conv3d', 3)

interface Transposed extends Convolution {
  /** Rows and columns more at the far ends, where a stride leaves it open how large the picture was. Default: 0. */
  readonly outputPadding?: Lengths
}

const transposed = (type: string, axes: Axes) =>
  defineLayer<Transposed>({
    type,
    title: `ConvTranspose${axes}d`,
    words: wordsOf(axes),
    shape(inputs, set) {
      const sides = groupedSides(inputs, axes, set)
      const { kernel, stride, padding, dilation } = windowOf(set, axes)
      const more = lengths(set.outputPadding, axes, 0)
      need(
        more.every((length, i) => length < Math.max(stride[i] ?? 1, dilation[i] ?? 1)),
        inputs,
        'an output padding below the stride or the dilation',
      )
      const made = sides.map(
        (side, i) =>
          (side - 1) * (stride[i] ?? 1) -
          2 * (padding[i] ?? 0) +
          (dilation[i] ?? 1) * ((kernel[i] ?? 1) - 1) +
          1 +
          (more[i] ?? 0),
      )
      need(
        made.every((side) => side > 0),
        inputs,
        'more pixels, or less padding',
      )
      return [set.out, ...made]
    },
    weights(inputs, set) {
      const { channels } = spatial(inputs, axes)
      const shape = [channels, set.out / (set.groups ?? 1), ...windowOf(set, axes).kernel]
      return weightsOf(shape, sizeOf(shape.slice(1)), set)
    },
    multiplyAdds: (inputs, _, set) =>
      (sizeOf(inputs[0] ?? []) * set.out * sizeOf(windowOf(set, axes).kernel)) / (set.groups ?? 1),
    // Place j is where windows of places i end up: j = stride · i - padding + dilation · t for a tap t.
    sees(_, __, set) {
      const { kernel, stride, padding, dilation } = windowOf(set, axes)
      const axis = (i: number): Seen => {
        const [by, shift] = [stride[i] ?? 1, padding[i] ?? 0]
        const reach = (dilation[i] ?? 1) * ((kernel[i] ?? 1) - 1)
        return { by: 1 / by, first: (shift - reach) / by, last: shift / by }
      }
      return [axis(0), axis(1)]
    },
    onnx: (emit, [input = ''], _, set) =>
      emit.operator(
        'ConvTranspose',
        [input, emit.weight('weight'), ...((set.bias ?? true) ? [emit.weight('bias')] : [])],
        { ...attributesOf(set, axes), output_padding: lengths(set.outputPadding, axes, 0) },
      ),
  })

export const convTranspose = transposed('convTranspose', 2)
export const convTranspose1d = transposed('convTranspose1d', 1)
export const convTranspose3d = transposed('convTranspose3d', 3)

interface Linear {
  readonly out: number
  readonly bias?: boolean
}

/** Over the last axis. */
export const linear = defineLayer<Linear>({
  type: 'linear',
  title: 'Linear',
  words: ({ out }) => String(out),
  shape(inputs, { out }) {
    const [dims = []] = inputs
    need(dims.length > 0, inputs, 'features')
    return [...dims.slice(0, -1), out]
  },
  weights([dims = []], { out, bias = true }) {
    const features = dims.at(-1) ?? 0
    const weight = { name: 'weight', shape: [out, features], start: uniform(features) }
    return bias ? [weight, { name: 'bias', shape: [out], start: uniform(features) }] : [weight]
  },
  multiplyAdds: ([dims = []], output) => sizeOf(output) * (dims.at(-1) ?? 0),
  onnx(emit, [input = ''], { inputs: [dims = []] }, { bias = true }) {
    const weight = emit.weight('weight')
    // One matrix for all rows of the batch.
    if (dims.length === 1)
      return emit.operator('Gemm', [input, weight, ...(bias ? [emit.weight('bias')] : [])], { transB: 1 })
    const turned = emit.operator('Transpose', [weight], { perm: [1, 0] })
    const product = emit.operator('MatMul', [input, turned])
    return bias ? emit.operator('Add', [product, emit.weight('bias')]) : product
  },
})
