import { defineNode } from '../../engine/graph/node.ts'
import { momentsOf } from '../../engine/models/training/optimisers.ts'
import { hashText } from '../../engine/run/keys.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { PlotValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import {
  freezeParams,
  frozenOf,
  lossOf,
  lossParams,
  optimiserOf,
  optimiserParams,
  ratesOf,
} from '../learning-params.ts'
import { checkShapes, examplesOf } from '../network-examples.ts'
import { rowOf, Trainer } from '../trainer.ts'
import { identityOf, weightsFor } from '../weights.ts'
import { writeTraining } from './train.work.ts'

/** How much of the mean loss is carried from step to step (fastai). */
const carried = 0.98
/** Many times the smallest loss: the training has left what it can learn. */
const lost = 4
/** The shortest time between two updates of the curve, in ms. */
const shownEvery = 500

interface Tried {
  readonly rate: number
  /** A mean over the last steps. */
  readonly loss: number
}

/** The exponential mean of losses, without the lean to 0 at its beginning. */
function smoothed(losses: readonly number[]): readonly number[] {
  let mean = 0
  return losses.map((loss, i) => {
    mean = carried * mean + (1 - carried) * loss
    return mean / (1 - carried ** (i + 1))
  })
}

/** Where the loss falls fastest by the logarithm of the rate, before its lowest point. */
export function steepest(tried: readonly Tried[]): number {
  const lowest = tried.reduce(
    (best, { loss }, i) => (loss < (tried[best]?.loss ?? Number.POSITIVE_INFINITY) ? i : best),
    0,
  )
  let [at, most] = [0, Number.NEGATIVE_INFINITY]
  for (let i = 1; i < lowest; i++) {
    const fall = (tried[i - 1]?.loss ?? 0) - (tried[i + 1]?.loss ?? 0)
    if (fall > most) [at, most] = [i, fall]
  }
  return tried[at]?.rate ?? Number.NaN
}

function curve(tried: readonly Tried[]): PlotValue {
  const ends = [tried[0], tried.at(-1)].map((one) => Math.log10(one?.rate ?? 1)) as [number, number]
  return {
    kind: 'plot',
    x: { label: 'Learning rate, as a power of 10', range: ends[1] > ends[0] ? ends : [ends[0], ends[0] + 1] },
    series: [{ name: 'Loss', values: tried.map(({ loss }) => loss) }],
  }
}

/**
 * Tries learning rates from small to large, a step each. Network, examples (N, ...) float32 and right answers (N) or (N, H, W) int32
 * in; the loss against the rate, and the rate at which it falls fastest out. The network stays as it is.
 */
export const networkFindRate = defineNode({
  type: 'network/find-rate',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Find learning rate',
  alias: 'fastai Learner.lr_find',
  keywords: ['learning rate', 'finder', 'range test', 'lr_find', 'training', 'optimiser', 'SGD', 'Adam', 'Smith'],
  summary: 'Tries learning rates from small to large, and shows at which the network learns fastest.',
  inputs: {
    network: socket.network(),
    batch: socket.tensor({ dtypes: ['float32'], help: 'The examples, as the network takes them.' }),
    targets: socket.tensor({
      dtypes: ['int32'],
      help: 'The class of each example, from 0; or of each pixel of each example, where 255 does not count.',
    }),
    augment: socket.augmentation({ optional: true, help: 'What is changed by chance in the examples.' }),
  },
  params: {
    least: param.number({ default: 1e-6, min: 1e-10, max: 1, label: 'Smallest rate', help: 'Of the first step.' }),
    most: param.number({ default: 1, min: 1e-9, max: 100, label: 'Largest rate', help: 'Of the last step.' }),
    steps: param.integer({
      default: 100,
      min: 10,
      max: 10_000,
      soft: [50, 300],
      label: 'Steps',
      help: 'Each with a larger rate, by the same factor. It stops early where the loss explodes.',
    }),
    batchSize: param.integer({
      default: 64,
      min: 1,
      max: 65_536,
      soft: [8, 256],
      label: 'Batch',
      help: 'Examples of one step, as in the training.',
    }),
    ...optimiserParams,
    ...lossParams,
    ...freezeParams,
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Seed',
      help: 'Of the first weights, the order of the examples, and dropout.',
    }),
  },
  outputs: {
    loss: socket.plot({ help: 'Smoothed, against the power of ten of the rate.' }),
    rate: socket.number({ help: 'Where the loss falls fastest: a good rate to begin with.' }),
    table: socket.table({ help: 'The rate and the loss of each step.' }),
  },
  preview: 'loss',
  shape: ({ network, batch, targets }) => {
    if (network) checkShapes(network, batch, targets)
    return { loss: { kind: 'plot' }, rate: { kind: 'number' }, table: { kind: 'table' } }
  },
  run: async (given, context) => {
    const { network, batch, targets, augment, least, most, seed, ...params } = given
    const { job, work, models, progress } = context
    if (most <= least)
      throw new SightlineError('param.invalid', { param: 'most', given: String(most), wanted: `more than ${least}` })
    checkShapes(network, batch, targets)
    const examples = await examplesOf(context, network, batch, targets)
    const batchSize = Math.min(params.batchSize, examples.count)
    const optimiser = optimiserOf(params)
    const loss = lossOf(params, examples, augment)
    const frozen = frozenOf(network, params)
    const rates = ratesOf(network, params.groups)
    const { training } = await work(writeTraining, {
      ...{ layers: network.layers, batch: batchSize, loss, optimiser, frozen },
      ...(rates && { rates }),
    })
    const weights = await weightsFor(network, seed, context)
    const learned = rowOf(training.learned, weights)
    const rows = {
      learned,
      ...(training.fixed.length > 0 && { fixed: rowOf(training.fixed, weights) }),
      ...Object.fromEntries(momentsOf(optimiser).map((name) => [name, new Float32Array(learned.length)])),
    }
    const { graph, opset, operators, inputs, outputs } = training
    const stepper = {
      id: hashText(
        JSON.stringify([
          'rates',
          identityOf(network, seed),
          loss,
          optimiser,
          batchSize,
          [...frozen],
          rates && [...rates],
        ]),
      ),
      name: network.name ?? 'Network of layers',
      ...{ graph, opset, operators, inputs, outputs, bytes: 0 },
      weights: async () => new Float32Array(0),
    }
    return models.hold(stepper, async (held) => {
      const trainer = new Trainer(held, rows, {
        ...{ training, loss, optimiser, examples, batch: batchSize, seed },
        ...(augment &&
          augment.steps.length > 0 && {
            augment: { steps: augment.steps, work, ...(batch.prepared && { prepared: batch.prepared }) },
          }),
      })
      const losses: number[] = []
      const tried: number[] = []
      const told = (): readonly Tried[] => smoothed(losses).map((loss, i) => ({ rate: tried[i] ?? Number.NaN, loss }))
      let [shownAt, lowest] = [performance.now(), Number.POSITIVE_INFINITY]
      for (let step = 0; step < params.steps; step++) {
        const rate = least * (most / least) ** (step / (params.steps - 1))
        const made = await trainer.step(step, rate, false)
        if (!Number.isFinite(made.loss)) break
        tried.push(rate)
        losses.push(made.loss)
        const mean = told().at(-1)?.loss ?? made.loss
        lowest = Math.min(lowest, mean)
        progress((step + 1) / params.steps, `rate ${rate.toPrecision(2)}, loss ${mean.toPrecision(3)}`)
        if (mean > lost * lowest) break
        if (performance.now() - shownAt > shownEvery) {
          shownAt = performance.now()
          await job.emit({ loss: curve(told()) })
        }
      }
      if (losses.length < 3)
        throw new SightlineError('network.loss-lost', {
          given: 'no number',
          step: losses.length + 1,
          epoch: 1,
          rate: least,
        })
      const all = told()
      return {
        loss: curve(all),
        rate: { kind: 'number', value: steepest(all) },
        table: { kind: 'table', columns: ['Learning rate', 'Loss'], rows: all.map(({ rate, loss }) => [rate, loss]) },
      }
    })
  },
  explain: {
    idea: 'Too small a rate learns nothing in sensible time, too large a one forgets everything. A hundred steps, each with a slightly larger rate, show where in between the loss falls fastest, and where it explodes.',
    formula: String.raw`\eta_i = \param{least}{\eta_0} \left(\frac{\param{most}{\eta_1}}{\eta_0}\right)^{i / (n - 1)}, \qquad \hat\eta = \arg\min_{\eta} \frac{\partial L}{\partial \ln \eta}`,
    reference: 'Smith 2017, "Cyclical Learning Rates for Training Neural Networks"; fastai, Learner.lr_find.',
    code: 'rates = np.geomspace({least}, {most}, {steps})',
  },
})
