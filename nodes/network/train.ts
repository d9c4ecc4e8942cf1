import type { HeldModel, MadeModel } from '../../engine/graph/models.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { networkInput, networkOutput } from '../../engine/models/onnx.ts'
import { momentsOf } from '../../engine/models/training/optimisers.ts'
import { hashText } from '../../engine/run/keys.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { socket } from '../../engine/values/sockets.ts'
import { accuracyHelp, exampleInputs, exampleParams, matrixHelp, namesIn, orderOf } from '../examples.ts'
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
import { rateAt, schedules } from '../rates.ts'
import { part, rowOf, sorted, Trainer, testOn } from '../trainer.ts'
import { curvesOf, endsSegment, historyOf, mistakesOf, segmentsOf } from '../training-curves.ts'
import {
  bestEpoch,
  bestRows,
  bytesOf,
  isStuck,
  namedBest,
  ownRows,
  type Progressed,
  stateOf,
  type TrainingState,
} from '../training-state.ts'
import { identityOf, trainedNetwork, weightsFor } from '../weights.ts'
import { writeTraining } from './train.work.ts'

/** The shortest time between two updates of the curves, in ms. */
const shownEvery = 500
/** What a `kill -9` may cost, in ms. */
const keptEvery = 30_000

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`

/**
 * Trains a network. Network, examples (N, ...) float32 and right answers (N) or (N, H, W) int32 in; tested on its own examples, or on
 * the last part of the others. The network with its trained weights, curves of loss and accuracy by epoch, the accuracy of the last
 * test, its confusion matrix and its worst examples out.
 */
export const networkTrain = defineNode({
  type: 'network/train',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Train network',
  alias: 'torch.optim',
  keywords: [
    ...['training', 'fit', 'learn', 'backpropagation', 'gradient descent', 'SGD', 'Adam', 'AdamW', 'momentum', 'loss'],
    ...['cross-entropy', 'focal', 'Dice', 'epochs', 'batch size', 'learning rate', 'fine-tune', 'transfer learning'],
    ...['keras.fit', 'loss curve', 'confusion matrix', 'accuracy'],
  ],
  summary: 'Teaches a network that was built from layers with labelled examples, and tests it on others.',
  inputs: {
    network: socket.network(),
    batch: socket.tensor({ dtypes: ['float32'], help: 'The examples, as the network takes them.' }),
    targets: socket.tensor({
      dtypes: ['int32'],
      help: 'The class of each example, from 0; or of each pixel of each example, where 255 does not count.',
    }),
    testBatch: socket.tensor({
      optional: true,
      dtypes: ['float32'],
      help: 'Other examples, for the test. Without them the last part of the first ones is kept for it.',
    }),
    testTargets: socket.tensor({ optional: true, dtypes: ['int32'], help: 'The right answers of the test.' }),
    called: exampleInputs.called,
    augment: socket.augmentation({
      optional: true,
      help: 'What is changed by chance in what it learns from, anew in every epoch. The test is left alone.',
    }),
  },
  params: {
    epochs: param.integer({
      default: 5,
      min: 1,
      max: 10_000,
      soft: [1, 50],
      label: 'Epochs',
      help: 'How often it sees every example.',
    }),
    batchSize: param.integer({
      default: 64,
      min: 1,
      max: 65_536,
      soft: [8, 256],
      label: 'Batch',
      help: 'Examples of one step. What does not fill the last batch of an epoch has its turn in another.',
    }),
    ...optimiserParams,
    rate: param.number({
      default: 0.001,
      min: 0,
      max: 100,
      soft: [0.0001, 0.1],
      label: 'Learning rate',
      help: 'The size of a step: about 0.001 for Adam, 0.01 to 0.1 for SGD.',
    }),
    schedule: param.choice({
      default: 'constant',
      of: schedules,
      names: { constant: 'Constant', step: 'In steps', cosine: 'Cosine' },
      label: 'Schedule',
      help: 'How the learning rate falls.',
    }),
    stepEpochs: param.integer({
      default: 10,
      min: 1,
      max: 10_000,
      soft: [1, 50],
      label: 'Epochs of a step',
      help: 'The learning rate falls each time this many epochs have passed.',
      when: { param: 'schedule', is: ['step'] },
    }),
    stepFactor: param.number({
      default: 0.1,
      min: 0,
      max: 1,
      label: 'Factor of a step',
      help: 'What the learning rate is multiplied by.',
      when: { param: 'schedule', is: ['step'] },
    }),
    warmUp: param.number({
      default: 0,
      min: 0,
      max: 1000,
      soft: [0, 5],
      label: 'Warm-up',
      help: 'Epochs in which the learning rate grows from almost 0.',
    }),
    ...lossParams,
    clip: param.number({
      default: 0,
      min: 0,
      max: 1e6,
      soft: [0, 10],
      label: 'Longest gradient',
      help: 'A longer one is shortened. 0: never.',
    }),
    ...freezeParams,
    patience: param.integer({
      default: 0,
      min: 0,
      max: 10_000,
      soft: [0, 20],
      label: 'Patience',
      help: 'It stops when the loss of the test has not fallen for this many epochs. 0: it never stops early.',
    }),
    keep: param.choice({
      default: 'last',
      of: ['last', 'best'],
      names: { last: 'The last', best: 'The best' },
      label: 'Network',
      help: 'That of the last epoch, or of the one with the lowest loss of the test.',
    }),
    test: param.number({
      default: 0.1,
      min: 0.01,
      max: 0.9,
      label: 'For the test',
      help: 'The part at the end of the examples that it does not learn from, where no others are wired.',
    }),
    shuffle: exampleParams.shuffle,
    names: exampleParams.names,
    runtime: param.choice({
      default: 'onnxruntime',
      of: ['onnxruntime', 'tensorflow'],
      names: { onnxruntime: 'ONNX Runtime', tensorflow: 'TensorFlow.js' },
      label: 'Runtime',
      help: 'What computes it. ONNX Runtime uses the processor, so a seed gives the same bits again. TensorFlow.js uses its own library or a graphics card where there is one; else it is many times slower. Both give the same within rounding.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Seed',
      help: 'Of the first weights, the order of the examples, and dropout. The same seed trains the same network.',
    }),
  },
  outputs: {
    network: socket.network({ help: 'With what it has learned.' }),
    loss: socket.plot(),
    accuracy: socket.plot({ help: 'The part of right answers.' }),
    score: socket.number({ help: accuracyHelp }),
    matrix: socket.table({ help: matrixHelp }),
    worst: socket.table({ help: 'Of the test: the examples with the largest loss, by their place.' }),
    history: socket.table({ help: 'A row for each epoch.' }),
  },
  preview: 'loss',
  shape: ({ network, batch, targets, testBatch, testTargets }) => {
    const known = { loss: { kind: 'plot' }, accuracy: { kind: 'plot' }, score: { kind: 'number' } } as const
    const tables = { matrix: { kind: 'table' }, worst: { kind: 'table' }, history: { kind: 'table' } } as const
    if (!network) return { ...known, ...tables }
    checkShapes(network, batch, targets)
    checkShapes(network, testBatch, testTargets)
    const { kind, name, layers } = network
    return { network: { kind, ...(name !== undefined && { name }), layers }, ...known, ...tables }
  },
  run: async (given, context) => {
    const { network, batch, targets, testBatch, testTargets, called, augment, epochs, seed, ...params } = given
    const { job, work, models, progress, note } = context
    const { layers } = network
    checkShapes(network, batch, targets)
    checkShapes(network, testBatch, testTargets)
    const inOrder = await examplesOf(context, network, batch, targets)
    const all = params.shuffle ? sorted(inOrder, orderOf(inOrder.count, true)) : inOrder
    if ((testBatch === undefined) !== (testTargets === undefined))
      throw new SightlineError('data.rows', {
        examples: testBatch?.shape[0] ?? 0,
        targets: testTargets?.shape[0] ?? 0,
      })
    const others = testBatch && testTargets ? await examplesOf(context, network, testBatch, testTargets) : undefined
    const learned = others ? all.count : all.count - Math.max(1, Math.round(all.count * params.test))
    if (learned < 1) throw new SightlineError('data.few', { given: all.count, wanted: 2 })
    const [examples, test] = [part(all, 0, learned), others ?? part(all, learned, all.count)]
    const batchSize = Math.min(params.batchSize, learned)
    const names = namesIn(called?.text ?? params.names)

    const optimiser = optimiserOf(params)
    const loss = lossOf(params, examples, augment)
    const frozen = frozenOf(network, params)
    const rates = ratesOf(network, params.groups)
    const { training, test: tested } = await work(writeTraining, {
      ...{ layers, batch: batchSize, loss, optimiser, frozen },
      ...(params.clip > 0 && { clip: params.clip }),
      ...(rates && { rates }),
    })

    const begin = async (): Promise<TrainingState> => {
      const weights = await weightsFor(network, seed, context)
      const zeros = rowOf(training.learned, weights).length
      return {
        ...{ step: 0, epochs: [], segments: [], open: [0, 0, 0] },
        rows: {
          learned: rowOf(training.learned, weights),
          ...(training.fixed.length > 0 && { fixed: rowOf(training.fixed, weights) }),
          ...Object.fromEntries(momentsOf(optimiser).map((name) => [name, new Float32Array(zeros)])),
        },
      }
    }
    /** The last state whose rows are known. */
    let kept = job.resume ? stateOf(job.resume) : await begin()
    const steps = Math.floor(learned / batchSize)

    /** What the network needs besides the pictures. */
    const weightRows = ({ rows }: TrainingState): Readonly<Record<string, Float32Array>> =>
      Object.fromEntries(Object.entries(rows).filter(([name]) => name === 'learned' || name === 'fixed'))

    const outputs = async (whole: TrainingState, tester: HeldModel) => {
      const state = params.keep === 'best' ? { ...whole, rows: { ...whole.rows, ...bestRows(whole) } } : whole
      const made = await testOn(tester, weightRows(state), test, loss.kind)
      return {
        network: await trainedNetwork(network, training, state.rows, context),
        ...curvesOf(state, steps),
        score: { kind: 'number' as const, value: made.accuracy },
        ...mistakesOf(made, test, names),
        history: historyOf(state),
      }
    }

    const modelOf = (id: string, graph: Pick<MadeModel, 'graph' | 'opset' | 'operators' | 'inputs' | 'outputs'>) => ({
      id: hashText(
        JSON.stringify([
          id,
          identityOf(network, seed),
          loss,
          optimiser,
          batchSize,
          [...frozen],
          params.clip,
          rates && [...rates],
          params.runtime,
        ]),
      ),
      name: network.name ?? 'Network of layers',
      runtime: params.runtime === 'tensorflow' ? ('tensorflow.js graph' as const) : ('onnxruntime' as const),
      ...graph,
      bytes: 0,
      weights: async () => new Float32Array(0),
    })
    const { graph, opset, operators } = training
    const stepper = modelOf('training', { graph, opset, operators, inputs: training.inputs, outputs: training.outputs })
    const tester = modelOf('test', {
      ...{ graph: tested.bytes, opset: tested.opset, operators: tested.operators },
      inputs: [
        { name: networkInput, dtype: 'float32', shape: ['N', ...examples.shape] },
        ...training.inputs.filter(({ name }) => name === 'learned' || name === 'fixed'),
      ],
      outputs: [{ name: networkOutput, dtype: 'float32', shape: ['N', ...totalsOf(layers).output] }],
    })

    return models.hold(tester, (testing) =>
      models.hold(stepper, async (held) => {
        const options = {
          ...{ training, loss, optimiser, examples, batch: batchSize, seed },
          ...(augment &&
            augment.steps.length > 0 && {
              augment: { steps: augment.steps, work, ...(batch.prepared && { prepared: batch.prepared }) },
            }),
        }
        const trainer = new Trainer(held, ownRows(kept), options)
        let state: Progressed = { step: kept.step, epochs: kept.epochs, segments: kept.segments, open: kept.open }
        let [shownAt, keptAt] = [performance.now(), performance.now()]
        let last: Awaited<ReturnType<typeof outputs>> | undefined
        while (state.step < epochs * steps && !(state.step % steps === 0 && isStuck(state.epochs, params.patience))) {
          const at = state.step % steps
          const ends = at === steps - 1
          const rate = rateAt({ ...params, epochs }, state.step, steps)
          const keeps = ends || job.paused || performance.now() - keptAt > keptEvery
          const made = await trainer.step(state.step, rate, keeps)
          if (!Number.isFinite(made.loss)) {
            const epoch = state.epochs.length + 1
            const said = { given: String(made.loss), step: at + 1, epoch, rate }
            if (kept.step === 0) throw new SightlineError('network.loss-lost', said)
            note(
              `The loss was ${said.given} in step ${said.step} of epoch ${epoch}, so the training was stopped. This is the network after ${kept.step} steps, the last that was kept. Lower the learning rate (${rate}), or clip the gradient.`,
            )
            break
          }
          const [count, losses, accuracies] = state.open
          const open = [count + 1, losses + made.loss, accuracies + made.accuracy] as const
          state = { ...state, step: state.step + 1, open }
          if (endsSegment(at, steps)) {
            const segment = { loss: open[1] / open[0], accuracy: open[2] / open[0] }
            state = { ...state, segments: [...state.segments, segment], open: [0, 0, 0] }
          }
          if (ends) {
            const own = state.segments.slice(-segmentsOf(steps))
            const mean = (of: 'loss' | 'accuracy'): number => own.reduce((sum, one) => sum + one[of], 0) / own.length
            const whole = { ...state, rows: made.rows }
            const { loss: testLoss, accuracy: testAccuracy } = await testOn(testing, weightRows(whole), test, loss.kind)
            const epoch = { rate, loss: mean('loss'), accuracy: mean('accuracy'), testLoss, testAccuracy }
            state = { ...state, epochs: [...state.epochs, epoch] }
          }
          if (keeps) {
            const best = ends && bestEpoch(state.epochs) === state.epochs.length - 1 ? made.rows : bestRows(kept)
            kept = { ...state, rows: { ...made.rows, ...(params.keep === 'best' && namedBest(best)) } }
            last = undefined
          }
          const [newest, epoch] = [state.segments.at(-1), state.epochs.at(-1)]
          progress(
            state.step / (epochs * steps),
            [
              `epoch ${Math.min(epochs, Math.floor(state.step / steps) + 1)} of ${epochs}`,
              newest ? `loss ${newest.loss.toPrecision(3)}` : '',
              epoch ? `test ${percent(epoch.testAccuracy)}` : '',
            ]
              .filter(Boolean)
              .join(', '),
          )
          if (ends) {
            last = await outputs(kept, testing)
            await job.emit(last)
          } else if (performance.now() - shownAt > shownEvery && state.segments.length > 0) {
            shownAt = performance.now()
            await job.emit(curvesOf(state, steps))
          }
          if (keeps) {
            keptAt = performance.now()
            await job.checkpoint(bytesOf(kept))
          }
        }
        if (state.epochs.length < epochs && isStuck(state.epochs, params.patience))
          note(
            `The loss of the test has not fallen since epoch ${1 + bestEpoch(state.epochs)}, so the training was stopped after epoch ${state.epochs.length} of ${epochs}.`,
          )
        return last && state.step === kept.step ? last : outputs(kept, testing)
      }),
    )
  },
  explain: {
    idea: 'The network answers a batch of examples, and the loss says how wrong it is. The gradient says for every weight which way the loss falls, and the optimiser takes a small step that way. After every epoch it is tested on examples it has not learned from: only that says what it is worth.',
    formula: String.raw`w \leftarrow w - \param{rate}{\eta}\, \nabla_w \frac1n \sum_{i=1}^{n} L(f(x_i; w), t_i)`,
    reference:
      'torch.optim.SGD, Adam, AdamW; torch.nn.CrossEntropyLoss; Kingma and Ba 2015; Loshchilov and Hutter 2017, 2019; Lin et al. 2017 (focal); Milletari et al. 2016 (Dice).',
    code: {
      by: 'optimiser',
      of: {
        sgd: 'optimiser = torch.optim.SGD(model.parameters(), lr={rate}, momentum={momentum}, weight_decay={weightDecay}, nesterov={nesterov})',
        adam: 'optimiser = torch.optim.Adam(model.parameters(), lr={rate}, weight_decay={weightDecay})',
        adamw: 'optimiser = torch.optim.AdamW(model.parameters(), lr={rate}, weight_decay={weightDecay})',
      },
    },
  },
})
