/** Normalisations. */
import { type Dims, defineLayer, type Emit, need, sizeOf, spatial, UnfitError, type Weight } from './layer.ts'

const scaleAndShift = (channels: number): readonly Weight[] => [
  { name: 'weight', shape: [channels], start: { value: 1 } },
  { name: 'bias', shape: [channels], start: { value: 0 } },
]

const unchanged = (inputs: readonly Dims[]): Dims => inputs[0] ?? []

interface WithEpsilon {
  /** Default: 1e-5. */
  readonly eps?: number
}

const batchWeights = ['weight', 'bias', 'running_mean', 'running_var']

const byMeasured = (emit: Emit, input: string, { eps = 1e-5 }: WithEpsilon): string =>
  emit.operator('BatchNormalization', [input, ...batchWeights.map((name) => emit.weight(name))], {
    epsilon: { float: eps },
  })

/** By the mean and the variance that training measured. */
export const batchNorm = defineLayer<WithEpsilon>({
  type: 'batchNorm',
  title: 'BatchNorm2d',
  shape(inputs) {
    need((inputs[0]?.length ?? 0) > 0, inputs, 'channels')
    return unchanged(inputs)
  },
  weights: ([[channels = 0] = []]) => [
    ...scaleAndShift(channels),
    { name: 'running_mean', shape: [channels], start: { value: 0 }, measured: true },
    { name: 'running_var', shape: [channels], start: { value: 1 }, measured: true },
  ],
  onnx: (emit, [input = ''], _, set) => byMeasured(emit, input, set),
  /** By mean and variance of the batch; measures what it will be run with: a tenth of the new, nine of the old, as PyTorch does. */
  train(emit, [input = ''], { inputs: [dims = []] }, set) {
    const { eps = 1e-5 } = set
    if (!emit.learns) return byMeasured(emit, input, set)
    const count = emit.batch * sizeOf(dims.slice(1))
    if (count < 2)
      throw new UnfitError('one number a channel', 'at least two in a batch to be trained: batches of 2 or more')
    const times = (tensor: string, by: number): string => emit.operator('Mul', [tensor, emit.floats([by], [])])
    const [scale = '', shift = '', ...old] = batchWeights.map((name) => emit.weight(name))
    // ONNX Runtime writes the new over the old, which others still need; with this momentum nothing is left of it.
    const given = [input, scale, shift, ...old.map((one) => times(one, 0))]
    const [made = '', mean = '', variance = ''] = emit.several('BatchNormalization', given, {
      ...{ epsilon: { float: eps }, training_mode: 1, momentum: { float: 0 } },
    })
    const measure = (name: string, tensor: string, by: number): void =>
      emit.measure(name, emit.operator('Add', [times(emit.weight(name), 0.9), times(tensor, by)]))
    measure('running_mean', mean, 0.1)
    // The variance is that of all, of which the batch is a sample.
    measure('running_var', variance, (0.1 * count) / (count - 1))
    return made
  },
})

/** Over the last axis. */
export const layerNorm = defineLayer<WithEpsilon>({
  type: 'layerNorm',
  title: 'LayerNorm',
  shape(inputs) {
    need((inputs[0]?.length ?? 0) > 0, inputs, 'features')
    return unchanged(inputs)
  },
  weights: ([dims = []]) => scaleAndShift(dims.at(-1) ?? 0),
  onnx: (emit, [input = ''], _, { eps = 1e-5 }) =>
    emit.operator('LayerNormalization', [input, emit.weight('weight'), emit.weight('bias')], {
      axis: -1,
      epsilon: { float: eps },
    }),
})

/** Groups of channels less their mean, divided by their deviation. */
function withoutMeans(emit: Emit, input: string, dims: Dims, groups: number, eps: number): string {
  const apart = emit.operator('Reshape', [input, emit.ints([-1, groups, sizeOf(dims) / groups])])
  const mean = (of: string): string => emit.operator('ReduceMean', [of, emit.ints([2])], { keepdims: 1 })
  const centred = emit.operator('Sub', [apart, mean(apart)])
  const variance = mean(emit.operator('Mul', [centred, centred]))
  const deviation = emit.operator('Sqrt', [emit.operator('Add', [variance, emit.floats([eps], [])])])
  return emit.operator('Reshape', [emit.operator('Div', [centred, deviation]), emit.ints([-1, ...dims])])
}

/** Times the layer's weight and plus its bias, channel by channel. */
function scaledChannels(emit: Emit, unit: string, dims: Dims): string {
  const [channels = 1] = dims
  const each = (name: string): string =>
    emit.operator('Reshape', [emit.weight(name), emit.ints([channels, ...dims.slice(1).map(() => 1)])])
  return emit.operator('Add', [emit.operator('Mul', [unit, each('weight')]), each('bias')])
}

interface GroupNorm extends WithEpsilon {
  readonly groups: number
}

export const groupNorm = defineLayer<GroupNorm>({
  type: 'groupNorm',
  title: 'GroupNorm',
  words: ({ groups }) => `${groups} groups`,
  shape(inputs, { groups }) {
    const { channels } = spatial(inputs)
    need(channels % groups === 0, inputs, `channels that ${groups} groups divide`)
    return unchanged(inputs)
  },
  weights: ([[channels = 0] = []]) => scaleAndShift(channels),
  sees: () => 'all',
  onnx: (emit, [input = ''], _, { groups, eps = 1e-5 }) =>
    emit.operator('GroupNormalization', [input, emit.weight('weight'), emit.weight('bias')], {
      num_groups: groups,
      epsilon: { float: eps },
    }),
  train(emit, [input = ''], { inputs: [dims = []] }, { groups, eps = 1e-5 }) {
    return scaledChannels(emit, withoutMeans(emit, input, dims, groups, eps), dims)
  },
})

interface ResponseNorm {
  readonly size: number
  readonly alpha?: number
  readonly beta?: number
  readonly k?: number
}

/** Divides by what the neighbouring channels answer (AlexNet's paper). */
export const responseNorm = defineLayer<ResponseNorm>({
  type: 'responseNorm',
  title: 'LocalResponseNorm',
  words: ({ size }) => `${size} channels`,
  shape(inputs) {
    spatial(inputs)
    return unchanged(inputs)
  },
  onnx: (emit, [input = ''], _, { size, alpha = 1e-4, beta = 0.75, k = 1 }) =>
    emit.operator('LRN', [input], { size, alpha: { float: alpha }, beta: { float: beta }, bias: { float: k } }),
  train(emit, [input = ''], { inputs: [dims = []] }, { size, alpha = 1e-4, beta = 0.75, k = 1 }) {
    const [channels = 1, ...sides] = dims
    const apart = emit.operator('Reshape', [
      emit.operator('Mul', [input, input]),
      emit.ints([-1, 1, channels, sizeOf(sides)]),
    ])
    // The mean over neighbouring channels, as many before as after; of an even number one more before, as PyTorch has it.
    const before = size >> 1
    const wide = emit.operator('Pad', [apart, emit.ints([0, 0, before, 0, 0, 0, size - 1 - before, 0])])
    const means = emit.operator('AveragePool', [wide], { kernel_shape: [size, 1], strides: [1, 1], pads: [0, 0, 0, 0] })
    const sums = emit.operator('Reshape', [means, emit.ints([-1, ...dims])])
    const own = emit.operator('Add', [emit.operator('Mul', [sums, emit.floats([alpha], [])]), emit.floats([k], [])])
    return emit.operator('Mul', [input, emit.operator('Pow', [own, emit.floats([-beta], [])])])
  },
})

interface InstanceNorm extends WithEpsilon {
  /** Whether a scale and a shift are learned. Default: no. */
  readonly affine?: boolean
}

/** Each channel by its own mean and variance (Ulyanov et al. 2016). */
export const instanceNorm = defineLayer<InstanceNorm>({
  type: 'instanceNorm',
  title: 'InstanceNorm2d',
  shape(inputs) {
    spatial(inputs)
    return unchanged(inputs)
  },
  weights: ([[channels = 0] = []], { affine = false }) => (affine ? scaleAndShift(channels) : []),
  sees: () => 'all',
  onnx(emit, [input = ''], { output: [channels = 0] }, { affine = false, eps = 1e-5 }) {
    const all = (value: number): string => emit.floats(new Float32Array(channels).fill(value), [channels])
    const [scale, shift] = affine ? [emit.weight('weight'), emit.weight('bias')] : [all(1), all(0)]
    return emit.operator('InstanceNormalization', [input, scale, shift], { epsilon: { float: eps } })
  },
  train(emit, [input = ''], { inputs: [dims = []] }, { affine = false, eps = 1e-5 }) {
    const unit = withoutMeans(emit, input, dims, dims[0] ?? 1, eps)
    return affine ? scaledChannels(emit, unit, dims) : unit
  },
})
