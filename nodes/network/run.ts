import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import { networkInput, networkOutput, type onnxOf } from '../../engine/models/onnx.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { div, expr, sub } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ColourSpace, ImageValue, NetworkShape, TensorValue } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import type { Dims } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { averageSeen, opaque } from '../alpha.ts'
import { readNames } from '../names.ts'
import { softmax } from '../softmax.ts'
import { identityOf, weightsFor } from '../weights.ts'
import { writeWork } from './write.work.ts'

const normalisations = ['imagenet', 'none', 'centred'] as const

interface Preparation {
  readonly normalise: (typeof normalisations)[number]
  readonly fit: 'crop' | 'stretch'
}

const numbersOf = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  centred: { mean: [0.5], std: [0.5] },
} as const

/** The input of the network, which must be one of pictures. Throws `network.no-picture`. */
function pictureOf({ layers }: NetworkShape): {
  readonly channels: number
  readonly width: number
  readonly height: number
} {
  const input = (layers[0]?.set.shape as Dims | undefined) ?? []
  const [channels = 0, height = 0, width = 0] = input
  if (input.length !== 3) throw new SightlineError('network.no-picture', { given: input.join(' × ') })
  return { channels, width, height }
}

/** The picture in the size of the network's input: its middle, or all of it. */
async function fitted(ops: Ops, image: ImageValue, width: number, height: number, fit: Preparation['fit']) {
  if (image.width === width && image.height === height) return image
  const by = Math.max(width / image.width, height / image.height)
  const size =
    fit === 'stretch'
      ? { width, height }
      : {
          width: Math.max(width, Math.round(image.width * by)),
          height: Math.max(height, Math.round(image.height * by)),
        }
  const method = by < 1 ? 'area' : 'bilinear'
  const scaled = await averageSeen(ops, image, (picture) => ops.resize(picture, { ...size, method }))
  const [x, y] = [(size.width - width) >> 1, (size.height - height) >> 1]
  return ops.crop(scaled, { x, y, width, height })
}

/** The channels that the network takes. Plain data of one or three channels counts as gray or RGB. Throws `op.unsupported`. */
async function coloured(ops: Ops, image: ImageValue, channels: number): Promise<ImageValue> {
  const given = await opaque(ops, image)
  if (given.channels === channels && (given.space === 'data' || given.space === 'rgb' || given.space === 'gray'))
    return given
  if ((channels === 1 || channels === 3) && (given.channels === 1 || given.channels === 3)) {
    const space: ColourSpace = given.channels === 1 ? 'gray' : 'rgb'
    const colours = given.space === 'data' ? { ...given, space, range: [0, 1] as const } : given
    return ops.convertColour(colours, { to: channels === 1 ? 'gray' : 'rgb' })
  }
  throw new SightlineError('op.unsupported', {
    op: 'The network',
    given: `a picture of ${given.channels} channels`,
    wanted: `${channels} channels`,
  })
}

async function prepared(ops: Ops, image: ImageValue, network: NetworkShape, { normalise, fit }: Preparation) {
  const { channels, width, height } = pictureOf(network)
  const sized = await fitted(ops, await coloured(ops, image, channels), width, height, fit)
  const numbers = normalise === 'none' ? undefined : numbersOf[normalise]
  // Means of colours have no meaning for other channels.
  const [mean, std] =
    channels === 3 ? [numbers?.mean ?? [0], numbers?.std ?? [1]] : numbers ? [[0.5], [0.5]] : [[0], [1]]
  const made = numbers
    ? await ops.pointwise(sized, { formula: expr((v) => div(sub(v, mean), std)), space: 'data', range: null })
    : sized
  return ops.toTensor(made, { axes: 'NCHW' })
}

type Written = ReturnType<typeof onnxOf>
const graphs = new WeakMap<NetworkShape['layers'], Written>()

/** A network is written once, however often it runs. */
async function written({ layers, name }: NetworkShape, { work }: Pick<NodeContext, 'work'>): Promise<Written> {
  const model = graphs.get(layers) ?? (await work(writeWork, { layers, ...(name !== undefined && { name }) }))
  graphs.set(layers, model)
  return model
}

/** N, then what each axis of a result is. */
const axesOf = (dims: Dims): readonly string[] =>
  dims.length === 1
    ? ['N', 'C']
    : dims.length === 3
      ? ['N', 'C', 'H', 'W']
      : ['N', ...['A', 'B', 'D', 'E'].slice(0, dims.length)]

const outputShape = (network: NetworkShape) => {
  const { output } = totalsOf(network.layers)
  return { kind: 'tensor', shape: [1, ...output], axes: axesOf(output) } as const
}

/**
 * What a network makes of a picture. Network of pictures and image in; its result as a tensor, N first, and, where that is one row,
 * labels with softmax's scores out.
 */
export const networkRun = defineNode({
  type: 'network/run',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Run network',
  alias: 'torch.nn.Module.forward',
  keywords: ['inference', 'forward', 'predict', 'classify', 'logits', 'onnxruntime', 'evaluate'],
  summary: 'Runs a network that was built from layers on a picture.',
  inputs: {
    network: socket.network(),
    image: socket.image({ help: 'Brought to the size of the network’s input.' }),
  },
  params: {
    normalise: param.choice({
      default: 'imagenet',
      of: normalisations,
      names: { imagenet: 'ImageNet', none: 'None', centred: 'From -1 to 1' },
      label: 'Normalisation',
      help: 'As the weights were trained. ImageNet: mean [0.485, 0.456, 0.406] and deviation [0.229, 0.224, 0.225] of the colours.',
    }),
    fit: param.choice({
      default: 'crop',
      of: ['crop', 'stretch'],
      names: { crop: 'Middle of the picture', stretch: 'All, stretched' },
      label: 'Fit',
      help: 'How a picture of another size gets that of the input.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Seed',
      help: 'Of the random weights of layers that have none.',
    }),
    classes: param.choice({
      default: 'numbers',
      of: ['numbers', 'file'],
      names: { numbers: 'Numbers', file: 'A file' },
      label: 'Names of the classes',
      help: 'What the labels are called.',
    }),
    file: param.file({
      default: '',
      mode: 'open',
      accept: ['json', 'txt'],
      label: 'Names',
      help: 'The names of the classes: one a line, or as JSON.',
      when: { param: 'classes', is: ['file'] },
    }),
  },
  outputs: { tensor: socket.tensor(), labels: socket.labels() },
  shape: ({ network }) => {
    if (!network) return {}
    pictureOf(network)
    const tensor = outputShape(network)
    return tensor.shape.length === 2 ? { tensor, labels: { kind: 'labels', count: tensor.shape[1] ?? 0 } } : { tensor }
  },
  identity: async ({ classes, file }, { services, signal }) =>
    classes === 'file' && file ? services.identity(file, signal) : '',
  watches: ({ classes, file }) => (classes === 'file' && file ? [file] : []),
  run: async ({ network, image, seed, classes, file, ...how }, context) => {
    const { ops, models, services, signal } = context
    const { output, numbers } = totalsOf(network.layers)
    const text = classes === 'file' ? await services.text(file, signal) : undefined
    const input = await prepared(ops, image, network, how)
    const { bytes, opset, operators } = await written(network, context)
    const { channels, height, width } = pictureOf(network)
    const made = await models.runMade(
      {
        id: identityOf(network, seed),
        name: network.name ?? 'Network of layers',
        ...{ graph: bytes, opset, operators, bytes: numbers * 4 },
        inputs: [{ name: networkInput, dtype: 'float32', shape: ['N', channels, height, width] }],
        outputs: [{ name: networkOutput, dtype: 'float32', shape: ['N', ...output], axes: axesOf(output) }],
        weights: () => weightsFor(network, seed, context),
      },
      { [networkInput]: input },
    )
    const tensor = made[networkOutput] as TensorValue
    if (output.length !== 1) return { tensor }
    const scores = softmax(await ops.read(tensor, {}))
    const names = text === undefined ? Array.from(scores, (_, i) => String(i)) : readNames(text, file, scores.length)
    const shape = { kind: 'tensor', shape: [scores.length], axes: ['N'] } as const
    const kept = (await ops.fromNumbers({ shape, numbers: Float32Array.from(scores) })) as TensorValue
    return { tensor, labels: { kind: 'labels', names, scores: kept } }
  },
  explain: {
    idea: 'The picture goes through all layers, one after the other. With random weights nothing sensible comes out, but the shapes and the time are those of the trained network.',
    formula: String.raw`y = f_L(\dots f_2(f_1(x; W_1); W_2) \dots; W_L), \qquad p = \mathrm{softmax}(y)`,
    reference: 'ONNX Runtime; torch.nn.Module.',
    code: {
      by: 'normalise',
      of: {
        imagenet:
          'x = torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(torchvision.transforms.ToTensor()(image)); y = model.eval()(x[None])',
        none: 'y = model.eval()(torchvision.transforms.ToTensor()(image)[None])',
        centred: 'y = model.eval()(2 * torchvision.transforms.ToTensor()(image)[None] - 1)',
      },
    },
  },
})
