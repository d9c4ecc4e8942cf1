/** What a network costs, from its structure alone: its learned numbers, and the multiplications of one run. */
import { type Network, type NetworkOperator, type NetworkTensor, parametersOf, sizeOfTensor } from './network.ts'

/** Where the weights are among an operator's inputs, and whether the channels of what it gives come first or last. */
interface Layer {
  readonly weight: number
  readonly channels: 'first' | 'last'
  /** A transposed convolution multiplies every number that it is given, not every one that it gives. */
  readonly transposed?: true
}

const onnx = (weight = 1): Layer => ({ weight, channels: 'first' })
const last: Layer = { weight: 1, channels: 'last' }

/** The operators that multiply by weights, as ONNX, LiteRT, TensorFlow and Keras call them. All others cost little. */
const layers: Readonly<Record<string, Layer>> = {
  ...{ Conv: onnx(), FusedConv: onnx(), ConvInteger: onnx(), QLinearConv: onnx(3) },
  ConvTranspose: { ...onnx(), transposed: true },
  ...{ Gemm: last, FusedGemm: last, MatMul: last, FusedMatMul: last, MatMulInteger: last },
  QLinearMatMul: { weight: 3, channels: 'last' },
  ...{ CONV_2D: last, DEPTHWISE_CONV_2D: last, FULLY_CONNECTED: last, BATCH_MATMUL: last },
  TRANSPOSE_CONV: { weight: 1, channels: 'last', transposed: true },
  ...{ Conv2D: last, DepthwiseConv2dNative: last, _FusedConv2D: last, FusedDepthwiseConv2dNative: last },
  ...{ _FusedMatMul: last, BatchMatMul: last, BatchMatMulV2: last, DepthwiseConv2D: last, Dense: last },
  Conv2DTranspose: { weight: 1, channels: 'last', transposed: true },
}

/** One run is of one picture: a free first axis counts as 1. */
const ofOne = (tensor: NetworkTensor | undefined): NetworkTensor | undefined =>
  tensor?.shape && typeof tensor.shape[0] !== 'number' ? { ...tensor, shape: [1, ...tensor.shape.slice(1)] } : tensor

interface Known extends Omit<NetworkTensor, 'shape'> {
  readonly shape: readonly number[]
}

const known = (tensor: NetworkTensor | undefined): tensor is Known =>
  tensor?.shape?.every((length) => typeof length === 'number') ?? false

/**
 * How many multiplications an operator needs for one picture; undefined where its shapes are not known, 0 where it has no weights to
 * multiply by. Each number of the result is a sum over one filter: as many products as the weights have for one channel.
 */
export function multipliesOf(operator: NetworkOperator, { tensors, weights }: Network): number | undefined {
  const layer = Object.hasOwn(layers, operator.type) ? layers[operator.type] : undefined
  if (!layer) return 0
  const [a = '', b = '', made = ''] = [operator.inputs[0], operator.inputs[layer.weight], operator.outputs[0]]
  const given = ofOne(tensors[a] ?? weights[a])
  const result = ofOne(tensors[made])
  // Of two results multiplied with each other, as many products a number as the first has columns.
  const by = weights[b]
  if (!by) return known(given) && known(result) ? sizeOfTensor(result) * (given.shape.at(-1) ?? 0) : undefined
  const of = layer.transposed ? given : result
  if (!known(by) || !known(of)) return undefined
  const channels = of.shape[layer.channels === 'first' ? 1 : of.shape.length - 1] ?? 0
  return channels === 0 ? 0 : (sizeOfTensor(of) * sizeOfTensor(by)) / channels
}

/** What the operators of one type cost together. */
export interface TypeCost {
  readonly type: string
  readonly count: number
  readonly parameters: number
  readonly multiplies: number
  /** How many of them are not counted, because the file does not say their shapes. */
  readonly unknown: number
}

/** By type, those first that multiply most. */
export function costOf(network: Network): readonly TypeCost[] {
  const types = [...Map.groupBy(network.operators, ({ type }) => type)].map(([type, operators]): TypeCost => {
    const multiplies = operators.map((operator) => multipliesOf(operator, network))
    return {
      type,
      count: operators.length,
      parameters: operators.reduce((sum, operator) => sum + parametersOf(operator, network), 0),
      multiplies: multiplies.reduce((sum: number, one) => sum + (one ?? 0), 0),
      unknown: multiplies.filter((one) => one === undefined).length,
    }
  })
  return types.sort((a, b) => b.multiplies - a.multiplies || b.parameters - a.parameters)
}
