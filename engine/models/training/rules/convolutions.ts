/** Convolutions and their transposed form. */
import { type Attributes, type Dims, sizeOf, windows } from '../../../values/layers/layer.ts'
import type { Rule, Tape } from '../tape.ts'
import { product, reshaped, sum } from './rule.ts'

/** Along each axis; what is left out has its default, which only the weights know: how many axes there are. */
const windowOf = (attributes: Attributes) => {
  const { kernel_shape: kernel = [1, 1], group = 1 } = attributes as Partial<Record<'kernel_shape', Dims>> & {
    group?: number
  }
  const {
    strides = kernel.map(() => 1),
    pads = [...kernel, ...kernel].map(() => 0),
    dilations = kernel.map(() => 1),
  } = attributes as Partial<Record<'strides' | 'pads' | 'dilations', Dims>>
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
  const [out = 1, each = 1, ...kernel] = tape.shape(weights)
  const axes = kernel.map((_, i) => i + 2)
  const turned = kernel.every((length) => length === 1)
    ? weights
    : tape.operator('Slice', [
        weights,
        ...[kernel.map((length) => length - 1), kernel.map((length) => -length - 1), axes, kernel.map(() => -1)].map(
          (all) => tape.ints(all),
        ),
      ])
  const apart = reshaped(tape, turned, [group, out / group, each, ...kernel])
  const swapped = tape.operator('Transpose', [apart], { perm: [0, 2, 1, ...axes.map((axis) => axis + 1)] })
  return reshaped(tape, swapped, [group * each, out / group, ...kernel])
}

/** dx: of stride 1 a convolution again, else a transposed one. */
function inputGradient(tape: Tape, gradient: string, x: string, weights: string, attributes: Attributes): string {
  const { kernel, strides, pads, dilations, group } = windowOf(attributes)
  const around = kernel.map((_, axis) => side(dilations, axis) * (side(kernel, axis) - 1) - side(pads, axis))
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

/** All places of a window, row by row. */
const placesIn = (kernel: Dims): readonly Dims[] =>
  kernel.reduce<readonly Dims[]>(
    (all, length) => all.flatMap((place) => Array.from({ length }, (_, at) => [...place, at])),
    [[]],
  )

/** Up to this many channels, a convolution is faster than a matrix product, whose matrices would be too thin. */
const fewChannels = 8

/** dw, as a convolution of the input with the gradient, examples in place of channels. */
function asConvolution(tape: Tape, gradient: string, x: string, attributes: Attributes): string {
  const { kernel, strides, pads, dilations } = windowOf(attributes)
  const perm = [1, 0, ...kernel.map((_, i) => i + 2)]
  const [seen = '', answers = ''] = [x, gradient].map((all) => tape.operator('Transpose', [all], { perm }))
  const made = tape.operator('Conv', [seen, answers], {
    ...{ kernel_shape: tape.shape(answers).slice(2), strides: dilations, dilations: strides, pads, group: 1 },
  })
  const whole = tape.shape(made).slice(2)
  const cut = whole.every((length, axis) => length === side(kernel, axis))
    ? made
    : tape.operator('Slice', [
        made,
        ...[kernel.map(() => 0), kernel, kernel.map((_, i) => i + 2)].map((all) => tape.ints(all)),
      ])
  return tape.operator('Transpose', [cut], { perm })
}

/** With zeros around it, as a convolution sees it. */
const paddedBy = (tape: Tape, x: string, pads: Dims): string =>
  pads.every((pad) => pad === 0)
    ? x
    : tape.operator('Pad', [
        x,
        tape.ints([0, 0, ...pads.slice(0, pads.length / 2), 0, 0, ...pads.slice(pads.length / 2)]),
      ])

/**
 * dw of stride 1, as one product of matrices: of the gradient, moved along the first axis to each row of the window, and of the input,
 * moved along the others. So the nine places of a 3 × 3 window cost six copies.
 */
function byShifts(tape: Tape, gradient: string, x: string, attributes: Attributes): string {
  const { kernel, pads, dilations, group } = windowOf(attributes)
  const [count = 1, channels = 1] = tape.shape(x)
  const [, out = 1, ...made] = tape.shape(gradient)
  const [own, each] = [out / group, channels / group]
  const [rows = 1, ...others] = kernel
  const padded = paddedBy(tape, x, pads)
  const [height = 1, ...sides] = tape.shape(padded).slice(2)
  const row = sizeOf(made.slice(1))
  const places = height * row

  // Copies one after the other, each a row of the picture further apart than what is read at once: every time it lies a row later.
  const flat = reshaped(tape, gradient, [count, group, own, side(made, 0) * row])
  const after = places + side(dilations, 0) * row - side(made, 0) * row
  const apart = tape.operator('Pad', [flat, tape.ints([0, 0, 0, 0, 0, 0, 0, after])])
  const copies = tape.operator('Concat', [...new Array<string>(rows - 1).fill(apart), flat], { axis: 3 })
  const answers = reshaped(tape, copies, [count, group, own * rows, places])
  const taps = placesIn(others).map((place) => {
    const begins = place.map((at, axis) => at * side(dilations, axis + 1))
    const ends = begins.map((begin, axis) => begin + side(made, axis + 1))
    const whole = begins.every((begin, axis) => begin === 0 && ends[axis] === sides[axis])
    const axes = place.map((_, axis) => axis + 3)
    const seen = whole
      ? padded
      : tape.operator('Slice', [padded, ...[begins, ends, axes].map((numbers) => tape.ints(numbers))])
    return reshaped(tape, seen, [count, group, each, places])
  })
  const products = taps.map((seen) =>
    reshaped(tape, sum(tape, product(tape, answers, seen, { b: true }), [0], 0), [group, own, rows, 1, each]),
  )
  const whole = products.length === 1 ? (products[0] ?? '') : tape.operator('Concat', products, { axis: 3 })
  return reshaped(tape, tape.operator('Transpose', [whole], { perm: [0, 1, 4, 2, 3] }), [out, each, ...kernel])
}

/**
 * dw, as one product of matrices: of the gradient (out, places) and of what each place of the window sees (window, places), for each
 * example and group, then summed over the examples.
 */
function weightGradient(tape: Tape, gradient: string, x: string, attributes: Attributes): string {
  const { kernel, strides, pads, dilations, group } = windowOf(attributes)
  const [count = 1, channels = 1] = tape.shape(x)
  if (group === 1 && channels <= fewChannels) return asConvolution(tape, gradient, x, attributes)
  if (strides.every((stride) => stride === 1) && kernel[0] !== 1) return byShifts(tape, gradient, x, attributes)
  const [, out = 1, ...made] = tape.shape(gradient)
  const axes = kernel.map((_, i) => i + 2)
  const [each, places] = [channels / group, sizeOf(made)]
  const padded = paddedBy(tape, x, pads)
  const whole = tape.shape(padded).slice(2)
  const taps = placesIn(kernel).map((place) => {
    const begins = place.map((at, axis) => at * side(dilations, axis))
    const ends = begins.map((begin, axis) => begin + (side(made, axis) - 1) * side(strides, axis) + 1)
    const all =
      strides.every((stride) => stride === 1) &&
      begins.every((begin, axis) => begin === 0 && ends[axis] === whole[axis])
    const seen = all
      ? padded
      : tape.operator('Slice', [padded, ...[begins, ends, axes, strides].map((numbers) => tape.ints(numbers))])
    return reshaped(tape, seen, [count, group, each, places])
  })
  const seen = taps.length === 1 ? (taps[0] ?? '') : tape.operator('Concat', taps, { axis: 2 })
  const answers = reshaped(tape, gradient, [count, group, out / group, places])
  const products = sum(tape, product(tape, answers, seen, { b: true }), [0], 0)
  const sorted = reshaped(tape, products, [out, taps.length, each])
  const turned = taps.length === 1 ? sorted : tape.operator('Transpose', [sorted], { perm: [0, 2, 1] })
  return reshaped(tape, turned, [out, each, ...kernel])
}

const bias = (tape: Tape, gradient: string): string =>
  sum(
    tape,
    gradient,
    [...tape.shape(gradient).keys()].filter((axis) => axis !== 1),
    0,
  )

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
    const { output_padding: more = [] } = attributes as { output_padding?: Dims }
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
    return [
      wants(0) ? tape.operator('Conv', [gradient, weights], windowAttributes(attributes)) : undefined,
      wants(1) ? weightGradient(tape, x, gradient, attributes) : undefined,
      b !== undefined && wants(2) ? bias(tape, gradient) : undefined,
    ]
  },
}

export const convolutionRules: readonly Rule[] = [conv, convTranspose]
