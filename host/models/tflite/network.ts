/**
 * The operators of a .tflite file. Numbers are those of TensorFlow Lite's schema (tensorflow/compiler/mlir/lite/schema/schema.fbs,
 * version 3).
 */
import type { Network, NetworkOperator, NetworkTensor } from '../../../engine/graph/network.ts'
import { networkOf } from '../onnx/network.ts'
import type { Bytes } from '../onnx/protobuf.ts'
import type { Table } from './flatbuffer.ts'
import { readTflite, type TflitePort, tablesOf } from './read.ts'

/** `BuiltinOperator`, in its order. */
const types = (
  'ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED ' +
  'HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU ' +
  'RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM CALL CUSTOM ' +
  'EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV ' +
  'SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE ' +
  'BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE ' +
  'SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT ' +
  'REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ' +
  'ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL ' +
  'REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF ' +
  'WHILE NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM BATCH_MATMUL'
).split(' ')

const operatorCode = { short: 0, custom: 1, builtin: 3 } as const
const operatorFields = { code: 0, inputs: 1, outputs: 2, optionsType: 3, options: 4 } as const

const paddings = ['SAME', 'VALID'] as const
const activations = ['none', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const

/** A field of a table of options: its number, how it is read, and what it is when it is absent. */
type Option = readonly [name: string, field: number, kind: 'int' | 'byte' | 'padding' | 'activation', absent?: number]

/** By `BuiltinOptions`: those that say what a layer does. */
const options: Readonly<Record<number, readonly Option[]>> = {
  // Conv2DOptions
  1: [
    ...([
      ['padding', 0, 'padding'],
      ['stride_w', 1, 'int'],
      ['stride_h', 2, 'int'],
    ] as const),
    ...([
      ['activation', 3, 'activation'],
      ['dilation_w', 4, 'int', 1],
      ['dilation_h', 5, 'int', 1],
    ] as const),
  ],
  // DepthwiseConv2DOptions
  2: [
    ...([
      ['padding', 0, 'padding'],
      ['stride_w', 1, 'int'],
      ['stride_h', 2, 'int'],
      ['depth_multiplier', 3, 'int'],
    ] as const),
    ...([
      ['activation', 4, 'activation'],
      ['dilation_w', 5, 'int', 1],
      ['dilation_h', 6, 'int', 1],
    ] as const),
  ],
  // Pool2DOptions
  5: [
    ...([
      ['padding', 0, 'padding'],
      ['stride_w', 1, 'int'],
      ['stride_h', 2, 'int'],
    ] as const),
    ...([
      ['filter_width', 3, 'int'],
      ['filter_height', 4, 'int'],
      ['activation', 5, 'activation'],
    ] as const),
  ],
  // FullyConnectedOptions
  8: [['activation', 0, 'activation']],
  // ConcatenationOptions
  10: [
    ['axis', 0, 'int'],
    ['activation', 1, 'activation'],
  ],
  // AddOptions
  11: [['activation', 0, 'activation']],
  // MulOptions
  21: [['activation', 0, 'activation']],
}

function attributesOf(operator: Table): Record<string, string> {
  const known = options[operator.byte(operatorFields.optionsType)]
  const table = known && operator.table(operatorFields.options)
  if (!table) return {}
  return Object.fromEntries(
    known.map(([name, field, kind, absent = 0]) => {
      const value = kind === 'int' ? table.int(field, absent) : table.byte(field, absent)
      const said = kind === 'padding' ? paddings[value] : kind === 'activation' ? activations[value] : undefined
      return [name, said ?? String(value)]
    }),
  )
}

const told = ({ dtype, shape, quantised }: TflitePort): NetworkTensor => ({
  dtype: quantised ? `${dtype}, quantised` : dtype,
  shape,
})

/** Throws FlatError. */
export function readTfliteNetwork(bytes: Bytes): Network {
  const file = readTflite(bytes)
  const { operators: steps, codes } = tablesOf(bytes)
  const typeOf = (operator: Table): string => {
    const code = codes[operator.uint(operatorFields.code)]
    if (!code) return 'unknown'
    const custom = code.text(operatorCode.custom)
    const builtin = Math.max(code.byte(operatorCode.short), code.int(operatorCode.builtin))
    return custom || types[builtin] || `operator ${builtin}`
  }
  // Inputs and outputs are known by the names of their sockets.
  const names = new Map(
    [...file.inner.values(), ...file.inputs, ...file.outputs].map(({ tensor, name }) => [tensor, name]),
  )
  const nameOf = (tensor: number): string => (tensor < 0 ? '' : (names.get(tensor) ?? `tensor ${tensor}`))
  const operators = steps.map((operator): NetworkOperator => {
    const [inputs, outputs] = [operator.ints(operatorFields.inputs), operator.ints(operatorFields.outputs)]
    const first = outputs.map((tensor) => file.ownName(tensor)).find(Boolean)
    return {
      // Operators have no names; their results have those of TensorFlow's operators, some of them several.
      name: first?.split(';')[0] ?? '',
      type: typeOf(operator),
      inputs: inputs.map(nameOf),
      outputs: outputs.map(nameOf),
      attributes: attributesOf(operator),
    }
  })
  const ports = [...file.inner.values(), ...file.inputs, ...file.outputs]
  const constants = new Map(file.weights.map(({ name, dtype, shape }) => [name, { dtype, shape }]))
  return networkOf({
    ...{ operators, constants, tensors: new Map(ports.map((port) => [port.name, told(port)])) },
    inputs: file.inputs.map(({ name }) => name),
    outputs: file.outputs.map(({ name }) => name),
  })
}
