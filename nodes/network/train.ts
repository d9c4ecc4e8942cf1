import type { HeldModel, MadeModel } from '../../engine/graph/models.ts'
import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import { networkInput, networkOutput } from '../../engine/models/onnx.ts'
import { lossKinds } from '../../engine/models/training/losses.ts'
import { momentsOf, optimiserKinds } from '../../engine/models/training/optimisers.ts'
import { hashText } from '../../engine/run/keys.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape, NetworkValue, TensorShape, TensorValue } from '../../engine/values/index.ts'
import { factsOfAll, totalsOf } from '../../engine/values/layers/graph.ts'
import { type Dims, sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { exampleInputs, exampleParams, namesIn, orderOf } from '../examples.ts'
import { rateAt, schedules } from '../rates.ts'
import { type Examples, part, placeRow, rowOf, sorted, Trainer, testOn, uncounted } from '../trainer.ts'
import { curvesOf, endsSegment, historyOf, mistakesOf, segmentsOf } from '../training-curves.ts'
import { bytesOf, type Progressed, stateOf, type TrainingState } from '../training-state.ts'
import { identityOf, weightsFor } from '../weights.ts'
import { writeTraining } from './train.work.ts'

/** The shortest time between two updates of the curves, in ms. */
const shownEvery = 500
/** What a `kill -9` may cost, in ms. */
const keptEvery = 30_000

const freezes = ['none', 'body'] as const

/** Layers whose weights stay: with `body` all but the last that has some. */
function frozenOf({ layers }: NetworkShape, freeze: (typeof freezes)[number]): ReadonlySet<string> {
  if (freeze === 'none') return new Set()
  const facts = factsOfAll(layers)
  const weighted = layers.filter((_, i) => (facts[i]?.parameters ?? 0) > 0).map(({ name }) => name)
  return new Set(weighted.slice(0, -1))
}

const same = (a: Dims, b: Dims): boolean => a.join() === b.join()

/** Throws where the examples are not what the network takes, or the right answers not of what it gives. */
function checkShapes(network: NetworkShape, batch: TensorShape | undefined, targets: TensorShape | undefined): void {
  const { output } = totalsOf(network.layers)
  const input = (network.layers[0]?.set.shape as Dims | undefined) ?? []
  if (batch && !same(batch.shape.slice(1), input))
    throw new SightlineError('network.examples', { wanted: input.join(' × '), given: batch.shape.slice(1).join(' × ') })
  if (targets && !same(targets.shape.slice(1), output.slice(1)))
    throw new SightlineError('network.answers', {
      given: output.join(' × '),
      targets: targets.shape.slice(1).join(' × ') || 'one number',
    })
}

/** In plain arrays. Throws `data.rows`, `data.targets`. */
async function examplesOf(
  { ops }: Pick<NodeContext, 'ops'>,
  { layers }: NetworkShape,
  batch: TensorValue,
  targets: TensorValue,
): Promise<Examples> {
  const [count = 0, ...shape] = batch.shape
  if (targets.shape[0] !== count)
    throw new SightlineError('data.rows', { examples: count, targets: targets.shape[0] ?? 0 })
  const [classes = 1, ...space] = totalsOf(layers).output
  const answers = Int32Array.from(await ops.read(targets, {}))
  const sites = sizeOf(space)
  const strange = answers.find((id) => id < 0 || (id >= classes && !(sites > 1 && id === uncounted)))
  if (strange !== undefined) throw new SightlineError('data.targets', { given: strange, last: classes - 1 })
  const numbers = (await ops.read(batch, {})) as Float32Array
  const places = Int32Array.from({ length: count }, (_, i) => i)
  return { count, shape, numbers, targets: answers, sites, classes, places }
}

/** n / (classes · n_c): rare classes count more, as scikit-learn balances them. */
function balanced({ targets, classes }: Examples): readonly number[] {
  const counts = new Float64Array(classes)
  for (const id of targets) if (id < classes) counts[id] = (counts[id] ?? 0) + 1
  const all = counts.reduce((sum, count) => sum + count, 0)
  return Array.from(counts, (count) => (count === 0 ? 0 : all / (classes * count)))
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`

/** Names the numbers: SHA-256. */
async function nameOf(numbers: Float32Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', numbers.slice().buffer)
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

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
    optimiser: param.choice({
      default: 'adamw',
      of: optimiserKinds,
      names: { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' },
      label: 'Optimiser',
      help: 'SGD follows the gradient; Adam gives each number steps of a size of its own.',
    }),
    rate: param.number({
      default: 0.001,
      min: 0,
      max: 100,
      soft: [0.0001, 0.1],
      label: 'Learning rate',
      help: 'The size of a step: about 0.001 for Adam, 0.01 to 0.1 for SGD.',
    }),
    momentum: param.number({
      default: 0.9,
      min: 0,
      max: 0.999,
      label: 'Momentum',
      help: 'How much of the last step is carried into the next one.',
      when: { param: 'optimiser', is: ['sgd'] },
    }),
    nesterov: param.boolean({
      default: false,
      label: 'Nesterov',
      help: 'Looks ahead along the momentum, which must be above 0.',
      when: { param: 'optimiser', is: ['sgd'] },
    }),
    weightDecay: param.number({
      default: 0,
      min: 0,
      max: 10,
      soft: [0, 0.1],
      label: 'Weight decay',
      help: 'How strongly all weights are drawn to 0.',
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
    loss: param.choice({
      default: 'crossEntropy',
      of: lossKinds,
      names: {
        ...{ crossEntropy: 'Cross-entropy', focal: 'Focal', dice: 'Dice', crossEntropyDice: 'Cross-entropy + Dice' },
        ...{ mse: 'Mean squared error', bce: 'Binary cross-entropy' },
      },
      label: 'Loss',
      help: 'What training minimises. Leave out a final softmax or sigmoid: every loss but the mean squared error applies its own.',
    }),
    smoothing: param.number({
      default: 0,
      min: 0,
      max: 0.9,
      label: 'Label smoothing',
      help: 'What the right class gives to all, so that the network is never quite sure.',
      when: { param: 'loss', is: ['crossEntropy', 'crossEntropyDice'] },
    }),
    gamma: param.number({
      default: 2,
      min: 0,
      max: 10,
      label: 'Focus',
      help: 'How much less an example counts that the network already gets right.',
      when: { param: 'loss', is: ['focal'] },
    }),
    balance: param.choice({
      default: 'none',
      of: ['none', 'balanced'],
      names: { none: 'All the same', balanced: 'Rare ones more' },
      label: 'Classes count',
      help: 'Balanced: as much in all, however many examples each has.',
      when: { param: 'loss', is: ['crossEntropy', 'crossEntropyDice', 'focal'] },
    }),
    clip: param.number({
      default: 0,
      min: 0,
      max: 1e6,
      soft: [0, 10],
      label: 'Longest gradient',
      help: 'A longer one is shortened. 0: never.',
    }),
    freeze: param.choice({
      default: 'none',
      of: freezes,
      names: { none: 'Nothing', body: 'All but the last layer' },
      label: 'Frozen',
      help: 'Layers that stay as they are: with weights from elsewhere, only the last one has to learn.',
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
    score: socket.number({ help: 'The part of the test that it gets right.' }),
    matrix: socket.table({ help: 'Of the test: a row for each right class, a column for each found one.' }),
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
    const { network, batch, targets, testBatch, testTargets, called, epochs, seed, ...params } = given
    const { job, ops, work, models, progress, note } = context
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

    const optimiser = {
      kind: params.optimiser,
      weightDecay: params.weightDecay,
      ...(params.optimiser === 'sgd' && {
        momentum: params.momentum,
        nesterov: params.nesterov && params.momentum > 0,
      }),
    } as const
    const loss = {
      kind: params.loss,
      smoothing: params.smoothing,
      gamma: params.gamma,
      ...(params.balance === 'balanced' && { weights: balanced(examples) }),
    }
    const frozen = frozenOf(network, params.freeze)
    const { training, test: tested } = await work(writeTraining, {
      ...{ layers, batch: batchSize, loss, optimiser, frozen },
      ...(params.clip > 0 && { clip: params.clip }),
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

    const outputs = async (state: TrainingState, tester: HeldModel) => {
      const numbers = new Float32Array(totalsOf(layers).numbers)
      placeRow(training.learned, state.rows.learned ?? new Float32Array(0), numbers)
      placeRow(training.fixed, state.rows.fixed ?? new Float32Array(0), numbers)
      const made = await testOn(tester, weightRows(state), test, loss.kind)
      const shape = { kind: 'tensor', shape: [numbers.length], axes: ['N'] } satisfies TensorShape
      const trained: NetworkValue = {
        kind: 'network',
        ...(network.name !== undefined && { name: network.name }),
        layers,
        weights: (await ops.fromNumbers({ shape, numbers })) as TensorValue,
        source: await nameOf(numbers),
      }
      return {
        network: trained,
        ...curvesOf(state, steps),
        score: { kind: 'number' as const, value: made.accuracy },
        ...mistakesOf(made, test, names),
        history: historyOf(state),
      }
    }

    const modelOf = (id: string, graph: Pick<MadeModel, 'graph' | 'opset' | 'operators' | 'inputs' | 'outputs'>) => ({
      id: hashText(
        JSON.stringify([id, identityOf(network, seed), loss, optimiser, batchSize, [...frozen], params.clip]),
      ),
      name: network.name ?? 'Network of layers',
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
        const options = { training, loss, optimiser, examples, batch: batchSize, seed }
        const trainer = new Trainer(held, kept.rows, options)
        let state: Progressed = { step: kept.step, epochs: kept.epochs, segments: kept.segments, open: kept.open }
        let [shownAt, keptAt] = [performance.now(), performance.now()]
        let last: Awaited<ReturnType<typeof outputs>> | undefined
        while (state.step < epochs * steps) {
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
            kept = { ...state, rows: made.rows }
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
