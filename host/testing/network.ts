/** A large ONNX file for tests and benches: layers of blocks, named as PyTorch's exporter names them. */
import { writeHead, writeVarint } from '../models/onnx/protobuf.ts'

const utf8 = new TextEncoder()
const field = (number: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([writeHead(number, content.length), content])
const text = (number: number, content: string): Uint8Array => field(number, utf8.encode(content))
const whole = (number: number, value: number): Uint8Array =>
  Uint8Array.from([...writeVarint(number * 8), ...writeVarint(value)])

/** AttributeProto: name 1, ints 8, type 20 (INTS = 7). */
const ints = (name: string, values: readonly number[]): Uint8Array =>
  field(5, Buffer.concat([text(1, name), ...values.map((value) => whole(8, value)), whole(20, 7)]))

/** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5. */
function node(
  name: string,
  type: string,
  inputs: readonly string[],
  attributes: readonly Uint8Array[] = [],
): Uint8Array {
  const parts = [...inputs.map((input) => text(1, input)), text(2, outputOf(name)), text(3, name), text(4, type)]
  return field(1, Buffer.concat([...parts, ...attributes]))
}

const outputOf = (name: string): string => `${name}_output_0`

/** TensorProto: dims 1, data_type 2 (FLOAT = 1), name 8, raw_data 9. */
function constant(name: string, shape: readonly number[]): Uint8Array {
  const numbers = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.01)
  const parts = [...shape.map((length) => whole(1, length)), whole(2, 1), text(8, name)]
  return field(5, Buffer.concat([...parts, field(9, new Uint8Array(numbers.buffer))]))
}

/** ValueInfoProto: name 1, type 2 → tensor_type 1 → elem_type 1 (FLOAT = 1), shape 2 → dim 1 → dim_value 1. */
function port(number: number, name: string, shape: readonly number[]): Uint8Array {
  const dims = shape.map((length) => field(1, whole(1, length)))
  const tensor = field(1, Buffer.concat([whole(1, 1), field(2, Buffer.concat(dims))]))
  return field(number, Buffer.concat([text(1, name), field(2, tensor)]))
}

const channels = 8
const side = 16
const layers = 8

/**
 * A network of `count` operators that runs: eight layers of residual blocks (Conv, Relu, Conv, Add, Relu) over 8 channels of
 * 16 × 16, input `image`. The last block is as short as it must be.
 */
export function manyOperators(count: number): Uint8Array {
  const parts: Uint8Array[] = []
  const shape = [1, channels, side, side]
  const blocks = Math.ceil(count / 5)
  let [x, left] = ['image', count]
  let last = ''
  const add = (name: string, type: string, inputs: readonly string[], attributes?: readonly Uint8Array[]): string => {
    if (left === 0) return last
    left--
    parts.push(node(name, type, inputs, attributes))
    last = outputOf(name)
    return last
  }
  for (let block = 0; block < blocks; block++) {
    const layer = Math.floor((block * layers) / blocks) + 1
    const within = block - Math.ceil(((layer - 1) * blocks) / layers)
    const scope = `layer${layer}/layer${layer}.${within}`
    const own = `layer${layer}.${within}`
    const conv = (name: string, input: string): string => {
      const weights = [`${own}.${name}.weight`, `${own}.${name}.bias`] as const
      parts.push(constant(weights[0], [channels, channels, 3, 3]), constant(weights[1], [channels]))
      return add(
        `/${scope}/${name}/Conv`,
        'Conv',
        [input, ...weights],
        [...[ints('kernel_shape', [3, 3]), ints('pads', [1, 1, 1, 1]), ints('strides', [1, 1])]],
      )
    }
    const inner = conv('conv2', add(`/${scope}/relu/Relu`, 'Relu', [conv('conv1', x)]))
    x = add(`/${scope}/relu_1/Relu`, 'Relu', [add(`/${scope}/Add`, 'Add', [inner, x])])
  }
  const graph = [...parts, text(2, 'many'), port(11, 'image', shape), port(12, last, shape)]
  const opset = field(8, Buffer.concat([text(1, ''), whole(2, 13)]))
  return Buffer.concat([whole(1, 8), text(2, 'sightline-fixtures'), field(7, Buffer.concat(graph)), opset])
}
