/** Normalisations. */
import type { Dims } from '../../../values/layers/layer.ts'
import type { Rule, Tape } from '../tape.ts'
import { mean, minus, plus, reshaped, scaled, sum, summedTo, times } from './rule.ts'

const epsilonOf = (attributes: Readonly<Record<string, unknown>>): number =>
  (attributes.epsilon as { float: number } | undefined)?.float ?? 1e-5

/** 1 / √(v + ε) */
const inverse = (tape: Tape, variance: string, epsilon: number): string => {
  const root = tape.operator('Sqrt', [plus(tape, variance, tape.number(epsilon))])
  return tape.operator('Div', [tape.number(1), root])
}

/**
 * Training, from the batch: its other outputs are mean and variance. dx = γ / σ (dy − mean(dy) − x̂ mean(dy x̂)) with the sums over
 * all but the channels (Ioffe and Szegedy 2015, section 3).
 */
const batchNormalization: Rule = {
  type: 'BatchNormalization',
  shapes: (tape, [x = '', scale = ''], { training_mode: training }) =>
    training === 1 ? [tape.shape(x), tape.shape(scale), tape.shape(scale)] : [tape.shape(x)],
  backward(tape, node, gradient, wants) {
    const { attributes, inputs, outputs } = node
    const [x = '', scale = ''] = inputs
    const dims = tape.shape(x)
    const training = attributes.training_mode === 1
    const [middle = '', variance = ''] = training ? outputs.slice(1) : inputs.slice(3)
    const along: Dims = dims.map((length, axis) => (axis === 1 ? length : 1))
    const wide = (tensor: string): string => reshaped(tape, tensor, along)
    const axes = [...dims.keys()].filter((axis) => axis !== 1)
    const deviation = inverse(tape, wide(variance), epsilonOf(attributes))
    const centred = minus(tape, x, wide(middle))
    const shifts = sum(tape, gradient, axes)
    const slopes = times(tape, sum(tape, times(tape, gradient, centred), axes), deviation)
    const factor = times(tape, wide(scale), deviation)
    const dx = () => {
      if (!training) return times(tape, gradient, factor)
      const part = axes.reduce((all, axis) => all / (dims[axis] ?? 1), 1)
      const share = times(tape, scaled(tape, slopes, part), deviation)
      const rest = minus(tape, minus(tape, gradient, scaled(tape, shifts, part)), times(tape, centred, share))
      return times(tape, rest, factor)
    }
    return [
      wants(0) ? dx() : undefined,
      wants(1) ? reshaped(tape, slopes, tape.shape(scale)) : undefined,
      wants(2) ? reshaped(tape, shifts, tape.shape(scale)) : undefined,
    ]
  },
}

/** Over the last axis; its other outputs are the mean and 1 / σ (Ba, Kiros and Hinton 2016). */
const layerNormalization: Rule = {
  type: 'LayerNormalization',
  shapes(tape, [x = '']) {
    const dims = tape.shape(x)
    const each = [...dims.slice(0, -1), 1]
    return [dims, each, each]
  },
  backward(tape, { inputs: [x = '', scale = ''], outputs: [, middle = '', deviation = ''] }, gradient, wants) {
    const last = [tape.shape(x).length - 1]
    const unit = times(tape, minus(tape, x, middle), deviation)
    const dx = () => {
      const own = times(tape, gradient, scale)
      const rest = minus(
        tape,
        minus(tape, own, mean(tape, own, last)),
        times(tape, unit, mean(tape, times(tape, own, unit), last)),
      )
      return times(tape, rest, deviation)
    }
    return [
      wants(0) ? dx() : undefined,
      wants(1) ? summedTo(tape, times(tape, gradient, unit), tape.shape(scale)) : undefined,
      wants(2) ? summedTo(tape, gradient, tape.shape(scale)) : undefined,
    ]
  },
}

export const normRules: readonly Rule[] = [batchNormalization, layerNormalization]
