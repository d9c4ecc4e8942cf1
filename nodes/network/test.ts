import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import { mixingTypes } from '../../engine/models/augmentation/steps.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type {
  AugmentationValue,
  ImageValue,
  NetworkValue,
  TensorShape,
  TensorValue,
} from '../../engine/values/index.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { augmentBatch } from '../augment/batch.work.ts'
import { accuracyHelp, exampleInputs, exampleParams, matrixHelp, namesIn } from '../examples.ts'
import { checkShapes, examplesOf } from '../network-examples.ts'
import { gridOf, gridShape, unprepared } from '../picture-grid.ts'
import { runNetwork } from '../run-network.ts'
import type { Examples } from '../trainer.ts'
import { mistakesOf } from '../training-curves.ts'
import { judge } from './judge.work.ts'

/** Examples that go through the network at once. */
const together = 64
/** Pictures of a row of the grid. */
const across = 6

interface Given {
  readonly network: NetworkValue
  readonly batch: TensorValue
  readonly augment: AugmentationValue | undefined
  readonly draws: number
  readonly seed: number
}

/** The classes found, and the cross-entropy of each example: of the example as it is, and as it is changed by chance. */
async function judged({ network, batch, augment, draws, seed }: Given, examples: Examples, context: NodeContext) {
  const { apart, work, progress, signal } = context
  const { count, shape, numbers, targets, sites, classes } = examples
  const size = sizeOf(shape)
  const looks = augment && augment.steps.length > 0 ? 1 + draws : 1
  const [found, losses] = [new Int32Array(count * sites), new Float64Array(count)]
  let [hits, counted] = [0, 0]
  for (let begin = 0; begin < count; begin += together) {
    const length = Math.min(together, count - begin)
    const plain = numbers.slice(begin * size, (begin + length) * size)
    const answers: Float32Array[] = []
    for (let look = 0; look < looks; look++) {
      signal.throwIfAborted()
      const changed =
        look === 0
          ? plain
          : (
              await work(augmentBatch, {
                batch: { shape, numbers: plain, targets: new Int32Array(length), classes: 1 },
                steps: augment?.steps ?? [],
                chance: {
                  ...{ seed, epoch: look, batch: 0 },
                  examples: Int32Array.from({ length }, (_, i) => begin + i),
                },
                ...(batch.prepared && { prepared: batch.prepared }),
              })
            ).numbers
      answers.push(
        await apart(async (ops, models) => {
          const input = (await ops.fromNumbers({
            shape: { kind: 'tensor', shape: [length, ...shape], axes: batch.axes },
            numbers: changed,
          })) as TensorValue
          const { output } = await runNetwork(network, { input }, { seed }, { ...context, ops, models })
          return (await ops.read(output, {})) as Float32Array
        }),
      )
    }
    const right = targets.slice(begin * sites, (begin + length) * sites)
    const made = await work(judge, { looks: answers, targets: right, classes, sites })
    found.set(made.found, begin * sites)
    losses.set(made.losses, begin)
    hits += made.hits
    counted += made.counted
    progress((begin + length) / count, `${begin + length} of ${count}`)
  }
  const loss = losses.reduce((sum, one) => sum + one, 0) / count
  return { loss, accuracy: hits / Math.max(1, counted), found, losses }
}

/** Throws `op.unsupported` for changes after which an answer is none of the example's. */
function checkLooks(augment: AugmentationValue | undefined, sites: number): void {
  const op = 'Looking several times'
  if (augment && sites > 1)
    throw new SightlineError('op.unsupported', {
      op,
      given: 'an answer for each pixel',
      wanted: 'one for each example',
    })
  if (augment?.steps.some(({ type }) => mixingTypes.includes(type)))
    throw new SightlineError('op.unsupported', { op, given: 'Mixup or CutMix', wanted: 'changes of single pictures' })
}

/** Whether examples are pictures. */
const pictures = (batch: TensorShape | undefined): readonly number[] | undefined =>
  batch?.shape.length === 4 ? batch.shape.slice(1) : undefined

/**
 * Tests a network on labelled examples. Network with weights, examples (N, ...) float32 and right answers (N) or (N, H, W) int32 in;
 * the part of right answers, the mean loss, the confusion matrix, the worst examples and their pictures out.
 */
export const networkTest = defineNode({
  type: 'network/test',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Test network',
  alias: 'keras.Model.evaluate',
  keywords: [
    ...['evaluate', 'accuracy', 'confusion matrix', 'mistakes', 'worst', 'errors', 'test-time augmentation', 'TTA'],
    ...['validation', 'score', 'hardest examples'],
  ],
  summary: 'Says how often a network is right on labelled pictures, and shows the worst ones first.',
  inputs: {
    network: socket.network({ help: 'With what it has learned: from "Train network" or with weights from a file.' }),
    batch: socket.tensor({ dtypes: ['float32'], help: 'The examples, as the network takes them.' }),
    targets: socket.tensor({
      dtypes: ['int32'],
      help: 'The class of each example, from 0; or of each pixel of each example, where 255 does not count.',
    }),
    called: exampleInputs.called,
    augment: socket.augmentation({
      optional: true,
      help: 'Each example is looked at several times, changed by chance, and the answers are averaged (test-time augmentation).',
    }),
  },
  params: {
    draws: param.integer({
      default: 8,
      min: 1,
      max: 100,
      label: 'Looks',
      help: 'How often each example is looked at besides as it is. Only where an augmentation is wired.',
    }),
    shown: param.integer({ default: 24, min: 1, max: 96, label: 'Pictures', help: 'How many of the worst are shown.' }),
    names: exampleParams.names,
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Seed',
      help: 'Of the random changes, and of the weights of layers that have none.',
    }),
  },
  outputs: {
    score: socket.number({ help: accuracyHelp }),
    loss: socket.number({ help: 'The mean cross-entropy.' }),
    matrix: socket.table({ help: matrixHelp }),
    worst: socket.table({ help: 'The examples with the largest loss, by their place.' }),
    grid: socket.image({ help: 'The pictures of these, the worst at the top left.' }),
  },
  preview: 'grid',
  shape: ({ network, batch, targets, shown }) => {
    if (network) checkShapes(network, batch, targets)
    const sides = pictures(batch) ?? [1, 1, 1]
    return {
      ...{ score: { kind: 'number' }, loss: { kind: 'number' }, matrix: { kind: 'table' }, worst: { kind: 'table' } },
      ...(batch && { grid: gridShape(Math.min(batch.shape[0] ?? 1, shown), sides, across).shape }),
    }
  },
  run: async ({ network, batch, targets, called, augment, names, shown, draws, seed }, context) => {
    checkShapes(network, batch, targets)
    const examples = await examplesOf(context, network, batch, targets)
    if (examples.count === 0) throw new SightlineError('data.few', { given: 0, wanted: 1 })
    checkLooks(augment, examples.sites)
    const made = await judged({ network, batch, augment, draws, seed }, examples, context)
    const { matrix, worst } = mistakesOf(made, examples, namesIn(called?.text ?? names))
    const sides = pictures(batch) ?? [1, 1, 1]
    const size = sizeOf(examples.shape)
    const order = Array.from({ length: examples.count }, (_, i) => i)
      .sort((a, b) => (made.losses[b] ?? 0) - (made.losses[a] ?? 0))
      .slice(0, shown)
    const plain = order.map((i) => unprepared(examples.numbers.slice(i * size, (i + 1) * size), sides, batch))
    return {
      score: { kind: 'number', value: made.accuracy },
      loss: { kind: 'number', value: made.loss },
      ...{ matrix, worst },
      grid: (await context.ops.fromNumbers(gridOf(plain, sides, across))) as ImageValue,
    }
  },
  explain: {
    idea: 'The pictures that a network gets most wrong say more than its accuracy: wrong labels, things cut off, classes that nobody can tell apart. Looking at each picture several times, slightly changed, makes the answer a little better and costs as many times the work.',
    formula: String.raw`p(c \mid x) = \frac1{k} \sum_{j=1}^{k} \mathrm{softmax}\, f(T_j(x))_c`,
    reference: 'Krizhevsky et al. 2012, section 4.1 (ten views of a picture); sklearn.metrics.confusion_matrix.',
    code: 'found = np.argmax(probabilities, axis=1); accuracy = np.mean(found == targets)',
  },
})
