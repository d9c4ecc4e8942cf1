/** Layers that only move numbers: inputs, flattening, reshaping, the order of axes, and cutting. */
import { type Dims, defineLayer, need, sizeOf } from './layer.ts'

interface Shaped {
  readonly shape: Dims
}

interface Input extends Shaped {
  /** What the tensor is called that comes here. Default: "input". */
  readonly port?: string
}

export const portOf = ({ port = 'input' }: { readonly port?: unknown }): string => String(port)

/** Where a network begins. */
export const input = defineLayer<Input>({
  type: 'input',
  title: 'Input',
  takes: 0,
  shape: (_, { shape }) => shape,
  onnx: (_, __, ___, set) => portOf(set),
})

interface Flatten {
  /** The first axis that is flattened. */
  readonly from?: number
}

export const flatten = defineLayer<Flatten>({
  type: 'flatten',
  title: 'Flatten',
  shape: ([dims = []], { from = 0 }) => [...dims.slice(0, from), sizeOf(dims.slice(from))],
  onnx: (emit, [input = ''], { output }) => emit.operator('Reshape', [input, emit.ints([-1, ...output])]),
})

export const reshape = defineLayer<Shaped>({
  type: 'reshape',
  title: 'Reshape',
  words: ({ shape }) => shape.join(' × '),
  shape(inputs, { shape }) {
    need(sizeOf(inputs[0] ?? []) === sizeOf(shape), inputs, `${sizeOf(shape)} numbers for ${shape.join(' × ')}`)
    return shape
  },
  onnx: (emit, [input = ''], { output }) => emit.operator('Reshape', [input, emit.ints([-1, ...output])]),
})

interface Permute {
  readonly order: readonly number[]
}

export const permute = defineLayer<Permute>({
  type: 'permute',
  title: 'Permute',
  words: ({ order }) => order.join(', '),
  shape(inputs, { order }) {
    const [dims = []] = inputs
    need([...order].sort((a, b) => a - b).join() === [...dims.keys()].join(), inputs, `${order.length} axes`)
    return order.map((axis) => dims[axis] ?? 0)
  },
  onnx: (emit, [input = ''], _, { order }) =>
    emit.operator('Transpose', [input], { perm: [0, ...order.map((axis) => axis + 1)] }),
})

interface Slice {
  readonly axis: number
  readonly begin: number
  readonly end: number
}

export const slice = defineLayer<Slice>({
  type: 'slice',
  title: 'Slice',
  words: ({ begin, end }) => `${begin} to ${end - 1}`,
  shape(inputs, { axis, begin, end }) {
    const [dims = []] = inputs
    need(begin >= 0 && begin < end && end <= (dims[axis] ?? 0), inputs, `at least ${end} in axis ${axis}`)
    return dims.map((length, i) => (i === axis ? end - begin : length))
  },
  onnx: (emit, [input = ''], _, { axis, begin, end }) =>
    emit.operator('Slice', [input, ...[[begin], [end], [axis + 1]].map((numbers) => emit.ints(numbers))]),
})
