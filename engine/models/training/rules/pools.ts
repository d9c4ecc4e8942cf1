/** Poolings. */
import { type Attributes, type Dims, sizeOf, windows } from '../../../values/layers/layer.ts'
import { NoGradientError, type Rule, type Tape } from '../tape.ts'
import { reshaped, scaled, times } from './rule.ts'

function windowOf(attributes: Attributes) {
  const {
    kernel_shape: kernel = [],
    strides = kernel.map(() => 1),
    pads = kernel.flatMap(() => [0, 0]),
    ceil_mode: ceil = 0,
  } = attributes as Partial<Record<'kernel_shape' | 'strides' | 'pads', Dims>> & { ceil_mode?: number }
  return { kernel, strides, pads, ceil: ceil === 1 }
}

function pooled(tape: Tape, [x = '']: readonly string[], attributes: Attributes): Dims {
  const { kernel, strides, pads, ceil } = windowOf(attributes)
  const [count = 1, channels = 1, ...sides] = tape.shape(x)
  const made = sides.map((length, i) => windows(length, kernel[i] ?? 1, strides[i] ?? 1, pads[i] ?? 0, 1, ceil))
  return [count, channels, ...made]
}

/** The second output says where each largest number was found. */
const maxPool: Rule = {
  type: 'MaxPool',
  shapes: (tape, inputs, attributes) => {
    const shape = pooled(tape, inputs, attributes)
    return [shape, shape]
  },
  backward(tape, { inputs: [x = ''], outputs: [, places = ''], attributes }, gradient) {
    const dims = tape.shape(x)
    const { kernel, strides } = windowOf(attributes)
    const apart = kernel.every((length, i) => length <= (strides[i] ?? 1))
    const [at, numbers] = [places, gradient].map((tensor) => reshaped(tape, tensor, [sizeOf(tape.shape(tensor))]))
    const none = tape.operator('Expand', [tape.number(0), tape.ints([sizeOf(dims)])])
    const scattered = tape.operator('ScatterElements', [none, at ?? '', numbers ?? ''], {
      ...{ axis: 0, reduction: apart ? 'none' : 'add' },
    })
    return [reshaped(tape, scattered, dims)]
  },
}

/** Each number gets its part of every mean that it is in: a transposed convolution of each channel with itself. */
const averagePool: Rule = {
  type: 'AveragePool',
  shapes: (tape, inputs, attributes) => [pooled(tape, inputs, attributes)],
  backward(tape, { inputs: [x = ''], attributes }, gradient) {
    const { kernel, strides, pads } = windowOf(attributes)
    const [count = 1, channels = 1, ...sides] = tape.shape(x)
    const made = tape.shape(gradient).slice(2)
    const covered = made.map((length, i) => (length - 1) * (strides[i] ?? 1) + (kernel[i] ?? 1) - 2 * (pads[i] ?? 0))
    const left = sides.map((length, i) => length - (covered[i] ?? 0))
    if (left.some((more) => more < 0)) throw new NoGradientError('its last windows are not full (ceil)')
    const part = 1 / sizeOf(kernel)
    if (pads.every((pad) => pad === 0) && left.every((more) => more === 0) && kernel.join() === strides.join()) {
      const [height = 1, width = 1] = made
      const [rows = 1, columns = 1] = kernel
      const apart = reshaped(tape, gradient, [count * channels * height, 1, width, 1])
      // ONNX Runtime repeats numbers faster by a product than by Expand.
      const parts = tape.floats(new Float32Array(sizeOf(kernel)).fill(part), [1, rows, 1, columns])
      return [reshaped(tape, times(tape, apart, parts), tape.shape(x))]
    }
    // Whoever sees one channel needs one kernel.
    const one = reshaped(tape, gradient, [count * channels, 1, ...made])
    const weights = tape.floats(new Float32Array(sizeOf(kernel)).fill(part), [1, 1, ...kernel])
    const spread = tape.operator('ConvTranspose', [one, weights], {
      ...{ kernel_shape: kernel, strides, pads, dilations: kernel.map(() => 1), group: 1 },
      ...(left.some((more) => more !== 0) && { output_padding: left }),
    })
    return [reshaped(tape, spread, tape.shape(x))]
  },
}

const globalAveragePool: Rule = {
  type: 'GlobalAveragePool',
  shapes: (tape, [x = '']) => [tape.shape(x).map((length, axis) => (axis < 2 ? length : 1))],
  backward(tape, { inputs: [x = ''] }, gradient) {
    const dims = tape.shape(x)
    const part = scaled(tape, gradient, 1 / sizeOf(dims.slice(2)))
    return [tape.operator('Expand', [part, tape.ints(dims)])]
  },
}

export const poolRules: readonly Rule[] = [maxPool, averagePool, globalAveragePool]
