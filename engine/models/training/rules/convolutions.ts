/** Convolutions and their transposed form. */
import { type Attribute, type Dims, sizeOf, windows } from '../../../values/layers/layer.ts'
import { NoGradientError, type Rule, type Tape } from '../tape.ts'
import { product, reshaped, sum } from './rule.ts'

type Attributes = Readonly<Record<string, Attribute>>

const windowOf = (attributes: Attributes) => {
  const {
    kernel_shape: kernel = [1, 1],
    strides = [1, 1],
    pads = [0, 0, 0, 0],
    dilations = [1, 1],
    group = 1,
  } = attributes as Partial<Record<'kernel_shape' | 'strides' | 'pads' | 'dilations', Dims>> & { group?: number }
  return { kernel, strides, pads, dilations, group }
}

/** Those that a convolution takes: without `output_padding`. */
const windowAttributes = (attributes: Attributes): Attributes => {
  const { kernel, ...others } = windowOf(attributes)
  return { kernel_shape: kernel, ...others }
}

const side = (lengths: Dims, axis: number): number => lengths[axis] ?? 1

/** The weights of a convolution of the gradient: turned by half a turn, and channels exchanged within each group. */
function turnedWeights(tape: Tape, weights: string, group: number): string {
  const [out = 1, each = 1, rows = 1, columns = 1] = tape.shape(weights)
  const turned =
    rows === 1 && columns === 1
      ? weights
      : tape.operator('Slice', [
          weights,
          ...[
            [rows - 1, columns - 1],
            [-rows - 1, -columns - 1],
            [2, 3],
            [-1, -1],
          ].map((all) => tape.ints(all)),
        ])
  const apart = reshaped(tape, turned, [group, out / group, each, rows, columns])
  const swapped = tape.operator('Transpose', [apart], { perm: [0, 2, 1, 3, 4] })
  return reshaped(tape, swapped, [group * each, out / group, rows, columns])
}

/** dx: of stride 1 a convolution again, else a transposed one. */
function inputGradient(tape: Tape, gradient: string, x: string, weights: string, attributes: Attributes): string {
  const { kernel, strides, pads, dilations, group } = windowOf(attributes)
  const around = [0, 1].map((axis) => side(dilations, axis) * (side(kernel, axis) - 1) - side(pads, axis))
  if (strides.every((stride) => stride === 1) && around.every((pad) => pad >= 0))
    return tape.operator('Conv', [gradient, turnedWeights(tape, weights, group)], {
      ...windowAttributes(attributes),
      pads: [...around, ...around],
    })
  const [given, made] = [tape.shape(x).slice(2), tape.shape(gradient).slice(2)]
  const left = given.map((length, axis) => {
    const covered = (side(made, axis) - 1) * side(strides, axis) + side(dilations, axis) * (side(kernel, axis) - 1) + 1
    return length - (covered - 2 * side(pads, axis))
  })
  return tape.operator('ConvTranspose', [gradient, weights], {
    ...windowAttributes(attributes),
    ...(left.some((more) => more !== 0) && { output_padding: left }),
  })
}

/** Up to this many channels, a convolution is faster than a matrix product, whose matrices would be too thin. */
const fewChannels = 8

/** dw, as a convolution of the input with the gradient, examples in place of channels. */
function asConvolution(tape: Tape, gradient: string, x: string, attributes: Attributes): string {
  const { kernel, strides, pads, dilations } = windowOf(attributes)
  const [seen = '', answers = ''] = [x, gradient].map((all) =>
    tape.operator('Transpose', [all], { perm: [1, 0, 2, 3] }),
  )
  const made = tape.operator('Conv', [seen, answers], {
    ...{ kernel_shape: tape.shape(answers).slice(2), strides: dilations, dilations: strides, pads, group: 1 },
  })
  const whole = tape.shape(made).slice(2)
  const cut = whole.every((length, axis) => length === side(kernel, axis))
    ? made
    : tape.operator('Slice', [made, ...[[0, 0], kernel, [2, 3]].map((all) => tape.ints(all))])
  return tape.operator('Transpose', [cut], { perm: [1, 0, 2, 3] })
}

/**
 * dw, as one product of matrices: of the gradient (out, places) and of what each place of the window sees (window, places), for each
 * example and group, then summed over the examples.
 */
function weightGradient(tape: Tape, gradient: string, x: string, attributes: Attributes): string {
  const { kernel, strides, pads, dilations, group } = windowOf(attributes)
  const [count = 1, channels = 1] = tape.shape(x)
  if (group === 1 && channels <= fewChannels) return asConvolution(tape, gradient, x, attributes)
  const [, out = 1, ...made] = tape.shape(gradient)
  const [rows = 1, columns = 1] = kernel
  const [each, places] = [channels / group, sizeOf(made)]
  const padded = pads.every((pad) => pad === 0)
    ? x
    : tape.operator('Pad', [x, tape.ints([0, 0, ...pads.slice(0, 2), 0, 0, ...pads.slice(2)])])
  const [height = 1, width = 1] = tape.shape(padded).slice(2)
  const taps: string[] = []
  for (let r = 0; r < rows; r++)
    for (let s = 0; s < columns; s++) {
      const begins = [r * side(dilations, 0), s * side(dilations, 1)]
      const ends = begins.map((begin, axis) => begin + (side(made, axis) - 1) * side(strides, axis) + 1)
      const whole = begins.every((begin) => begin === 0) && ends[0] === height && ends[1] === width
      const seen =
        whole && strides.every((stride) => stride === 1)
          ? padded
          : tape.operator('Slice', [padded, ...[begins, ends, [2, 3], strides].map((all) => tape.ints(all))])
      taps.push(reshaped(tape, seen, [count, group, each, places]))
    }
  const seen = taps.length === 1 ? (taps[0] ?? '') : tape.operator('Concat', taps, { axis: 2 })
  const answers = reshaped(tape, gradient, [count, group, out / group, places])
  const products = sum(tape, product(tape, answers, seen, { b: true }), [0], 0)
  const sorted = reshaped(tape, products, [out, rows * columns, each])
  const turned = taps.length === 1 ? sorted : tape.operator('Transpose', [sorted], { perm: [0, 2, 1] })
  return reshaped(tape, turned, [out, each, rows, columns])
}

function requirePlane(tape: Tape, x: string): void {
  const axes = tape.shape(x).length - 2
  if (axes !== 2)
    throw new NoGradientError(`there is a gradient of convolutions over two axes only, and it has ${axes}`)
}

const bias = (tape: Tape, gradient: string): string => sum(tape, gradient, [0, 2, 3], 0)

const conv: Rule = {
  type: 'Conv',
  shapes(tape, [x = '', weights = ''], attributes) {
    const { kernel, strides, pads, dilations } = windowOf(attributes)
    const [count = 1, , ...sides] = tape.shape(x)
    const made = sides.map((length, i) =>
      windows(length, side(kernel, i), side(strides, i), pads[i] ?? 0, side(dilations, i)),
    )
    return [[count, tape.shape(weights)[0] ?? 1, ...made]]
  },
  backward(tape, { inputs: [x = '', weights = '', b], attributes }, gradient, wants) {
    requirePlane(tape, x)
    return [
      wants(0) ? inputGradient(tape, gradient, x, weights, attributes) : undefined,
      wants(1) ? weightGradient(tape, gradient, x, attributes) : undefined,
      b !== undefined && wants(2) ? bias(tape, gradient) : undefined,
    ]
  },
}

const convTranspose: Rule = {
  type: 'ConvTranspose',
  shapes(tape, [x = '', weights = ''], attributes) {
    const { kernel, strides, pads, dilations, group } = windowOf(attributes)
    const { output_padding: more = [0, 0] } = attributes as { output_padding?: Dims }
    const [count = 1, , ...sides] = tape.shape(x)
    const made = sides.map(
      (length, i) =>
        (length - 1) * side(strides, i) -
        2 * (pads[i] ?? 0) +
        side(dilations, i) * (side(kernel, i) - 1) +
        1 +
        (more[i] ?? 0),
    )
    return [[count, (tape.shape(weights)[1] ?? 1) * group, ...made]]
  },
  // It is the gradient of a convolution, so its own gradients are those of one, with the ends exchanged.
  backward(tape, { inputs: [x = '', weights = '', b], attributes }, gradient, wants) {
    requirePlane(tape, x)
    return [
      wants(0) ? tape.operator('Conv', [gradient, weights], windowAttributes(attributes)) : undefined,
      wants(1) ? weightGradient(tape, x, gradient, attributes) : undefined,
      b !== undefined && wants(2) ? bias(tape, gradient) : undefined,
    ]
  },
}

export const convolutionRules: readonly Rule[] = [conv, convTranspose]
