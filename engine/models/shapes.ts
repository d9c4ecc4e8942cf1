/**
 * Shapes of a network's inner tensors, where its file does not say them: worked out from operator to operator, as far as the usual
 * operators go, from attributes, from the shapes of weights, and from the numbers of small constants (Reshape, Resize). What depends on
 * numbers that are only computed stays unknown. The rules are those of the ONNX operators' specification, of TensorFlow and of Keras.
 */
import type { Network, NetworkOperator, NetworkTensor } from '../graph/network.ts'

type Length = number | string | null
type Shape = readonly Length[]

interface Given {
  /** What the operator takes; undefined where it is unknown, or not given. */
  readonly inputs: readonly (Shape | undefined)[]
  readonly text: (attribute: string) => string | undefined
  /** The numbers of an attribute; undefined where it is absent or too long to be known. */
  readonly numbers: (attribute: string) => readonly number[] | undefined
  /** The numbers of an input that is a small constant, by its place among all inputs. */
  readonly constant: (input: number) => readonly number[] | undefined
}

/** The shape of the first output. */
type Rule = (given: Given) => Shape | undefined

const first = ([one]: readonly number[] | undefined = []): number | undefined => one

const isKnown = (length: Length | undefined): length is number => typeof length === 'number'

/** How long an axis is after a window has gone over it. */
function windowed(
  length: Length | undefined,
  { size, stride = 1, dilation = 1, pad }: { size: number; stride?: number; dilation?: number; pad: number | 'same' },
  up = false,
): Length {
  if (!isKnown(length)) return null
  if (pad === 'same') return Math.ceil(length / stride)
  const steps = (length + pad - dilation * (size - 1) - 1) / stride
  return (up ? Math.ceil(steps) : Math.floor(steps)) + 1
}

const same: Rule = ({ inputs }) => inputs[0]

const broadcast: Rule = ({ inputs }) => {
  const shapes = inputs.filter((shape) => shape !== undefined)
  if (shapes.length < inputs.length || shapes.length === 0) return undefined
  const rank = Math.max(...shapes.map(({ length }) => length))
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? (axis < rank - shape.length ? 1 : null))
    const long = lengths.filter((length) => length !== 1)
    const [first = 1] = long
    return long.every((length) => length === first) ? first : (long.find(isKnown) ?? null)
  })
}

/** ONNX: pads are all beginnings, then all ends. */
function onnxWindow({ numbers, text }: Given, x: Shape, sizes: readonly number[], channels: Length, up = false): Shape {
  const [strides, dilations, pads] = [numbers('strides'), numbers('dilations'), numbers('pads')]
  const auto = text('auto_pad') ?? 'NOTSET'
  const space = sizes.map((size, i): Length => {
    const pad = auto.startsWith('SAME') ? 'same' : (pads?.[i] ?? 0) + (pads?.[i + sizes.length] ?? 0)
    return windowed(x[i + 2], { size, stride: strides?.[i] ?? 1, dilation: dilations?.[i] ?? 1, pad }, up)
  })
  return [x[0] ?? null, channels, ...space]
}

const onnxConv: Rule = (given) => {
  const [x, w] = given.inputs
  if (!x || !w?.slice(2).every(isKnown)) return undefined
  return onnxWindow(given, x, w.slice(2) as number[], w[0] ?? null)
}

const onnxPool: Rule = (given) => {
  const [x] = given.inputs
  const sizes = given.numbers('kernel_shape')
  return x && sizes ? onnxWindow(given, x, sizes, x[1] ?? null, given.text('ceil_mode') === '1') : undefined
}

const onnxGlobalPool: Rule = ({ inputs: [x] }) => x && [x[0] ?? null, x[1] ?? null, ...x.slice(2).map(() => 1)]

const gemm: Rule = ({ inputs: [a, b], text }) => {
  if (a?.length !== 2 || b?.length !== 2) return undefined
  const [rows, columns] = [a[text('transA') === '1' ? 1 : 0], b[text('transB') === '1' ? 0 : 1]]
  return [rows ?? null, columns ?? null]
}

const matMul: Rule = (given) => {
  const [a, b] = given.inputs
  if (!a || !b || a.length < 2 || b.length < 2) return undefined
  const turned = (name: string): boolean => given.text(name) === 'true'
  const rows = a.at(turned('transpose_a') ? -1 : -2) ?? null
  const columns = b.at(turned('transpose_b') ? -2 : -1) ?? null
  const before = broadcast({ ...given, inputs: [a.slice(0, -2), b.slice(0, -2)] })
  return before && [...before, rows, columns]
}

const concat = (axisOf: (given: Given) => number | undefined): Rule => {
  return (given) => {
    const axis = axisOf(given)
    const shapes = given.inputs.filter((shape) => shape !== undefined)
    const [first] = shapes
    if (axis === undefined || !first || shapes.length < given.inputs.length) return undefined
    const at = axis < 0 ? axis + first.length : axis
    const lengths = shapes.map((shape) => shape[at])
    const whole = lengths.every(isKnown) ? lengths.reduce((a, b) => a + b, 0) : null
    return first.map((length, i) => (i === at ? whole : length))
  }
}

const flatten: Rule = ({ inputs: [x], numbers }) => {
  if (!x) return undefined
  const [axis = 1] = numbers('axis') ?? []
  const product = (lengths: Shape): Length =>
    lengths.every(isKnown) ? lengths.reduce((a, b) => a * b, 1) : lengths.length === 1 ? (lengths[0] ?? null) : null
  return [product(x.slice(0, axis)), product(x.slice(axis))]
}

const transpose: Rule = ({ inputs: [x], numbers }) => {
  const order = numbers('perm') ?? x?.map((_, i, all) => all.length - 1 - i)
  return x && order?.map((axis) => x[axis] ?? null)
}

const product = (lengths: Shape): Length => (lengths.every(isKnown) ? lengths.reduce((a, b) => a * b, 1) : null)

/** 0 stands for the length that is there, −1 for what is left over. */
const reshape: Rule = ({ inputs: [x], constant, numbers }) => {
  const wanted = constant(1) ?? numbers('shape')
  if (!wanted) return undefined
  const keeps = first(numbers('allowzero')) !== 1
  const lengths = wanted.map((length, axis): Length => (length === 0 && keeps ? (x?.[axis] ?? null) : length))
  const rest = product(lengths.filter((length) => length !== -1))
  const all = x && product(x)
  const left = isKnown(all) && isKnown(rest) && rest > 0 ? all / rest : null
  return lengths.map((length) => (length === -1 ? left : length))
}

const scaled = (x: Shape, scales: readonly number[]): Shape | undefined =>
  scales.length === x.length
    ? x.map((length, axis) => {
        const scale = scales[axis] ?? 1
        return scale === 1 ? length : isKnown(length) ? Math.floor(length * scale) : null
      })
    : undefined

const resize: Rule = ({ inputs: [x], constant, text, numbers }) => {
  // With axes, or where proportions are kept, sizes mean something else.
  if (!x || text('axes') || (text('keep_aspect_ratio_policy') ?? 'stretch') !== 'stretch') return undefined
  const sizes = constant(3)
  if (sizes?.length === x.length) return sizes
  // Of the tenth version, the scales were the second input; of the seventh, an attribute.
  const scales = [constant(2), constant(1), numbers('scales')].find((one) => one?.length === x.length)
  return scales && scaled(x, scales)
}

const slice: Rule = ({ inputs: [x], constant, numbers }) => {
  const [starts, ends] = [constant(1) ?? numbers('starts'), constant(2) ?? numbers('ends')]
  if (!x || !starts || !ends || starts.length !== ends.length) return undefined
  const axes = constant(3) ?? numbers('axes') ?? starts.map((_, i) => i)
  const steps = constant(4) ?? starts.map(() => 1)
  const lengths = [...x]
  for (const [i, given] of axes.entries()) {
    const axis = given < 0 ? given + x.length : given
    const [length, step] = [x[axis], steps[i] ?? 1]
    if (!isKnown(length)) {
      lengths[axis] = null
      continue
    }
    const place = (at: number): number => (at < 0 ? at + length : at)
    const [least, most] = step > 0 ? [0, length] : [-1, length - 1]
    const [from, to] = [starts[i] ?? 0, ends[i] ?? 0].map((at) => Math.min(Math.max(place(at), least), most))
    lengths[axis] = Math.max(0, Math.ceil(((to ?? 0) - (from ?? 0)) / step))
  }
  return lengths
}

const axesOf = ({ constant, numbers }: Given, rank: number): readonly number[] | undefined =>
  (constant(1) ?? numbers('axes'))?.map((axis) => (axis < 0 ? axis + rank : axis))

const squeeze: Rule = (given) => {
  const [x] = given.inputs
  const axes = x && axesOf(given, x.length)
  return axes && x?.filter((_, axis) => !axes.includes(axis))
}

const unsqueeze: Rule = (given) => {
  const [x] = given.inputs
  const count = (given.constant(1) ?? given.numbers('axes'))?.length
  if (!x || count === undefined) return undefined
  const rank = x.length + count
  const axes = axesOf(given, rank)
  const left = [...x]
  return Array.from({ length: rank }, (_, axis) => (axes?.includes(axis) ? 1 : (left.shift() ?? null)))
}

const pad: Rule = ({ inputs: [x], constant, numbers }) => {
  const pads = constant(1) ?? numbers('pads')
  if (!x || pads?.length !== 2 * x.length) return undefined
  return x.map((length, i) => (isKnown(length) ? length + (pads[i] ?? 0) + (pads[i + x.length] ?? 0) : null))
}

const expand: Rule = (given) => {
  const [wanted, [x]] = [given.constant(1), given.inputs]
  return wanted && x && broadcast({ ...given, inputs: [x, wanted] })
}

const tile: Rule = ({ inputs: [x], constant }) => {
  const times = constant(1)
  return x && times && scaled(x, times)
}

const reduce: Rule = (given) => {
  const [x] = given.inputs
  // Without axes all are reduced; an input that is computed says nothing.
  const axes = x && axesOf(given, x.length)
  if (!x || !axes) return undefined
  return first(given.numbers('keepdims')) === 0
    ? x.filter((_, axis) => !axes.includes(axis))
    : x.map((length, axis) => (axes.includes(axis) ? 1 : length))
}

const gather: Rule = ({ inputs: [x, at], numbers }) => {
  const [axis = 0] = numbers('axis') ?? []
  if (!x || !at) return undefined
  const place = axis < 0 ? axis + x.length : axis
  return [...x.slice(0, place), ...at, ...x.slice(place + 1)]
}

const convTranspose: Rule = ({ inputs: [x, w], numbers, text }) => {
  if (!x || !w?.slice(2).every(isKnown) || (text('auto_pad') ?? 'NOTSET') !== 'NOTSET') return undefined
  const [strides, dilations, pads, more] = ['strides', 'dilations', 'pads', 'output_padding'].map(numbers)
  const sizes = w.slice(2) as number[]
  const space = sizes.map((size, i): Length => {
    const length = x[i + 2]
    if (!isKnown(length)) return null
    const around = (pads?.[i] ?? 0) + (pads?.[i + sizes.length] ?? 0)
    return (length - 1) * (strides?.[i] ?? 1) + (dilations?.[i] ?? 1) * (size - 1) + 1 + (more?.[i] ?? 0) - around
  })
  const [channels, groups = 1] = [w[1], first(numbers('group'))]
  return text('output_shape') ? undefined : [x[0] ?? null, isKnown(channels) ? channels * groups : null, ...space]
}

/** TensorFlow and Keras: rows and columns in the middle, channels last. */
function lastWindow(x: Shape, size: readonly Length[], strides: readonly number[], padding: string, channels: Length) {
  if (x.length !== 4 || !size.every(isKnown)) return undefined
  const pad = padding.toUpperCase() === 'SAME' ? 'same' : 0
  const space = [0, 1].map((i) => windowed(x[i + 1], { size: size[i] as number, stride: strides[i] ?? 1, pad }))
  return [x[0] ?? null, ...space, channels]
}

const isLast = ({ text }: Given): boolean => !/NCHW|channels_first/.test(text('data_format') ?? '')
const plainDilation = ({ numbers }: Given, name: string): boolean => (numbers(name) ?? []).every((one) => one === 1)

const tensorflowConv = (channels: (weights: Shape) => Length): Rule => {
  return (given) => {
    const [x, w] = given.inputs
    const padding = given.text('padding')
    if (!x || w?.length !== 4 || !isLast(given) || !plainDilation(given, 'dilations') || padding === 'EXPLICIT')
      return undefined
    return lastWindow(x, w.slice(0, 2), given.numbers('strides')?.slice(1, 3) ?? [], padding ?? '', channels(w))
  }
}

const tensorflowPool: Rule = (given) => {
  const [x] = given.inputs
  const [size, strides] = [given.numbers('ksize'), given.numbers('strides')]
  if (!x || !size || !strides || !isLast(given)) return undefined
  return lastWindow(x, size.slice(1, 3), strides.slice(1, 3), given.text('padding') ?? '', x[3] ?? null)
}

const kerasConv = (channels: (given: Given, x: Shape) => Length): Rule => {
  return (given) => {
    const [x] = given.inputs
    const size = given.numbers('kernel_size')
    if (!x || !size || !isLast(given) || !plainDilation(given, 'dilation_rate')) return undefined
    return lastWindow(x, size, given.numbers('strides') ?? [], given.text('padding') ?? '', channels(given, x))
  }
}

const kerasPool: Rule = (given) => {
  const [x] = given.inputs
  const size = given.numbers('pool_size')
  if (!x || !size || !isLast(given)) return undefined
  return lastWindow(x, size, given.numbers('strides') ?? size, given.text('padding') ?? '', x[3] ?? null)
}

const kerasPad: Rule = (given) => {
  const [x] = given.inputs
  const pads = given.numbers('padding')
  if (!x || pads?.length !== 4 || !isLast(given)) return undefined
  const longer = (length: Length | undefined, by: number): Length => (isKnown(length) ? length + by : null)
  const [top = 0, bottom = 0, left = 0, right = 0] = pads
  return [x[0] ?? null, longer(x[1], top + bottom), longer(x[2], left + right), x[3] ?? null]
}

const rules: Readonly<Record<string, Rule>> = {
  ...named(
    same,
    'Relu Sigmoid Tanh Clip LeakyRelu Elu Selu HardSigmoid HardSwish Softplus Erf Exp Log Sqrt Neg Abs Floor Ceil Identity Dropout ' +
      'BatchNormalization InstanceNormalization LayerNormalization LRN Softmax LogSoftmax Cast Gelu Mish PRelu',
  ),
  ...named(same, 'Relu6 BiasAdd FusedBatchNorm FusedBatchNormV3 Rsqrt Square Elu Activation ReLU LeakyReLU'),
  ...named(
    broadcast,
    'Add Sub Mul Div Pow Max Min Where AddV2 Maximum Minimum RealDiv SquaredDifference Subtract Multiply',
  ),
  ...{ Conv: onnxConv, MaxPool: onnxPool, AveragePool: onnxPool, Gemm: gemm, MatMul: matMul, Flatten: flatten },
  ...{ Reshape: reshape, Resize: resize, Upsample: resize, Slice: slice, Squeeze: squeeze, Unsqueeze: unsqueeze },
  ...{ Pad: pad, Expand: expand, Tile: tile, Gather: gather, ConvTranspose: convTranspose },
  ...named(reduce, 'ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL2'),
  ...named(onnxGlobalPool, 'GlobalAveragePool GlobalMaxPool'),
  ...{ Concat: concat(({ numbers }) => first(numbers('axis'))), Transpose: transpose },
  ...{ Concatenate: concat(({ numbers }) => first(numbers('axis')) ?? -1) },
  ...{ Shape: ({ inputs: [x] }: Given) => x && [x.length] },
  ...named(
    tensorflowConv((w) => w[3] ?? null),
    'Conv2D _FusedConv2D',
  ),
  ...named(
    tensorflowConv(([, , c, m]) => (isKnown(c) && isKnown(m) ? c * m : null)),
    'DepthwiseConv2dNative FusedDepthwiseConv2dNative',
  ),
  ...{ AvgPool: tensorflowPool, MaxPooling2D: kerasPool, AveragePooling2D: kerasPool, ZeroPadding2D: kerasPad },
  ...{
    GlobalAveragePooling2D: ({ inputs: [x] }: Given) => (x?.length === 4 ? [x[0] ?? null, x[3] ?? null] : undefined),
  },
  ...{ Dense: ({ inputs: [x], numbers }: Given) => x && [...x.slice(0, -1), first(numbers('units')) ?? null] },
}

function named(rule: Rule, names: string): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]))
}

const kerasConvolution = kerasConv(({ numbers }) => first(numbers('filters')) ?? null)
const kerasDepthwise = kerasConv(({ numbers }, x) => {
  const channels = x[3]
  return isKnown(channels) ? channels * (first(numbers('depth_multiplier')) ?? 1) : null
})

/** Some names are those of several formats, which tell themselves apart by their attributes. */
function ruleOf({ type, attributes }: NetworkOperator): Rule | undefined {
  if ('kernel_size' in attributes)
    return type === 'DepthwiseConv2D' ? kerasDepthwise : type === 'Conv2D' ? kerasConvolution : undefined
  if (type === 'MaxPool' && 'ksize' in attributes) return tensorflowPool
  return Object.hasOwn(rules, type) ? rules[type] : undefined
}

/** By the numbers of onnx.proto and by TensorFlow's names: what Cast makes. */
const casts: Readonly<Record<string, string>> = {
  ...{ '1': 'float32', '6': 'int32', '7': 'int64', '9': 'bool', '10': 'float16', '11': 'float64' },
  ...{ DT_FLOAT: 'float32', DT_INT32: 'int32', DT_BOOL: 'bool' },
}

function dtypeOf({ type, attributes: { to, DstT } }: NetworkOperator, first: string | undefined): string | undefined {
  if (type === 'Shape') return 'int64'
  return type === 'Cast' ? casts[to ?? DstT ?? ''] : first
}

const numbersIn = (text: string | undefined): readonly number[] | undefined => {
  const numbers = text?.split(',').map(Number)
  return numbers?.every(Number.isFinite) ? numbers : undefined
}

/** The network with the shapes that follow from those that are known. */
export function withShapes(network: Network): Network {
  const { operators, weights } = network
  const known = new Map<string, NetworkTensor>([...Object.entries(weights), ...Object.entries(network.tensors)])
  const made: Record<string, NetworkTensor> = {}
  let waiting = operators.filter(({ outputs: [output = ''] }) => output !== '' && !known.get(output)?.shape)
  // Files are in order nearly always, so that one walk finds everything.
  for (let before = waiting.length + 1; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length
    waiting = waiting.filter((operator) => {
      const { inputs, outputs, attributes } = operator
      const rule = ruleOf(operator)
      const taken = rule === same ? inputs.slice(0, 1) : inputs.filter(Boolean)
      const shape = rule?.({
        inputs: taken.map((input) => known.get(input)?.shape),
        text: (name) => attributes[name],
        numbers: (name) => numbersIn(attributes[name]),
        constant: (at) => weights[inputs[at] ?? '']?.numbers,
      })
      const dtype = shape && dtypeOf(operator, known.get(inputs[0] ?? '')?.dtype)
      const [output = ''] = outputs
      if (!shape || dtype === undefined) return true
      known.set(output, { dtype, shape })
      made[output] = { dtype, shape }
      return false
    })
  }
  return { ...network, tensors: { ...network.tensors, ...made } }
}
