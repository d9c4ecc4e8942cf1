import { defineNode } from '../../engine/graph/node.ts'
import { countOf } from '../../engine/ops/shape.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { readNames } from '../names.ts'
import { softmax } from '../softmax.ts'

/** The best classes of a classifier, by name. Tensor of N numbers in; the k best labels out, best first, of equal ones the first. */
export const classifyLabels = defineNode({
  type: 'classify/labels',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Name the classes',
  alias: 'keras.applications.decode_predictions',
  keywords: ['classification', 'top-5', 'softmax', 'ImageNet', 'argmax', 'labels', 'topk', 'probabilities'],
  summary: 'Gives the best classes of a network with their names and scores.',
  inputs: { scores: socket.tensor({ axes: ['NC', 'N', 'C', 'NHWC', 'NCHW'], help: 'One number for each class.' }) },
  params: {
    file: param.file({
      default: '',
      mode: 'open',
      accept: ['json', 'txt'],
      label: 'Names',
      help: 'The names of the classes: one a line, or as JSON.',
    }),
    top: param.integer({
      default: 5,
      min: 1,
      max: 1000,
      soft: [1, 20],
      label: 'How many',
      help: 'The most labels returned, the best first.',
    }),
    softmax: param.boolean({
      default: false,
      label: 'Softmax',
      help: 'Makes probabilities of the numbers, for networks that give logits.',
    }),
  },
  outputs: { labels: socket.labels() },
  shape: async ({ scores, file }, { services, signal }) => {
    // Names of another network are told before the run.
    if (scores && file) readNames(await services.text(file, signal), file, countOf(scores))
    return { labels: { kind: 'labels' } }
  },
  identity: async ({ file }, { services, signal }) => (file ? services.identity(file, signal) : ''),
  watches: ({ file }) => (file ? [file] : []),
  run: async ({ scores, file, top, softmax: exponential }, { ops, services, signal }) => {
    const given = await ops.read(scores, {})
    const names = readNames(await services.text(file, signal), file, given.length)
    const numbers = exponential ? softmax(given) : given
    const best = Array.from(numbers, (score, i) => ({ score, name: names[i] ?? '' }))
      .sort((a, b) => b.score - a.score)
      .slice(0, top)
    const shape = { kind: 'tensor', shape: [best.length], axes: ['N'] } as const
    const kept = await ops.fromNumbers({ shape, numbers: best.map(({ score }) => score) })
    return { labels: { kind: 'labels', names: best.map(({ name }) => name), scores: kept as TensorValue } }
  },
  explain: {
    idea: 'A classifier gives one number for each class that it knows: how sure it is. The largest is its answer, and the next ones tell what it confuses it with.',
    formula: {
      by: 'softmax',
      of: {
        true: String.raw`p_c = \frac{e^{z_c}}{\sum_j e^{z_j}}, \qquad \text{the } \param{top}{k} \text{ largest}`,
        false: String.raw`p_c, \qquad \text{the } \param{top}{k} \text{ largest}`,
      },
    },
    reference: 'Keras decode_predictions; torch.topk, torch.softmax; ImageNet (Russakovsky et al. 2015).',
    code: {
      by: 'softmax',
      of: {
        true: 'p = np.exp(scores - scores.max()); p /= p.sum(); best = np.argsort(-p)[:{top}]',
        false: 'best = np.argsort(-scores)[:{top}]',
      },
    },
  },
})
