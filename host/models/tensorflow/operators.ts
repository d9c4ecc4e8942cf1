/**
 * The operators of ONNX that layers are written in, by TensorFlow.js: so a network of layers runs there without being described
 * again. Maps are channels first, as everywhere here; TensorFlow.js wants them last, so they are turned around where it matters.
 */
import type { Tensor, Tensor2D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../../../engine/ops/tensorflow.ts'
import { type Attribute, type Attributes, type Dims, sizeOf } from '../../../engine/values/layers/layer.ts'

/** Whole numbers say shapes and places, and never are tensors. */
export type Held = Tensor | readonly number[]

/** TensorFlow.js has nothing that does this. */
export class NoOperatorError extends Error {
  override readonly name = 'NoOperatorError'
}

type Make = (tf: TensorFlow, inputs: readonly Held[], attributes: Attributes) => Held

const isInts = (held: Held | undefined): held is readonly number[] => Array.isArray(held)

function tensor(held: Held | undefined): Tensor {
  if (held === undefined || isInts(held)) throw new Error('an operator got whole numbers where it takes a tensor')
  return held
}

function ints(held: Held | undefined): readonly number[] {
  if (!isInts(held)) throw new Error('an operator got a tensor where it takes whole numbers')
  return held
}

const number = (value: Attribute | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : typeof value === 'object' && 'float' in value ? value.float : otherwise
const list = (value: Attribute | undefined, otherwise: Dims): Dims =>
  Array.isArray(value) ? (value as Dims) : otherwise

/** An axis counted from the end is below 0. */
const axisOf = (axis: number, { rank }: Tensor): number => (axis < 0 ? axis + rank : axis)

const last = (tf: TensorFlow, x: Tensor): Tensor4D => tf.transpose(x, [0, 2, 3, 1]) as Tensor4D
const first = (tf: TensorFlow, x: Tensor): Tensor => tf.transpose(x, [0, 3, 1, 2])

/** Of convolutions over one axis: another of length 1 in front of it. */
const widened = (numbers: Dims, by: number): readonly [number, number] =>
  numbers.length === 1 ? [by, numbers[0] ?? by] : [numbers[0] ?? by, numbers[1] ?? by]

interface Window {
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Above, left, below, right. */
  readonly pads: readonly [number, number, number, number]
  readonly groups: number
}

function windowOf(attributes: Attributes, axes: number): Window {
  const pads = list(
    attributes.pads,
    Array.from({ length: 2 * axes }, () => 0),
  )
  const [top, left] = widened(pads.slice(0, axes), 0)
  const [bottom, right] = widened(pads.slice(axes), 0)
  return {
    strides: widened(
      list(
        attributes.strides,
        Array.from({ length: axes }, () => 1),
      ),
      1,
    ),
    dilations: widened(
      list(
        attributes.dilations,
        Array.from({ length: axes }, () => 1),
      ),
      1,
    ),
    pads: [top, left, bottom, right],
    groups: number(attributes.group, 1),
  }
}

/** (O, I, H, W) → (H, W, I, O), with zeros between the taps where both a stride and a dilation are asked for. */
function kernelOf(tf: TensorFlow, weights: Tensor, dilations: readonly [number, number]): Tensor4D {
  let kernel = tf.transpose(weights, [2, 3, 1, 0]) as Tensor4D
  for (const axis of [0, 1] as const) {
    const by = dilations[axis]
    if (by === 1) continue
    const taps = tf.split(kernel, kernel.shape[axis] ?? 1, axis)
    const empty = tf.zeros(kernel.shape.map((length, i) => (i === axis ? by - 1 : length)))
    kernel = tf.concat(
      taps.flatMap((tap, i) => (i === 0 ? [tap] : [empty, tap])),
      axis,
    ) as Tensor4D
  }
  return kernel
}

const padded = (tf: TensorFlow, x: Tensor4D, [top, left, bottom, right]: Window['pads'], value = 0): Tensor4D =>
  top + left + bottom + right === 0
    ? x
    : (tf.pad(
        x,
        [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        value,
      ) as Tensor4D)

const flat = (tf: TensorFlow, x: Tensor): Tensor =>
  tf.reshape(x, [x.shape[0] ?? 1, x.shape[1] ?? 1, 1, x.shape[2] ?? 1])
/** The way back. */
const narrowed = (tf: TensorFlow, x: Tensor): Tensor =>
  tf.reshape(x, [x.shape[0] ?? 1, x.shape[1] ?? 1, x.shape[3] ?? 1])

function withBias(tf: TensorFlow, x: Tensor, bias: Held | undefined): Tensor {
  return bias === undefined ? x : tf.add(x, along(tf, x, bias))
}

const conv: Make = (tf, [input, weight, bias], attributes) => {
  const [x, w] = [tensor(input), tensor(weight)]
  if (x.rank === 5) return withBias(tf, conv3d(tf, x, w, attributes), bias)
  const one = x.rank === 3
  const { strides, dilations, pads, groups } = windowOf(attributes, one ? 1 : 2)
  const [maps, kernels] = [one ? flat(tf, x) : x, one ? flat(tf, w) : w]
  const kernel = kernelOf(tf, kernels, dilations)
  const given = padded(tf, last(tf, maps), pads)
  const channels = given.shape[3]
  let made: Tensor4D
  if (groups === channels && kernel.shape[2] === 1 && strides[0] === strides[1]) {
    // (H, W, 1, C · m) → (H, W, C, m)
    const [height, width, , out] = kernel.shape
    const each = tf.reshape(kernel, [height, width, channels, out / channels]) as Tensor4D
    made = tf.depthwiseConv2d(given, each, [...strides], 'valid')
  } else if (groups === 1) made = tf.conv2d(given, kernel, [...strides], 'valid') as Tensor4D
  else {
    const [parts, own] = [tf.split(given, groups, 3) as Tensor4D[], tf.split(kernel, groups, 3) as Tensor4D[]]
    made = tf.concat(
      parts.map((part, i) => tf.conv2d(part, own[i] as Tensor4D, [...strides], 'valid')),
      3,
    ) as Tensor4D
  }
  const back = first(tf, made)
  const result = one ? narrowed(tf, back) : back
  return withBias(tf, result, bias)
}

function conv3d(tf: TensorFlow, x: Tensor, w: Tensor, attributes: Attributes): Tensor {
  const [strides, dilations] = [list(attributes.strides, [1, 1, 1]), list(attributes.dilations, [1, 1, 1])]
  if (number(attributes.group, 1) !== 1) throw new NoOperatorError('Conv over three axes in groups')
  const pads = list(attributes.pads, [0, 0, 0, 0, 0, 0])
  let kernel: Tensor = tf.transpose(w, [2, 3, 4, 1, 0])
  for (const [axis, by] of dilations.entries()) {
    if (by === 1) continue
    const empty = tf.zeros(kernel.shape.map((length, i) => (i === axis ? by - 1 : length)))
    const taps = tf.split(kernel, kernel.shape[axis] ?? 1, axis)
    kernel = tf.concat(
      taps.flatMap((tap, i) => (i === 0 ? [tap] : [empty, tap])),
      axis,
    )
  }
  const around = [0, 1, 2].map((axis): [number, number] => [pads[axis] ?? 0, pads[axis + 3] ?? 0])
  const given = zeroed(tf, tf.transpose(x, [0, 2, 3, 4, 1]), [[0, 0], ...around, [0, 0]])
  const made = tf.conv3d(given as Tensor5D, kernel as Tensor5D, strides as [number, number, number], 'valid')
  return tf.transpose(made, [0, 4, 1, 2, 3])
}

const convTranspose: Make = (tf, [input, weight, bias], attributes) => {
  const [x, w] = [tensor(input), tensor(weight)]
  if (x.rank === 5) throw new NoOperatorError('ConvTranspose over three axes')
  const one = x.rank === 3
  const { strides, dilations, pads, groups } = windowOf(attributes, one ? 1 : 2)
  const more = widened(list(attributes.output_padding, one ? [0] : [0, 0]), 0)
  const [maps, kernels] = [last(tf, one ? flat(tf, x) : x), one ? flat(tf, w) : w]
  // (I, O, H, W) → (H, W, O, I), as TensorFlow.js has it for this.
  const kernel = kernelOf(tf, kernels, dilations)
  const [height, width, out] = [kernel.shape[0], kernel.shape[1], kernel.shape[2]]
  const full = [(maps.shape[1] - 1) * strides[0] + height, (maps.shape[2] - 1) * strides[1] + width] as const
  const [parts, own] = [tf.split(maps, groups, 3) as Tensor4D[], tf.split(kernel, groups, 3) as Tensor4D[]]
  const whole = tf.concat(
    parts.map((part, i) =>
      tf.conv2dTranspose(part, own[i] as Tensor4D, [part.shape[0], ...full, out], [...strides], 'valid'),
    ),
    3,
  ) as Tensor4D
  const side = (i: 0 | 1): number => full[i] - pads[i] - (pads[i + 2] ?? 0) + more[i]
  // Where more is asked for than there is, zeros come after it.
  const beyond = [0, 1].map((i) => Math.max(0, pads[i as 0 | 1] + side(i as 0 | 1) - full[i as 0 | 1]))
  const wide = padded(tf, whole, [0, 0, beyond[0] ?? 0, beyond[1] ?? 0])
  const cut = tf.slice(wide, [0, pads[0], pads[1], 0], [wide.shape[0], side(0), side(1), out * groups])
  const back = first(tf, cut)
  const result = one ? narrowed(tf, back) : back
  return withBias(tf, result, bias)
}

/** Rows or columns more, where a last window is not full. */
const lacking = (side: number, kernel: number, stride: number, around: number, ceil: boolean): number => {
  if (!ceil) return 0
  const places = Math.ceil((side + around - kernel) / stride)
  return Math.max(0, places * stride + kernel - side - around)
}

const pool =
  (kind: 'max' | 'avg'): Make =>
  (tf, [input], attributes) => {
    const x = last(tf, tensor(input))
    const { strides, pads } = windowOf(attributes, 2)
    const kernel = widened(list(attributes.kernel_shape, [1, 1]), 1)
    const ceil = attributes.ceil_mode === 1
    const [top, left, bottom, right] = pads
    const down = lacking(x.shape[1], kernel[0], strides[0], top + bottom, ceil)
    const across = lacking(x.shape[2], kernel[1], strides[1], left + right, ceil)
    const room = (more: boolean): Window['pads'] => [top, left, bottom + (more ? down : 0), right + (more ? across : 0)]
    if (kind === 'max') {
      // Nothing is less.
      const wide = padded(tf, x, room(true), -3.4028234e38)
      return first(tf, tf.maxPool(wide, [...kernel], [...strides], 'valid'))
    }
    const means = tf.avgPool(padded(tf, x, room(true)), [...kernel], [...strides], 'valid')
    if (down + across === 0) return first(tf, means)
    // What was only added so that the last window is full does not count.
    const ones = tf.ones([1, x.shape[1] + top + bottom, x.shape[2] + left + right, 1]) as Tensor4D
    const counted = tf.avgPool(padded(tf, ones, [0, 0, down, across]), [...kernel], [...strides], 'valid')
    return first(tf, tf.div(means, counted))
  }

const all = ({ rank }: Tensor): number[] => Array.from({ length: rank - 2 }, (_, i) => i + 2)

/** (x − μ) / √(σ² + ε) over these axes. */
function normed(tf: TensorFlow, x: Tensor, axes: number[], epsilon: number): Tensor {
  const { mean, variance } = tf.moments(x, axes, true)
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)))
}

/** Numbers of channels, as they meet maps. */
function along(tf: TensorFlow, x: Tensor, channels: Held | undefined): Tensor {
  return tf.reshape(tensor(channels), [1, -1, ...x.shape.slice(2).map(() => 1)])
}

const affine = (tf: TensorFlow, x: Tensor, scale: Held | undefined, shift: Held | undefined): Tensor =>
  tf.add(tf.mul(x, along(tf, x, scale)), along(tf, x, shift))

const single =
  (make: (tf: TensorFlow, x: Tensor, attributes: Attributes) => Tensor): Make =>
  (tf, [x], attributes) =>
    make(tf, tensor(x), attributes)

const pair =
  (make: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor): Make =>
  (tf, [a, b]) =>
    make(tf, tensor(a), tensor(b))

const softmax = (tf: TensorFlow, x: Tensor, axis: number, log: boolean): Tensor => {
  // TensorFlow.js knows it of the last axis only.
  const order = [...Array.from({ length: x.rank }, (_, i) => i).filter((i) => i !== axis), axis]
  const back = order.map((_, i) => order.indexOf(i))
  const turned = tf.transpose(x, order)
  return tf.transpose(log ? tf.logSoftmax(turned) : tf.softmax(turned), back)
}

const matMul = (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => {
  if (a.rank === 2 && b.rank === 2) return tf.matMul(a as Tensor2D, b as Tensor2D)
  // One matrix for all rows of the others.
  if (b.rank === 2) {
    const rows = a.shape.slice(0, -1)
    const made = tf.matMul(tf.reshape(a, [-1, a.shape.at(-1) ?? 1]) as Tensor2D, b as Tensor2D)
    return tf.reshape(made, [...rows, b.shape[1] ?? 1])
  }
  return tf.matMul(a, b)
}

/** Either side may be turned; the axes before the last two are those of the longer. */
function fusedMatMul(tf: TensorFlow, a: Tensor, b: Tensor, turnA: boolean, turnB: boolean): Tensor {
  const rank = Math.max(a.rank, b.rank)
  const wide = (x: Tensor): Tensor =>
    x.rank === rank ? x : tf.reshape(x, [...Array.from({ length: rank - x.rank }, () => 1), ...x.shape])
  return tf.matMul(wide(a), wide(b), turnA, turnB)
}

const compare =
  (name: 'equal' | 'greater' | 'less' | 'logicalAnd'): Make =>
  (tf, [a, b]) =>
    tf[name](tensor(a), tensor(b))

/** Absent axes are all. */
const reduce =
  (name: 'mean' | 'sum'): Make =>
  (tf, [x, axes], { keepdims }) =>
    tf[name](tensor(x), axes === undefined ? undefined : [...ints(axes)], keepdims !== 0)

/** Numbers of TensorProto.DataType. */
const castTo: Readonly<Record<number, 'float32' | 'int32'>> = { 1: 'float32', 7: 'int32' }

const operators: Readonly<Record<string, Make>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool('max'),
  AveragePool: pool('avg'),
  GlobalAveragePool: single((tf, x) => tf.mean(x, all(x), true)),
  GlobalMaxPool: single((tf, x) => tf.max(x, all(x), true)),
  Gemm: (tf, [x, w, bias], { transB }) => {
    const made = tf.matMul(tensor(x) as Tensor2D, tensor(w) as Tensor2D, false, transB === 1)
    return bias === undefined ? made : tf.add(made, tensor(bias))
  },
  MatMul: pair(matMul),
  Add: pair((tf, a, b) => tf.add(a, b)),
  Sub: pair((tf, a, b) => tf.sub(a, b)),
  Mul: pair((tf, a, b) => tf.mul(a, b)),
  Div: pair((tf, a, b) => tf.div(a, b)),
  Pow: pair((tf, a, b) => tf.pow(a, b)),
  Sqrt: single((tf, x) => tf.sqrt(x)),
  Identity: (_, [x]) => x as Held,
  Relu: single((tf, x) => tf.relu(x)),
  LeakyRelu: single((tf, x, { alpha }) => tf.leakyRelu(x, number(alpha, 0.01))),
  Elu: single((tf, x) => tf.elu(x)),
  Sigmoid: single((tf, x) => tf.sigmoid(x)),
  Tanh: single((tf, x) => tf.tanh(x)),
  Softplus: single((tf, x) => tf.softplus(x)),
  Mish: single((tf, x) => tf.mul(x, tf.tanh(tf.softplus(x)))),
  Gelu: single((tf, x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
  HardSigmoid: single((tf, x, { alpha, beta }) =>
    tf.clipByValue(tf.add(tf.mul(x, number(alpha, 0.2)), number(beta, 0.5)), 0, 1),
  ),
  HardSwish: single((tf, x) => tf.mul(x, tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1))),
  Clip: (tf, [x, low, high]) => tf.minimum(tf.maximum(tensor(x), tensor(low)), tensor(high)),
  Softmax: single((tf, x, { axis }) => softmax(tf, x, axisOf(number(axis, -1), x), false)),
  LogSoftmax: single((tf, x, { axis }) => softmax(tf, x, axisOf(number(axis, -1), x), true)),
  BatchNormalization: (tf, [input, scale, shift, mean, variance], { epsilon }) => {
    const x = tensor(input)
    const by = tf.div(tensor(scale), tf.sqrt(tf.add(tensor(variance), number(epsilon, 1e-5))))
    return affine(tf, x, by, tf.sub(tensor(shift), tf.mul(tensor(mean), by)))
  },
  LayerNormalization: (tf, [input, scale, shift], { epsilon }) => {
    const x = tensor(input)
    return tf.add(tf.mul(normed(tf, x, [x.rank - 1], number(epsilon, 1e-5)), tensor(scale)), tensor(shift))
  },
  GroupNormalization: (tf, [input, scale, shift], { num_groups: groups, epsilon }) => {
    const x = tensor(input)
    const apart = tf.reshape(x, [x.shape[0] ?? 1, number(groups, 1), -1])
    return affine(tf, tf.reshape(normed(tf, apart, [2], number(epsilon, 1e-5)), x.shape), scale, shift)
  },
  InstanceNormalization: (tf, [input, scale, shift], { epsilon }) => {
    const x = tensor(input)
    return affine(tf, normed(tf, x, all(x), number(epsilon, 1e-5)), scale, shift)
  },
  LRN: single((tf, x, { size, alpha, beta, bias }) => {
    const count = number(size, 1)
    const before = (count - 1) >> 1
    const squares = tf.pad(
      tf.mul(x, x),
      x.shape.map((_, i): [number, number] => (i === 1 ? [before, count - 1 - before] : [0, 0])),
    )
    const sums = Array.from({ length: count }, (_, i) =>
      tf.slice(
        squares,
        x.shape.map((_, axis) => (axis === 1 ? i : 0)),
        x.shape,
      ),
    ).reduce((a, b) => tf.add(a, b))
    const own = tf.add(tf.mul(sums, number(alpha, 1e-4) / count), number(bias, 1))
    return tf.div(x, tf.pow(own, number(beta, 0.75)))
  }),
  FusedMatMul: (tf, [a, b], { transA, transB }) => fusedMatMul(tf, tensor(a), tensor(b), transA === 1, transB === 1),
  Exp: single((tf, x) => tf.exp(x)),
  Log: single((tf, x) => tf.log(x)),
  Neg: single((tf, x) => tf.neg(x)),
  Abs: single((tf, x) => tf.abs(x)),
  Erf: single((tf, x) => tf.erf(x)),
  Sign: single((tf, x) => tf.sign(x)),
  Equal: compare('equal'),
  Greater: compare('greater'),
  Less: compare('less'),
  And: compare('logicalAnd'),
  Where: (tf, [condition, a, b]) => tf.where(tensor(condition), tensor(a), tensor(b)),
  Cast: single((tf, x, { to }) => tf.cast(x, castTo[number(to, 1)] ?? 'float32')),
  ArgMax: single((tf, x, { axis, keepdims }) => {
    const at = axisOf(number(axis, 0), x)
    const found = tf.argMax(x, at)
    return keepdims === 0 ? found : tf.expandDims(found, at)
  }),
  OneHot: (tf, [places, depth, values], { axis }) => {
    const given = tensor(places)
    const count = ints(depth)[0] ?? 1
    const at = number(axis, -1)
    const along = at < 0 ? given.rank + 1 + at : at
    const numbers = tf.reshape(
      tf.range(0, count, 1, 'int32'),
      [...given.shape, 0].map((_, i) => (i === along ? count : 1)),
    )
    const [off, on] = tf.split(tensor(values), 2)
    return tf.where(tf.equal(tf.expandDims(given, along), numbers), on as Tensor, off as Tensor)
  },
  GatherElements: (tf, [x, places]) => tf.gather(tensor(x), tf.cast(tensor(places), 'int32')),
  ScatterElements: (tf, [into, places, updates]) => {
    const x = tensor(into)
    return tf.add(x, tf.scatterND(tf.expandDims(tensor(places), 1), tensor(updates), x.shape))
  },
  ScatterND: (tf, [into, places, updates]) => {
    const x = tensor(into)
    const rows = ints(places)
    const given = tf.reshape(tensor(updates), [rows.length, ...x.shape.slice(1)])
    return tf.add(x, tf.scatterND(tf.tensor2d([...rows], [rows.length, 1], 'int32'), given, x.shape))
  },
  ReduceMean: reduce('mean'),
  ReduceSum: reduce('sum'),
  // Places of a gather that get an axis more stay in their order.
  Reshape: (tf, [x, shape]) => (isInts(x) ? x : tf.reshape(tensor(x), [...ints(shape)])),
  Transpose: (tf, [x], { perm }) => tf.transpose(tensor(x), [...list(perm, [])]),
  Shape: (_, [x], { start, end }) =>
    tensor(x).shape.slice(number(start, 0), end === undefined ? undefined : number(end, 0)),
  Concat: (tf, inputs, { axis }) =>
    inputs.every(isInts) ? inputs.flat() : tf.concat(inputs.map(tensor), axisOf(number(axis, 0), tensor(inputs[0]))),
  Expand: (tf, [x, shape]) => tf.broadcastTo(tensor(x), [...ints(shape)] as [number]),
  Slice: (tf, [input, begins, ends, axes, steps]) => {
    const x = tensor(input)
    const [from, size] = [x.shape.map(() => 0), [...x.shape]]
    const by = steps === undefined ? undefined : ints(steps)
    if (by?.some((step) => step !== 1)) return sliceBy(tf, x, [begins, ends, axes, steps].map(ints))
    for (const [i, axis] of ints(axes).entries()) {
      const length = x.shape[axis] ?? 0
      const place = (at: number): number => Math.min(length, Math.max(0, at < 0 ? at + length : at))
      const [begin, end] = [place(ints(begins)[i] ?? 0), place(ints(ends)[i] ?? length)]
      from[axis] = begin
      size[axis] = end - begin
    }
    return tf.slice(x, from, size)
  },
  Gather: (tf, [x, places], { axis }) => {
    const from = tensor(x)
    const at = axisOf(number(axis, 0), from)
    const wanted = ints(places)
    const made = tf.gather(from, tf.tensor1d([...wanted], 'int32'), at)
    // One place without an axis takes the axis away.
    return isScalar(wanted)
      ? tf.reshape(
          made,
          from.shape.filter((_, i) => i !== at),
        )
      : made
  },
  Pad: (tf, [input, pads], { mode }) => {
    const x = tensor(input)
    const around = ints(pads)
    const sides = x.shape.map((_, i): [number, number] => [around[i] ?? 0, around[i + x.rank] ?? 0])
    return mode === 'reflect' ? mirrored(tf, x, sides) : mode === 'edge' ? edged(tf, x, sides) : zeroed(tf, x, sides)
  },
  Resize: (tf, inputs, { mode }) => {
    const x = last(tf, tensor(inputs[0]))
    const [height = 1, width = 1] = ints(inputs[3])
    return first(
      tf,
      mode === 'linear'
        ? tf.image.resizeBilinear(x, [height, width], false, true)
        : tf.image.resizeNearestNeighbor(x, [height, width], false, false),
    )
  },
  DepthToSpace: single((tf, x, { blocksize }) => {
    const by = number(blocksize, 1)
    const [count = 1, channels = 1, height = 1, width = 1] = x.shape
    const out = channels / by ** 2
    const apart = tf.transpose(tf.reshape(x, [count, out, by, by, height, width]), [0, 1, 4, 2, 5, 3])
    return tf.reshape(apart, [count, out, height * by, width * by])
  }),
}

/** With steps; below 0 they turn a whole axis. */
function sliceBy(tf: TensorFlow, x: Tensor, [begins = [], ends = [], axes = [], steps = []]: readonly Dims[]): Tensor {
  const turned = axes.filter((_, i) => (steps[i] ?? 1) < 0)
  if (axes.some((_, i) => (steps[i] ?? 1) < -1)) throw new NoOperatorError('Slice with steps below -1')
  const [from, to, by] = [x.shape.map(() => 0), [...x.shape], x.shape.map(() => 1)]
  for (const [i, axis] of axes.entries()) {
    if ((steps[i] ?? 1) < 0) continue
    const length = x.shape[axis] ?? 0
    const place = (at: number): number => Math.min(length, Math.max(0, at < 0 ? at + length : at))
    from[axis] = place(begins[i] ?? 0)
    to[axis] = place(ends[i] ?? length)
    by[axis] = steps[i] ?? 1
  }
  const whole = turned.length > 0 ? tf.reverse(x, turned) : x
  return by.every((step) => step === 1) && from.every((at) => at === 0) && to.join() === x.shape.join()
    ? whole
    : tf.stridedSlice(whole, from, to, by)
}

type MakeAll = (tf: TensorFlow, inputs: readonly Held[], attributes: Attributes) => readonly Held[]

/** By the batch; then its mean and variance, mixed with those that were given as `momentum` says. */
const batchNormalization: MakeAll = (tf, [input, scale, shift, mean, variance], attributes) => {
  const x = tensor(input)
  const axes = Array.from({ length: x.rank }, (_, axis) => axis).filter((axis) => axis !== 1)
  const own = tf.moments(x, axes, true)
  const unit = tf.div(tf.sub(x, own.mean), tf.sqrt(tf.add(own.variance, number(attributes.epsilon, 1e-5))))
  const kept = number(attributes.momentum, 0.9)
  const mixed = (before: Held | undefined, now: Tensor): Tensor =>
    tf.add(tf.mul(tensor(before), kept), tf.mul(tf.reshape(now, [-1]), 1 - kept))
  return [affine(tf, unit, scale, shift), mixed(mean, own.mean), mixed(variance, own.variance)]
}

/** Then the mean and 1 / σ. */
const layerNormalization: MakeAll = (tf, [input, scale, shift], { epsilon }) => {
  const x = tensor(input)
  const { mean, variance } = tf.moments(x, [x.rank - 1], true)
  const inverse = tf.div(1, tf.sqrt(tf.add(variance, number(epsilon, 1e-5))))
  return [tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), tensor(scale)), tensor(shift)), mean, inverse]
}

/** Then where each largest number was among all of the input, the first of several: no backend knows where in channels first. */
const maxPool: MakeAll = (tf, [input], attributes) => {
  const x = tensor(input)
  const { strides, pads } = windowOf(attributes, 2)
  const [rows, columns] = widened(list(attributes.kernel_shape, [1, 1]), 1)
  const [count = 1, channels = 1, height = 1, width = 1] = x.shape
  const [top, left, bottom, right] = pads
  const ceil = attributes.ceil_mode === 1
  const down = bottom + lacking(height, rows, strides[0], top + bottom, ceil)
  const across = right + lacking(width, columns, strides[1], left + right, ceil)
  const wide = tf.pad(
    x,
    [
      [0, 0],
      [0, 0],
      [top, down],
      [left, across],
    ],
    -3.4028234e38,
  )
  const [high, broad] = [wide.shape[2] ?? 1, wide.shape[3] ?? 1]
  const made = [Math.floor((high - rows) / strides[0]) + 1, Math.floor((broad - columns) / strides[1]) + 1] as const
  let [best, places]: [Tensor | undefined, Tensor | undefined] = [undefined, undefined]
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const ends = [row + (made[0] - 1) * strides[0] + 1, column + (made[1] - 1) * strides[1] + 1]
      const seen = tf.stridedSlice(wide, [0, 0, row, column], [count, channels, ...ends], [1, 1, ...strides])
      const numbers = Int32Array.from({ length: made[0] * made[1] }, (_, i) => {
        const [y, x] = [Math.floor(i / made[1]) * strides[0] + row - top, (i % made[1]) * strides[1] + column - left]
        return y * width + x
      })
      const here = tf.tensor(numbers, [1, 1, ...made], 'int32')
      if (best === undefined || places === undefined) {
        ;[best, places] = [seen, tf.broadcastTo(here, [count, channels, ...made])]
        continue
      }
      const more = tf.greater(seen, best)
      places = tf.where(more, here, places)
      best = tf.maximum(seen, best)
    }
  const maps = Int32Array.from({ length: count * channels }, (_, i) => i * height * width)
  return [best as Tensor, tf.add(places as Tensor, tf.tensor(maps, [count, channels, 1, 1], 'int32'))]
}

/** Operators of which more than the first result is taken. */
const several: Readonly<Record<string, MakeAll>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  MaxPool: maxPool,
  Split: (tf, [x, parts], { axis }) => tf.split(tensor(x), [...ints(parts)], axisOf(number(axis, 0), tensor(x))),
}

const scalars = new WeakSet<readonly number[]>()

/** A whole number without an axis. */
export function scalarOf(value: number): readonly number[] {
  const made = [value]
  scalars.add(made)
  return made
}
const isScalar = (numbers: readonly number[]): boolean => scalars.has(numbers)

type Sides = [number, number][]

const cutOff = (tf: TensorFlow, x: Tensor, sides: Sides): Tensor =>
  tf.slice(
    x,
    sides.map(([before]) => Math.max(0, -before)),
    x.shape.map((length, i) => length + Math.min(0, sides[i]?.[0] ?? 0) + Math.min(0, sides[i]?.[1] ?? 0)),
  )

const outward = (sides: Sides): Sides => sides.map(([a, b]) => [Math.max(0, a), Math.max(0, b)])

function zeroed(tf: TensorFlow, x: Tensor, sides: Sides): Tensor {
  const cut = cutOff(tf, x, sides)
  if (x.rank <= 4) return tf.pad(cut, outward(sides))
  // On WebGPU, TensorFlow.js pads four axes at most: one after the other, between what lies before it and after it.
  return outward(sides).reduce((made, side, axis) => {
    if (side[0] + side[1] === 0) return made
    const shape = made.shape
    const middle = tf.reshape(made, [sizeOf(shape.slice(0, axis)), shape[axis] ?? 1, sizeOf(shape.slice(axis + 1))])
    const padded = tf.pad(middle, [[0, 0], side, [0, 0]])
    return tf.reshape(
      padded,
      shape.map((length, i) => (i === axis ? length + side[0] + side[1] : length)),
    )
  }, cut)
}
const mirrored = (tf: TensorFlow, x: Tensor, sides: Sides): Tensor =>
  tf.mirrorPad(cutOff(tf, x, sides), outward(sides), 'reflect')

function edged(tf: TensorFlow, x: Tensor, sides: Sides): Tensor {
  let made = cutOff(tf, x, sides)
  for (const [axis, [before, after]] of outward(sides).entries()) {
    const edge = (at: number): Tensor =>
      tf.slice(
        made,
        made.shape.map((_, i) => (i === axis ? at : 0)),
        made.shape.map((length, i) => (i === axis ? 1 : length)),
      )
    const [head, tail] = [edge(0), edge((made.shape[axis] ?? 1) - 1)]
    const times = (one: Tensor, count: number): Tensor[] => Array.from({ length: count }, () => one)
    if (before + after > 0) made = tf.concat([...times(head, before), made, ...times(tail, after)], axis)
  }
  return made
}

/** What TensorFlow.js lacks for such an operator, in words; undefined where it lacks nothing. */
export function lackOf(type: string, attributes: Attributes): string | undefined {
  if (!(type in operators || type in several)) return type
  const axes = list(attributes.kernel_shape, []).length
  if (type === 'ConvTranspose' && axes === 3) return 'ConvTranspose over three axes'
  if (type === 'Conv' && axes === 3 && number(attributes.group, 1) !== 1) return 'Conv over three axes in groups'
  return undefined
}

/** Its first results. Throws NoOperatorError. */
export function operateAll(
  tf: TensorFlow,
  type: string,
  inputs: readonly Held[],
  attributes: Attributes,
  count: number,
): readonly Held[] {
  const make = count > 1 || type === 'Split' ? several[type] : undefined
  return make ? make(tf, inputs, attributes).slice(0, count) : [operate(tf, type, inputs, attributes)]
}

/** Throws NoOperatorError. */
export function operate(tf: TensorFlow, type: string, inputs: readonly Held[], attributes: Attributes): Held {
  const make = operators[type]
  if (!make) throw new NoOperatorError(type)
  return make(tf, inputs, attributes)
}
