import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf } from '../boxes.ts'
import { pooled } from '../dense.ts'
import { featureSides } from '../features.ts'
import { ridgeWork } from './ridge.work.ts'

const label = 'Ridge regression'
/** Unknowns at most: some seconds of work. */
const most = 4096

/**
 * Learns to guess numbers from features. Features (N, C) or maps, whose mean is taken, and targets (N, K) in; weights (C, K) and bias
 * (K) for a dense layer without activation out. With labelled boxes, those of the background and of a score of 0 are left out.
 */
export const ridge = defineNode({
  type: 'classify/ridge',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Ridge regression',
  alias: 'sklearn.linear_model.Ridge',
  keywords: ['linear regression', 'least squares', 'R-CNN', 'bounding box regression', 'fit', 'learn', 'train', 'L2'],
  summary: 'Learns weights that predict numbers from features, and keeps the weights small.',
  inputs: {
    features: socket.tensor({
      axes: ['NC', 'NHWC', 'NCHW'],
      help: 'One row for each example. Of feature maps the mean over all places is taken.',
    }),
    targets: socket.tensor({ axes: ['NC', 'NK'], help: 'What should be guessed: a row for each example.' }),
    labels: socket.boxes({
      optional: true,
      help: 'From "Label boxes": only boxes that show a thing are learned from.',
    }),
  },
  params: {
    alpha: param.number({
      default: 1,
      min: 1e-6,
      max: 1e9,
      soft: [0.001, 1000],
      label: 'Alpha',
      help: 'What large weights cost: the larger, the less it follows single examples. R-CNN uses 1000.',
    }),
  },
  outputs: {
    weights: socket.tensor({ axes: ['CK'] }),
    bias: socket.tensor({ axes: ['C'] }),
    error: socket.number({ help: 'How far its guesses are off on average, on the examples. New examples are harder.' }),
  },
  shape: ({ features, targets }) => {
    const error = { kind: 'number' } as const
    if (!features || targets?.shape.length !== 2) return { error }
    const [channels, outputs] = [featureSides(label, features).channels, targets.shape[1] ?? 0]
    return {
      weights: { kind: 'tensor', shape: [channels, outputs], axes: ['C', 'K'] },
      bias: { kind: 'tensor', shape: [outputs], axes: ['C'] },
      error,
    }
  },
  run: async ({ features, targets, labels, alpha }, { ops, work }) => {
    const { count, channels, places, first } = featureSides(label, features)
    const [rows = 0, outputs = 0] = targets.shape
    if (targets.shape.length !== 2 || rows !== count)
      throw unsupported(label, `targets of ${targets.shape.join(' × ')} for ${count} rows of features`, `${count} × K`)
    const boxes = labels && (await arraysOf(labels, ops))
    if (boxes && boxes.scores.length !== count)
      throw new SightlineError('detect.rows', { given: features.shape.join(' × '), count: boxes.scores.length })
    const used = Array.from({ length: count }, (_, i) => i).filter(
      (i) => !boxes || ((boxes.scores[i] ?? 0) > 0 && (boxes.classes[i] ?? 0) > 0),
    )
    if (used.length === 0) throw new SightlineError('ridge.no-examples', {})
    if (Math.min(used.length, channels) > most)
      throw unsupported(label, `${used.length} examples of ${channels} features`, `at most ${most} of either`)
    const all = pooled(await ops.read(features, {}), count, places, channels, first)
    const wanted = await ops.read(targets, {})
    const pick = (from: ArrayLike<number>, width: number) => {
      const out = new Float32Array(used.length * width)
      for (const [to, i] of used.entries())
        for (let c = 0; c < width; c++) out[to * width + c] = from[i * width + c] ?? Number.NaN
      return out
    }
    const input = { features: pick(all, channels), targets: pick(wanted, outputs), count: used.length, alpha }
    if (!input.features.every(Number.isFinite) || !input.targets.every(Number.isFinite))
      throw unsupported(label, 'NaN or infinity among the features or targets', 'finite numbers')
    const { weights, bias, error } = await work(ridgeWork, input)
    const make = async (numbers: Float32Array, shape: readonly number[], axes: readonly string[]) =>
      (await ops.fromNumbers({ shape: { kind: 'tensor', shape, axes }, numbers })) as TensorValue
    return {
      weights: await make(weights, [channels, outputs], ['C', 'K']),
      bias: await make(bias, [outputs], ['C']),
      error: { kind: 'number', value: error },
    }
  },
  explain: {
    idea: 'Each number is guessed as a weighted sum of the features. Of all weights, those are taken that come closest to the examples while they stay small: small weights cannot learn an example by heart.',
    formula: String.raw`\min_{W, b}\ |X W + b - Y|^2 + \param{alpha}{\alpha}\, |W|^2`,
    reference: 'sklearn.linear_model.Ridge; R-CNN (Girshick et al. 2014), appendix C, equation 5.',
    code: 'ridge = sklearn.linear_model.Ridge(alpha={alpha}).fit(features, targets); weights = ridge.coef_.T',
  },
})
