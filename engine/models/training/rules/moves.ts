/** Operators that move numbers, repeat them, or sum them up. */
import { type Dims, sizeOf } from '../../../values/layers/layer.ts'
import { NoGradientError, type Rule, type Tape } from '../tape.ts'
import { axisOf, broadcast, first, reshaped, scaled, summedTo } from './rule.ts'

const reshape: Rule = {
  type: 'Reshape',
  shapes(tape, [input = '', wanted]) {
    const shape = tape.intsOf(wanted)
    const known = sizeOf(shape.filter((length) => length !== -1))
    return [shape.map((length) => (length === -1 ? sizeOf(tape.shape(input)) / known : length))]
  },
  backward: (tape, { inputs: [input = ''] }, gradient) => [reshaped(tape, gradient, tape.shape(input))],
}

const transpose: Rule = {
  type: 'Transpose',
  shapes: (tape, [input = ''], { perm }) => [(perm as Dims).map((axis) => tape.shape(input)[axis] ?? 0)],
  backward(tape, { attributes: { perm } }, gradient) {
    const order = perm as Dims
    return [tape.operator('Transpose', [gradient], { perm: order.map((_, axis) => order.indexOf(axis)) })]
  },
}

const concat: Rule = {
  type: 'Concat',
  shapes(tape, inputs, attributes) {
    const all = inputs.map((input) => tape.shape(input))
    const axis = axisOf(attributes, all[0] ?? [])
    return [
      (all[0] ?? []).map((length, i) => (i === axis ? all.reduce((sum, dims) => sum + (dims[i] ?? 0), 0) : length)),
    ]
  },
  backward(tape, { inputs, attributes }, gradient) {
    const axis = axisOf(attributes, tape.shape(gradient))
    const parts = tape.ints(inputs.map((input) => tape.shape(input)[axis] ?? 0))
    return tape.several('Split', [gradient, parts], { axis })
  },
}

const split: Rule = {
  type: 'Split',
  shapes(tape, [input = '', parts], attributes) {
    const dims = tape.shape(input)
    const axis = axisOf(attributes, dims)
    return tape.intsOf(parts).map((length) => dims.map((own, i) => (i === axis ? length : own)))
  },
  backward(tape, { inputs: [input = ''], outputs, attributes }, _, __, gradients) {
    const each = outputs.map((output, i) => gradients[i] ?? zeros(tape, tape.shape(output)))
    return [tape.operator('Concat', each, { axis: axisOf(attributes, tape.shape(input)) })]
  },
}

const zeros = (tape: Tape, shape: Dims): string => tape.operator('Expand', [tape.number(0), tape.ints(shape)])

/** Begins and ends of a slice along every axis, as lengths. */
function rangesOf(tape: Tape, [input = '', begins, ends, axes, steps]: readonly string[]) {
  const dims = tape.shape(input)
  const [from, to, along] = [tape.intsOf(begins), tape.intsOf(ends), tape.intsOf(axes)]
  const by = steps === undefined ? along.map(() => 1) : tape.intsOf(steps)
  return dims.map((length, axis) => {
    const at = along.indexOf(axis)
    if (at < 0) return { begin: 0, end: length, step: 1 }
    const step = by[at] ?? 1
    // Only a whole axis is turned.
    if (step < 0) return { begin: 0, end: length, step }
    return { begin: Math.min(from[at] ?? 0, length), end: Math.min(to[at] ?? length, length), step }
  })
}

interface Range {
  readonly begin: number
  readonly end: number
  readonly step: number
}

/** Numbers put back where a slice with steps took them: zeros come between them, axis by axis, and around them. */
function spread(tape: Tape, gradient: string, dims: Dims, ranges: readonly Range[]): string {
  let made = gradient
  for (const [axis, { begin, step }] of ranges.entries()) {
    const shape = tape.shape(made)
    const length = shape[axis] ?? 1
    if (step > 1) {
      const apart = reshaped(tape, made, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)])
      const pads = [...shape, 0].map(() => 0)
      const after = pads.map((_, i) => (i === axis + 1 ? step - 1 : 0))
      const wide = tape.operator('Pad', [apart, tape.ints([...pads, ...after])])
      made = reshaped(tape, wide, [...shape.slice(0, axis), length * step, ...shape.slice(axis + 1)])
    }
    // The last number may have fewer zeros behind it than the others, or none.
    const whole = tape.shape(made)[axis] ?? 1
    const left = (dims[axis] ?? 0) - begin - whole
    if (left < 0)
      made = tape.operator('Slice', [made, ...[[0], [whole + left], [axis]].map((numbers) => tape.ints(numbers))])
    if (begin > 0 || left > 0) {
      const before = dims.map((_, i) => (i === axis ? begin : 0))
      const after = dims.map((_, i) => (i === axis ? Math.max(0, left) : 0))
      made = tape.operator('Pad', [made, tape.ints([...before, ...after])])
    }
  }
  return made
}

const slice: Rule = {
  type: 'Slice',
  shapes: (tape, inputs) => [
    rangesOf(tape, inputs).map(({ begin, end, step }) => Math.ceil((end - begin) / Math.abs(step))),
  ],
  backward(tape, { inputs }, gradient) {
    const dims = tape.shape(inputs[0] ?? '')
    const ranges = rangesOf(tape, inputs)
    // What was turned is turned back.
    if (ranges.every(({ begin, end, step }, i) => step === -1 || (step === 1 && begin === 0 && end === dims[i])))
      return [tape.operator('Slice', [gradient, ...inputs.slice(1)])]
    if (ranges.some(({ step }) => step < 1)) throw new NoGradientError('a slice is turned and cut at once')
    if (ranges.some(({ step }) => step !== 1)) return [spread(tape, gradient, dims, ranges)]
    const pads = [...ranges.map(({ begin }) => begin), ...ranges.map(({ end }, i) => (dims[i] ?? 0) - end)]
    return [tape.operator('Pad', [gradient, tape.ints(pads)])]
  },
}

const pad: Rule = {
  type: 'Pad',
  shapes(tape, [input = '', pads]) {
    const by = tape.intsOf(pads)
    const dims = tape.shape(input)
    return [dims.map((length, i) => length + (by[i] ?? 0) + (by[i + dims.length] ?? 0))]
  },
  backward(tape, { inputs: [input = '', pads] }, gradient) {
    const dims = tape.shape(input)
    const begins = tape.intsOf(pads).slice(0, dims.length)
    const ends = begins.map((begin, i) => begin + (dims[i] ?? 0))
    return [tape.operator('Slice', [gradient, ...[begins, ends, [...dims.keys()]].map((all) => tape.ints(all))])]
  },
}

/** One of many, or rows by their numbers, which are constants. */
const gather: Rule = {
  type: 'Gather',
  shapes(tape, [input = '', places = ''], attributes) {
    const dims = tape.shape(input)
    const axis = axisOf(attributes, dims)
    return [[...dims.slice(0, axis), ...tape.shape(places), ...dims.slice(axis + 1)]]
  },
  backward(tape, { inputs: [input = '', places = ''], attributes }, gradient) {
    const dims = tape.shape(input)
    const axis = axisOf(attributes, dims)
    if (tape.shape(places).length === 0) {
      const at = tape.intsOf(places)[0] ?? 0
      const one = reshaped(
        tape,
        gradient,
        dims.map((length, i) => (i === axis ? 1 : length)),
      )
      const before = dims.map((_, i) => (i === axis ? at : 0))
      const after = dims.map((length, i) => (i === axis ? length - 1 - at : 0))
      return [tape.operator('Pad', [one, tape.ints([...before, ...after])])]
    }
    if (axis !== 0) throw new NoGradientError('there is no gradient of rows along another axis')
    const rows = reshaped(tape, places, [...tape.shape(places), 1])
    return [tape.operator('ScatterND', [zeros(tape, dims), rows, gradient], { reduction: 'add' })]
  },
}

const expand: Rule = {
  type: 'Expand',
  shapes: (tape, [input = '', wanted]) => [broadcast(tape.shape(input), tape.intsOf(wanted))],
  backward: (tape, { inputs: [input = ''] }, gradient) => [summedTo(tape, gradient, tape.shape(input))],
}

/** Absent axes are all. */
function reducedShape(tape: Tape, [input = '', axes]: readonly string[], keep: boolean): Dims {
  const dims = tape.shape(input)
  const along = axes === undefined ? [...dims.keys()] : tape.intsOf(axes)
  return keep
    ? dims.map((length, axis) => (along.includes(axis) ? 1 : length))
    : dims.filter((_, axis) => !along.includes(axis))
}

const reduced = (type: string, isMean: boolean): Rule => ({
  type,
  shapes: (tape, inputs, { keepdims }) => [reducedShape(tape, inputs, keepdims !== 0)],
  backward(tape, { inputs }, gradient) {
    const dims = tape.shape(inputs[0] ?? '')
    const kept = reducedShape(tape, inputs, true)
    const whole = tape.operator('Expand', [reshaped(tape, gradient, kept), tape.ints(dims)])
    return [isMean ? scaled(tape, whole, sizeOf(kept) / sizeOf(dims)) : whole]
  },
})

export const moveRules: readonly Rule[] = [
  ...[reshape, transpose, concat, split, slice, pad, gather, expand],
  ...[reduced('ReduceSum', false), reduced('ReduceMean', true)],
  {
    type: 'ArgMax',
    shapes: (tape, [input = ''], attributes) => {
      const dims = tape.shape(input)
      const axis = axisOf(attributes, dims)
      return [dims.filter((_, i) => i !== axis)]
    },
  },
  {
    type: 'OneHot',
    shapes: (tape, [places = '', depth], attributes) => {
      const dims = tape.shape(places)
      const { axis = -1 } = attributes as { axis?: number }
      const at = axis < 0 ? dims.length + 1 + axis : axis
      return [[...dims.slice(0, at), tape.intsOf(depth)[0] ?? 0, ...dims.slice(at)]]
    },
  },
  { type: 'ScatterND', shapes: first },
  {
    // Of what is added at places, which are constants.
    type: 'ScatterElements',
    shapes: first,
    backward: (tape, { inputs: [, places = ''], attributes }, gradient, wants) => [
      wants(0) ? gradient : undefined,
      undefined,
      wants(2)
        ? tape.operator('GatherElements', [gradient, places], { axis: axisOf(attributes, tape.shape(gradient)) })
        : undefined,
    ],
  },
  { type: 'GatherElements', shapes: (tape, [, places = '']) => [tape.shape(places)] },
]
