/** Layers that take several others, and the product with a number. */
import { type Dims, defineLayer, need } from './layer.ts'

/** NumPy's rule from the right: equal, or 1. Undefined: they do not meet. */
function broadcast(a: Dims, b: Dims): Dims | undefined {
  if (a.length !== b.length) return undefined
  const made = a.map((length, i) => {
    const other = b[i] ?? 1
    return length === other || other === 1 ? length : length === 1 ? other : Number.NaN
  })
  return made.some(Number.isNaN) ? undefined : made
}

const combined = (type: string, title: string, operator: string) =>
  defineLayer<object>({
    type,
    title,
    takes: 2,
    shape(inputs) {
      const [a = [], b = []] = inputs
      const made = broadcast(a, b)
      need(made !== undefined, inputs, 'two of one shape')
      return made
    },
    onnx: (emit, inputs) => emit.operator(operator, inputs),
  })

export const add = combined('add', 'Add', 'Add')
export const multiply = combined('multiply', 'Multiply', 'Mul')

interface Concatenate {
  /** 0: the channels. */
  readonly axis?: number
}

export const concatenate = defineLayer<Concatenate>({
  type: 'concatenate',
  title: 'Concatenate',
  takes: { least: 1 },
  shape(inputs, { axis = 0 }) {
    const [first = []] = inputs
    const fits = inputs.every(
      (dims) => dims.length === first.length && dims.every((length, i) => i === axis || length === first[i]),
    )
    need(fits && axis < first.length, inputs, `shapes that differ only in axis ${axis}`)
    return first.map((length, i) => (i === axis ? inputs.reduce((sum, dims) => sum + (dims[axis] ?? 0), 0) : length))
  },
  onnx: (emit, inputs, _, { axis = 0 }) => emit.operator('Concat', inputs, { axis: axis + 1 }),
})

interface Times {
  readonly by: number
}

/** Each number times a fixed one. */
export const times = defineLayer<Times>({
  type: 'times',
  title: 'Times',
  words: ({ by }) => String(by),
  shape: ([dims = []]) => dims,
  onnx: (emit, [input = ''], _, { by }) => emit.operator('Mul', [input, emit.floats([by], [])]),
})
