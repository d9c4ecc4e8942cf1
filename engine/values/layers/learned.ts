/** Learned numbers that are added, multiplied or put in front: they are weights by themselves, called as the layer. */
import { type Dims, defineLayer, need } from './layer.ts'

interface Learned {
  /** Of the weight. */
  readonly shape: Dims
  /** What all its numbers begin with. */
  readonly start?: number
}

const weightOf = (_: readonly Dims[], { shape, start = 0 }: Learned) => [{ name: '', shape, start: { value: start } }]

const combined = (type: string, title: string, operator: string) =>
  defineLayer<Learned>({
    type,
    title,
    shape(inputs, { shape }) {
      const [dims = []] = inputs
      const own = shape.slice(shape.length - dims.length)
      need(
        own.length === dims.length && own.every((length, i) => length === 1 || length === dims[i]),
        inputs,
        shape.join(' × '),
      )
      return dims
    },
    weights: weightOf,
    onnx: (emit, [input = '']) => emit.operator(operator, [input, emit.weight('')]),
  })

/** As a position embedding. */
export const shift = combined('shift', 'Learned shift', 'Add')
/** As ConvNeXt's layer scale. */
export const scale = combined('scale', 'Learned scale', 'Mul')

/** A class token: one learned row before all others. (N, C) → (N + 1, C). */
export const token = defineLayer<Learned>({
  type: 'token',
  title: 'Token',
  shape(inputs, { shape }) {
    const [[rows = 0, features = 0] = []] = inputs
    need(inputs[0]?.length === 2 && shape.at(-1) === features, inputs, `rows × ${shape.at(-1)}`)
    return [rows + 1, features]
  },
  weights: weightOf,
  onnx(emit, [input = ''], { inputs: [[_ = 0, features = 0] = []] }) {
    const size = emit.operator('Shape', [input], { start: 0, end: 1 })
    const each = emit.operator('Concat', [size, emit.ints([1, features])], { axis: 0 })
    const own = emit.operator('Expand', [emit.weight(''), each])
    return emit.operator('Concat', [own, input], { axis: 1 })
  },
})
