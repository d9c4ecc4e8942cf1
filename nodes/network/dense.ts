import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { activations, pooled } from '../dense.ts'
import { featureSides } from '../features.ts'
import { denseWork } from './dense.work.ts'

const label = 'The dense layer'

/** @throws op.unsupported where features and weights do not belong together */
function checked(features: TensorShape, weights: TensorShape, bias: TensorShape | undefined) {
  const sides = featureSides(label, features)
  const [channels = 0, classes = 0] = weights.shape
  if (weights.shape.length !== 2 || channels !== sides.channels)
    throw unsupported(
      label,
      `weights of ${weights.shape.join(' × ')} for ${sides.channels} features`,
      `${sides.channels} × classes`,
    )
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== classes))
    throw unsupported(label, `a bias of ${bias.shape.join(' × ')} for ${classes} classes`, `${classes} numbers`)
  return { ...sides, classes }
}

/**
 * A fully connected layer, as the head of a classifier is one. Features (N, C), or maps (N, h, w, C) or (N, C, h, w) whose mean is
 * taken first; weights (C, K), bias (K) in; tensor (N, K) float32 out.
 */
export const denseLayer = defineNode({
  type: 'network/dense',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Dense layer',
  alias: 'torch.nn.Linear',
  keywords: ['fully connected', 'linear', 'head', 'classifier', 'softmax', 'global average pooling', 'Keras', 'Gemm'],
  summary: 'Weighs all features for each class: the last layer of a classifier.',
  inputs: {
    features: socket.tensor({
      axes: ['NC', 'NHWC', 'NCHW'],
      help: 'One row for each thing. Of feature maps the mean over all places is taken.',
    }),
    weights: socket.tensor({ axes: ['CK', 'IO', 'HW'], help: 'Features × classes, as Keras has them.' }),
    bias: socket.tensor({ optional: true, help: 'One number for each class.' }),
  },
  params: {
    activation: param.choice({
      default: 'softmax',
      of: activations,
      names: { none: 'None', softmax: 'Softmax', relu: 'ReLU', sigmoid: 'Sigmoid' },
      label: 'Activation',
      help: 'Softmax makes probabilities of the numbers of each row.',
    }),
  },
  outputs: { scores: socket.tensor({ axes: ['NC'] }) },
  shape: ({ features, weights, bias }) => {
    if (!features || !weights) return {}
    const { count, classes } = checked(features, weights, bias)
    return { scores: { kind: 'tensor', shape: [count, classes], axes: ['N', 'C'] } }
  },
  run: async ({ features, weights, bias, activation }, { ops, work }) => {
    const { count, channels, places, first, classes } = checked(features, weights, bias)
    const numbers = await work(denseWork, {
      features: pooled(await ops.read(features, {}), count, places, channels, first),
      weights: Float32Array.from(await ops.read(weights, {})),
      ...(bias && { bias: Float32Array.from(await ops.read(bias, {})) }),
      ...{ channels, classes, activation },
    })
    const shape = { kind: 'tensor', shape: [count, classes], axes: ['N', 'C'] } as const
    return { scores: (await ops.fromNumbers({ shape, numbers })) as TensorValue }
  },
  explain: {
    idea: 'Each class has a weight for every feature. The features of a thing times these weights, added up, say how much speaks for the class.',
    formula: {
      by: 'activation',
      of: {
        none: String.raw`z = W^\top \bar f + b`,
        softmax: String.raw`p = \mathrm{softmax}(W^\top \bar f + b)`,
        relu: String.raw`z = \max(0, W^\top \bar f + b)`,
        sigmoid: String.raw`p = \sigma(W^\top \bar f + b)`,
      },
    },
    reference: 'torch.nn.functional.linear, softmax; Keras Dense, GlobalAveragePooling2D.',
    code: {
      by: 'activation',
      of: {
        none: 'z = features @ weights + bias',
        softmax: 'z = features @ weights + bias; p = np.exp(z - z.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)',
        relu: 'z = np.maximum(0, features @ weights + bias)',
        sigmoid: 'p = 1 / (1 + np.exp(-(features @ weights + bias)))',
      },
    },
  },
})
