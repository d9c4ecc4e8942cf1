/** Functions of single numbers, and softmax. */
import { type AnyLayerKind, type Attribute, defineLayer, type Emit } from './layer.ts'

type Write = (emit: Emit, input: string) => string

const one =
  (operator: string, attributes: Readonly<Record<string, Attribute>> = {}): Write =>
  (emit, input) =>
    emit.operator(operator, [input], attributes)

/** @param train the same of operators with known gradients, where ONNX has one operator for it */
const simple = (type: string, title: string, write: Write, train?: Write): AnyLayerKind =>
  defineLayer<object>({
    type,
    title,
    shape: ([dims = []]) => dims,
    onnx: (emit, [input = '']) => write(emit, input),
    ...(train && { train: (emit: Emit, [input = '']: readonly string[]) => train(emit, input) }),
  })

interface Dropout {
  /** The probability that a number becomes 0 while it is trained. Default: 0.5. */
  readonly p?: number
}

/** Only training sees it (Srivastava et al. 2014). */
const dropout = defineLayer<Dropout>({
  type: 'dropout',
  title: 'Dropout',
  words: ({ p = 0.5 }) => String(p),
  shape: ([dims = []]) => dims,
  onnx: (emit, [input = '']) => emit.operator('Identity', [input]),
  train: (emit, [input = ''], { output }, { p = 0.5 }) =>
    p === 0 ? input : emit.operator('Mul', [input, emit.mask(output, p)]),
})

export const activations: readonly AnyLayerKind[] = [
  simple('relu', 'ReLU', one('Relu')),
  simple('relu6', 'ReLU6', (emit, input) => emit.operator('Clip', [input, emit.floats([0], []), emit.floats([6], [])])),
  simple('gelu', 'GELU', one('Gelu')),
  simple('silu', 'SiLU', (emit, input) => emit.operator('Mul', [input, emit.operator('Sigmoid', [input])])),
  simple('hardswish', 'Hardswish', one('HardSwish')),
  simple('hardsigmoid', 'Hardsigmoid', one('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })),
  simple('sigmoid', 'Sigmoid', one('Sigmoid')),
  simple('tanh', 'Tanh', one('Tanh')),
  simple('softmax', 'Softmax', one('Softmax', { axis: 1 })),
  dropout,
]

interface Leaky {
  /** What numbers below 0 are multiplied with. Default: 0.01. */
  readonly slope?: number
}

export const leakyRelu = defineLayer<Leaky>({
  type: 'leakyRelu',
  title: 'LeakyReLU',
  words: ({ slope = 0.01 }) => String(slope),
  shape: ([dims = []]) => dims,
  onnx: (emit, [input = ''], _, { slope = 0.01 }) => emit.operator('LeakyRelu', [input], { alpha: { float: slope } }),
})

/** Further functions: ELU (Clevert et al. 2016), softplus, and Mish (Misra 2019). */
export const moreActivations: readonly AnyLayerKind[] = [
  simple('elu', 'ELU', one('Elu')),
  simple('softplus', 'Softplus', one('Softplus')),
  simple('mish', 'Mish', one('Mish'), (emit, input) =>
    emit.operator('Mul', [input, emit.operator('Tanh', [emit.operator('Softplus', [input])])]),
  ),
  simple('logSoftmax', 'LogSoftmax', one('LogSoftmax', { axis: 1 })),
]

interface StochasticDepth {
  /** How often the branch is left out. */
  readonly p?: number
}

/** Leaves out a whole branch at random while a network learns (Huang et al. 2016); once trained, it changes nothing. */
export const stochasticDepth = defineLayer<StochasticDepth>({
  type: 'stochasticDepth',
  title: 'StochasticDepth',
  words: ({ p = 0.2 }) => String(p),
  shape: ([dims = []]) => dims,
  onnx: (emit, [input = '']) => emit.operator('Identity', [input]),
  // One number for each example, as torchvision's mode `row`.
  train: (emit, [input = ''], { output }, { p = 0.2 }) =>
    p === 0
      ? input
      : emit.operator('Mul', [
          input,
          emit.mask(
            output.map(() => 1),
            p,
          ),
        ]),
})
