import { defineNode } from '../../engine/graph/node.ts'
import { networkInput } from '../../engine/models/onnx.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape, Shape, TensorValue, Value } from '../../engine/values/index.ts'
import { factsOfAll } from '../../engine/values/layers/graph.ts'
import type { SocketSpec } from '../../engine/values/socket.ts'
import { socket } from '../../engine/values/sockets.ts'
import { tapsIn } from '../model-sockets.ts'
import { readNames } from '../names.ts'
import { pictureOf, preparationParams, prepared } from '../prepare-picture.ts'
import { placeOfLayer, resultShape, runNetwork, seedParam } from '../run-network.ts'
import { softmax } from '../softmax.ts'

const own = ['tensor', 'labels']

/** Places of the layers that are named. Throws `network.layer-unknown`, `param.invalid`. */
function tapsOf({ layers }: NetworkShape, taps: string): readonly number[] {
  return tapsIn(taps).map((name) => {
    if (own.includes(name))
      throw new SightlineError('param.invalid', {
        ...{ param: 'taps', given: name, wanted: 'layers whose names are not those of other outputs' },
      })
    return placeOfLayer(layers, name)
  })
}

const tap: SocketSpec = { type: 'tensor', help: 'What a layer gives.' }

/**
 * What a network makes of a picture. Network of pictures and image in; its result as a tensor, N first, and, where that is one row,
 * labels with softmax's scores out. Layers that are named give their results (1, ...) too.
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
    ...preparationParams,
    seed: seedParam,
    runtime: param.choice({
      default: 'onnxruntime',
      of: ['onnxruntime', 'tensorflow'],
      names: { onnxruntime: 'ONNX Runtime', tensorflow: 'TensorFlow.js' },
      label: 'Runtime',
      help: 'What computes it. ONNX Runtime is faster on every processor; both give the same within rounding.',
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
    taps: param.text({
      default: '',
      label: 'Layers to look into',
      help: 'Layers whose results become outputs too: their names as the summary has them, with commas between.',
    }),
  },
  outputs: { tensor: socket.tensor(), labels: socket.labels() },
  sockets: {
    by: ['taps'],
    of: ({ taps }) => ({
      inputs: {},
      outputs: Object.fromEntries(tapsIn(taps).flatMap((name) => (own.includes(name) ? [] : [[name, tap] as const]))),
    }),
  },
  network: { built: 'network', taps: 'taps' },
  shape: ({ network, taps }): Record<string, Shape> => {
    if (!network) return {}
    pictureOf(network)
    const facts = factsOfAll(network.layers)
    const tensor = resultShape(facts.at(-1)?.output ?? [])
    const tapped = tapsOf(network, taps).map((at): [string, Shape] => [
      network.layers[at]?.name ?? '',
      resultShape(facts[at]?.output ?? []),
    ])
    const labels: Record<string, Shape> =
      tensor.shape.length === 2 ? { labels: { kind: 'labels', count: tensor.shape[1] ?? 0 } } : {}
    return { ...Object.fromEntries(tapped), tensor, ...labels }
  },
  identity: async ({ classes, file }, { services, signal }) =>
    classes === 'file' && file ? services.identity(file, signal) : '',
  watches: ({ classes, file }) => (classes === 'file' && file ? [file] : []),
  run: async (
    { network, image, seed, runtime, classes, file, taps, ...how },
    context,
  ): Promise<Record<string, Value>> => {
    const { ops, services, signal, wants } = context
    const { layers } = network
    const text = classes === 'file' ? await services.text(file, signal) : undefined
    const places = tapsOf(network, taps).filter((at) => wants(layers[at]?.name ?? ''))
    const input = await prepared(ops, image, network, how)
    const on = runtime === 'tensorflow' ? 'tensorflow.js layers' : 'onnxruntime'
    const made = await runNetwork(network, { [networkInput]: input }, { seed, taps: places, runtime: on }, context)
    const tapped = Object.fromEntries(places.map((at, i) => [layers[at]?.name ?? '', made.taps[i] as TensorValue]))
    const tensor = made.output
    if (tensor.shape.length !== 2) return { ...tapped, tensor }
    const scores = softmax(await ops.read(tensor, {}))
    const names = text === undefined ? Array.from(scores, (_, i) => String(i)) : readNames(text, file, scores.length)
    const shape = { kind: 'tensor', shape: [scores.length], axes: ['N'] } as const
    const kept = (await ops.fromNumbers({ shape, numbers: Float32Array.from(scores) })) as TensorValue
    return { ...tapped, tensor, labels: { kind: 'labels', names, scores: kept } }
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
