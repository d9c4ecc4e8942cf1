import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape, Shape, TensorShape, TensorValue, Value } from '../../engine/values/index.ts'
import { type PlacedWeight, weightsOfAll } from '../../engine/values/layers/graph.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filtersOf, onGray } from '../kernels.ts'
import { seedParam } from '../run-network.ts'
import { weightsFor } from '../weights.ts'

/** The weights of this name; without one, those of the first convolution, or the first there are. Throws `network.weight-unknown`. */
function weightOf({ layers }: NetworkShape, name: string): PlacedWeight {
  const all = weightsOfAll(layers)
  const found =
    name === '' ? (all.find(({ shape }) => shape.length === 4) ?? all[0]) : all.find((one) => one.name === name)
  if (found) return found
  const alike = all.filter((one) => one.name.includes(name))
  const known = (alike.length > 0 ? alike : all).slice(0, 5).map((one) => one.name)
  throw new SightlineError('network.weight-unknown', { given: name, known: known.join(', ') || 'none at all' })
}

/** What each axis is, as PyTorch has them: a convolution (out, in, height, width), a linear layer (classes, channels). */
const axesOf = ({ shape }: PlacedWeight): readonly string[] =>
  shape.length === 4
    ? ['O', 'I', 'H', 'W']
    : shape.length === 2
      ? ['K', 'C']
      : ['N', 'A', 'B', 'D', 'E'].slice(0, shape.length)

const shapeOf = (weight: PlacedWeight): TensorShape => ({ kind: 'tensor', shape: weight.shape, axes: axesOf(weight) })

/**
 * Weights of a network of layers by their name. Network in; the tensor, of convolutions OIHW, of linear layers (classes, channels),
 * and one filter of a convolution as a kernel (height, width) out.
 */
export const layerWeights = defineNode({
  type: 'network/layer-weights',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Weights of a layer',
  alias: 'torch.nn.Module.get_parameter',
  keywords: [
    'kernel',
    'filter',
    'parameters',
    'state_dict',
    'first layer',
    'learned',
    'convolution',
    'named_parameters',
  ],
  summary: 'Gives the weights of a layer as a tensor, and one of its filters as a kernel.',
  inputs: { network: socket.network() },
  params: {
    name: param.text({
      default: '',
      label: 'Weights',
      help: 'Their name in the state dict: conv1.weight, for instance. Empty: those of the first convolution.',
    }),
    filter: param.integer({
      default: 0,
      min: 0,
      max: 65535,
      soft: [0, 63],
      label: 'Filter',
      help: 'Which of the convolution’s filters becomes the kernel, from 0.',
    }),
    channel: param.integer({
      default: -1,
      min: -1,
      max: 65535,
      soft: [-1, 2],
      label: 'Channel',
      help: 'Of the filter, from 0. -1: the sum of all, as the filter acts on a gray picture.',
    }),
    seed: seedParam,
  },
  outputs: {
    weights: socket.tensor({ help: 'For "Grid of filters" and "Nearest filter", if the layer is a convolution.' }),
    kernel: socket.tensor({ axes: ['KL'], help: 'For "Filter with a tensor". Of convolutions only.' }),
  },
  shape: ({ network, name }): Record<string, Shape> => {
    if (!network) return {}
    const weight = weightOf(network, name.trim())
    const [, , height, width] = weight.shape
    const kernel: Record<string, Shape> =
      height === undefined || width === undefined
        ? {}
        : { kernel: { kind: 'tensor', shape: [height, width], axes: ['K', 'L'] } }
    return { weights: shapeOf(weight), ...kernel }
  },
  run: async ({ network, name, filter, channel, seed }, context): Promise<Record<string, Value>> => {
    const { ops } = context
    const weight = weightOf(network, name.trim())
    const shape = shapeOf(weight)
    const all = await weightsFor(network, seed, context)
    const numbers = all.slice(weight.at, weight.at + sizeOf(weight.shape))
    const weights = (await ops.fromNumbers({ shape, numbers })) as TensorValue
    if (weight.shape.length !== 4) return { weights }
    const filters = filtersOf(shape, numbers)
    const { count, channels, height, width } = filters
    if (filter >= count || channel >= channels)
      throw unsupported(
        `"${weight.name}"`,
        `filter ${filter}, channel ${channel}`,
        `filters 0 to ${count - 1}, channels -1 to ${channels - 1}`,
      )
    const matrix =
      channel < 0
        ? onGray(filters, filter).flat()
        : Array.from({ length: height * width }, (_, i) =>
            filters.at(filter, Math.floor(i / width), i % width, channel),
          )
    const kernel = { kind: 'tensor', shape: [height, width], axes: ['K', 'L'] } as const
    return { weights, kernel: (await ops.fromNumbers({ shape: kernel, numbers: matrix })) as TensorValue }
  },
  explain: {
    idea: 'A network is its weights. A filter of its first layer is a kernel like Sobel’s, but found, not designed: take one out and slide it over a picture yourself.',
    reference: 'torch.nn.Module.get_parameter; names as in the state dict.',
    code: 'weights = model.state_dict()[{name}]; kernel = weights[{filter}].sum(0) if {channel} < 0 else weights[{filter}, {channel}]',
  },
})
