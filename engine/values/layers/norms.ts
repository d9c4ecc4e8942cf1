/** Normalisations. */
import { type Dims, defineLayer, need, spatial, type Weight } from './layer.ts'

const scaleAndShift = (channels: number): readonly Weight[] => [
  { name: 'weight', shape: [channels], start: { value: 1 } },
  { name: 'bias', shape: [channels], start: { value: 0 } },
]

const unchanged = (inputs: readonly Dims[]): Dims => inputs[0] ?? []

interface WithEpsilon {
  /** Default: 1e-5. */
  readonly eps?: number
}

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
  onnx: (emit, [input = ''], _, { eps = 1e-5 }) =>
    emit.operator(
      'BatchNormalization',
      [input, ...['weight', 'bias', 'running_mean', 'running_var'].map((name) => emit.weight(name))],
      { epsilon: { float: eps } },
    ),
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
  onnx: (emit, [input = ''], _, { groups, eps = 1e-5 }) =>
    emit.operator('GroupNormalization', [input, emit.weight('weight'), emit.weight('bias')], {
      num_groups: groups,
      epsilon: { float: eps },
    }),
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
})
