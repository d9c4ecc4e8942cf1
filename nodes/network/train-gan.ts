import type { MadeModel, OwnTensor } from '../../engine/graph/models.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { networkInput, networkOutput } from '../../engine/models/onnx.ts'
import {
  type AdversarialMethod,
  adversarialMethods,
  checkAdversarial,
} from '../../engine/models/training/adversarial.ts'
import { momentsOf } from '../../engine/models/training/optimisers.ts'
import { hashText } from '../../engine/run/keys.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue, NetworkShape, PlotValue, TensorShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { type Dims, sizeOf } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { adversarialOptimiser, GanTrainer, normal, type Rows, type Side } from '../gan-trainer.ts'
import { checkShapes } from '../network-examples.ts'
import { gridOf, gridShape, unprepared } from '../picture-grid.ts'
import { randomOf } from '../random.ts'
import { asTensors, rowOf } from '../trainer.ts'
import { bytesOf, stateOf } from '../training-state.ts'
import { identityOf, trainedNetwork, weightsFor } from '../weights.ts'
import { writeAdversarial } from './train-gan.work.ts'

/** The shortest time between two updates of what is shown, and between two checkpoints, in ms. */
const [shownEvery, keptEvery] = [1000, 30_000]
/** Points of the curves. */
const points = 100
/** Pictures of a row of the grid. */
const across = 8

const sides = ['generator', 'discriminator'] as const

interface GanState {
  /** Steps of the generator that are done. */
  readonly step: number
  /** Losses of both, each the mean of some steps. */
  readonly curve: readonly (readonly [generator: number, discriminator: number])[]
  /** Of the point that is not over: steps, and sums. */
  readonly open: readonly [number, number, number]
  /** "generator:learned", ... */
  readonly rows: Rows
}

const rowsFor = ({ rows }: Pick<GanState, 'rows'>, side: Side): Rows =>
  Object.fromEntries(
    Object.entries(rows)
      .filter(([name]) => name.startsWith(`${side}:`))
      .map(([name, row]) => [name.slice(side.length + 1), row]),
  )

const together = (trainer: GanTrainer): Rows =>
  Object.fromEntries(
    sides.flatMap((side) => Object.entries(trainer.rows(side)).map(([name, row]) => [`${side}:${name}`, row])),
  )

function curveOf({ curve }: Pick<GanState, 'curve'>, each: number): PlotValue {
  return {
    kind: 'plot',
    x: { label: 'Step', range: [0, Math.max(1, curve.length) * each] },
    series: [
      { name: 'Generator', values: curve.map(([generator]) => generator) },
      { name: 'Discriminator', values: curve.map(([, discriminator]) => discriminator) },
    ],
  }
}

const shapeOf = ({ layers }: NetworkShape): Dims => (layers[0]?.set.shape as Dims | undefined) ?? []

/** Throws `gan.*`, and `network.examples` where the pictures are not what the discriminator takes. */
function checkAll(
  generator: NetworkShape,
  discriminator: NetworkShape,
  batch: TensorShape | undefined,
  method: AdversarialMethod,
): void {
  checkAdversarial(generator.layers, discriminator.layers, method)
  checkShapes(discriminator, batch, undefined)
}

/**
 * Trains two networks against each other. Generator (noise in, pictures out), discriminator (pictures in, one number out) and pictures
 * (N, ...) float32 in; both with what they learned, pictures of the generator from noise that stays the same, and the losses out.
 */
export const networkTrainGan = defineNode({
  type: 'network/train-gan',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Train GAN',
  alias: 'DCGAN',
  keywords: [
    ...['generative adversarial network', 'generator', 'discriminator', 'critic', 'WGAN-GP', 'Wasserstein', 'LSGAN'],
    ...['adversarial training', 'generate pictures', 'gradient penalty', 'fake', 'noise', 'minimax', 'train'],
  ],
  summary: 'Trains a network that makes pictures against one that tells them from real ones.',
  inputs: {
    generator: socket.network({ help: 'Takes noise, gives a picture: DCGAN ends it with tanh.' }),
    discriminator: socket.network({
      help: 'Takes a picture, gives one number, higher for real ones: end it with a linear layer of 1 feature.',
    }),
    batch: socket.tensor({ dtypes: ['float32'], help: 'The real pictures.' }),
  },
  params: {
    method: param.choice({
      default: 'dcgan',
      of: adversarialMethods,
      names: { dcgan: 'DCGAN (cross-entropy)', lsgan: 'LSGAN (squares)', 'wgan-gp': 'WGAN-GP (critic)' },
      label: 'Loss',
      help: 'The loss that the two networks compete over. DCGAN: cross-entropy of real against generated pictures. LSGAN: squared error instead. WGAN-GP: the distance between real and generated pictures, with a penalty that keeps the critic’s slope near 1.',
    }),
    steps: param.integer({
      default: 1000,
      min: 1,
      max: 1_000_000,
      soft: [100, 5000],
      label: 'Steps',
      help: 'How many steps the generator takes.',
    }),
    batchSize: param.integer({
      default: 64,
      min: 2,
      max: 4096,
      soft: [16, 128],
      label: 'Batch',
      help: 'How many pictures each step uses.',
    }),
    rate: param.number({
      default: 0.0002,
      min: 0,
      max: 1,
      soft: [0.00005, 0.002],
      label: 'Learning rate',
      help: 'Of Adam, for both. 0.0002 in the DCGAN paper, 0.0001 in that of WGAN-GP.',
    }),
    criticSteps: param.integer({
      default: 5,
      min: 1,
      max: 100,
      soft: [1, 10],
      label: 'Critic steps',
      help: 'How many steps the critic takes for each step of the generator.',
      when: { param: 'method', is: ['wgan-gp'] },
    }),
    penalty: param.number({
      default: 10,
      min: 0,
      max: 1000,
      soft: [0, 20],
      label: 'Penalty',
      help: 'How strongly the critic’s slope is held to 1.',
      when: { param: 'method', is: ['wgan-gp'] },
    }),
    range: param.choice({
      default: 'centred',
      of: ['centred', 'unit'],
      names: { centred: 'From −1 to 1 (tanh)', unit: 'From 0 to 1 (sigmoid)' },
      label: 'The generator gives',
      help: 'The range of the numbers of its pictures. Real pictures are brought to the same range.',
    }),
    shown: param.integer({
      default: 32,
      min: 1,
      max: 256,
      soft: [8, 64],
      label: 'Pictures',
      help: 'How many are shown.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Seed',
      help: 'Of the first weights, the noise and the order of the pictures. The same seed trains the same networks.',
    }),
  },
  outputs: {
    grid: socket.image({
      help: 'Pictures that the generator makes from noise that stays the same during the training.',
    }),
    loss: socket.plot({
      help: 'The losses of both networks. They do not say how good the pictures are; only with WGAN-GP does the critic’s loss, with its sign changed, roughly measure how far generated pictures are from real ones.',
    }),
    generator: socket.network({ help: 'With what it has learned.' }),
    discriminator: socket.network({ help: 'With what it has learned.' }),
  },
  preview: 'grid',
  shape: ({ generator, discriminator, batch, method, shown }) => {
    const loss = { kind: 'plot' } as const
    if (!generator || !discriminator) return { loss }
    checkAll(generator, discriminator, batch, method)
    const bare = ({ kind, name, layers }: NetworkShape) => ({ kind, ...(name !== undefined && { name }), layers })
    return {
      ...{ loss, generator: bare(generator), discriminator: bare(discriminator) },
      grid: gridShape(shown, totalsOf(generator.layers).output, across).shape,
    }
  },
  run: async ({ generator, discriminator, batch, method, shown, seed, range, ...params }, context) => {
    const { job, ops, work, models, progress, note } = context
    checkAll(generator, discriminator, batch, method)
    const networks = { generator, discriminator }
    const [count = 0, ...shape] = batch.shape
    if (count < 1) throw new SightlineError('data.few', { given: count, wanted: 1 })
    const size = Math.min(params.batchSize, count)
    const centred = range === 'centred'
    const pictures = (await ops.read(batch, {})) as Float32Array
    /** A batch's pictures as the generator gives them. */
    const brought = (numbers: Float32Array): Float32Array => {
      const plain = unprepared(numbers, shape, batch)
      return centred ? plain.map((v) => 2 * v - 1) : plain
    }
    const optimiser = adversarialOptimiser(method)
    const criticSteps = method === 'wgan-gp' ? params.criticSteps : 1
    const written = await work(writeAdversarial, {
      ...{ generator: generator.layers, discriminator: discriminator.layers },
      ...{ batch: size, method, optimiser, penalty: params.penalty },
    })

    const begin = async (): Promise<GanState> => {
      const rows: Record<string, Float32Array> = {}
      for (const side of sides) {
        const weights = await weightsFor(networks[side], seed, context)
        const { learned, fixed } = written[side]
        const own = rowOf(learned, weights)
        rows[`${side}:learned`] = own
        if (fixed.length > 0) rows[`${side}:fixed`] = rowOf(fixed, weights)
        for (const name of momentsOf(optimiser)) rows[`${side}:${name}`] = new Float32Array(own.length)
      }
      return { step: 0, curve: [], open: [0, 0, 0], rows }
    }
    let kept = job.resume ? stateOf<GanState>(job.resume) : await begin()

    const modelOf = (
      name: string,
      graph: Pick<MadeModel, 'graph' | 'opset' | 'operators' | 'inputs' | 'outputs'>,
    ): MadeModel => ({
      id: hashText(
        JSON.stringify([name, ...sides.map((side) => identityOf(networks[side], seed)), method, size, params.penalty]),
      ),
      name: `GAN: ${name}`,
      ...graph,
      bytes: 0,
      weights: async () => new Float32Array(0),
    })
    const noiseShape = shapeOf(generator)
    const showing = modelOf('pictures', {
      ...{ graph: written.shown.bytes, opset: written.shown.opset, operators: written.shown.operators },
      inputs: [
        { name: networkInput, dtype: 'float32', shape: ['N', ...noiseShape] },
        ...written.generator.inputs.filter(({ name }) => name === 'learned' || name === 'fixed'),
      ],
      outputs: [{ name: networkOutput, dtype: 'float32', shape: ['N', ...shape] }],
    })

    return models.hold(showing, (shower) =>
      models.hold(modelOf('discriminator', written.discriminator), (judge) =>
        models.hold(modelOf('generator', written.generator), async (maker) => {
          const noise = normal(shown * sizeOf(noiseShape), randomOf(seed, 'shown'))
          const gridFor = async ({ learned, fixed }: Rows): Promise<ImageValue> => {
            const rows = asTensors({ ...(learned && { learned }), ...(fixed && { fixed }) })
            const input = { dtype: 'float32', shape: [shown, ...noiseShape], numbers: noise } as const
            const { output } = await shower.run({ ...rows, input }, { outputs: ['output'] })
            const each = sizeOf(shape)
            const made = Array.from({ length: shown }, (_, i) => {
              const numbers = (output as OwnTensor).numbers.slice(i * each, (i + 1) * each) as Float32Array
              return centred ? numbers.map((v) => (v + 1) / 2) : numbers
            })
            return (await ops.fromNumbers(gridOf(made, shape, across))) as ImageValue
          }

          const trainer = new GanTrainer(
            { discriminator: judge, generator: maker },
            { generator: rowsFor(kept, 'generator'), discriminator: rowsFor(kept, 'discriminator') },
            {
              ...{ steps: written, method, optimiser, pictures, brought, shape, noiseShape, batch: size, criticSteps },
              ...{ rate: params.rate, seed },
            },
          )
          const each = Math.max(1, Math.ceil(params.steps / points))
          let { rows: _, ...state } = kept
          let [shownAt, keptAt] = [performance.now(), performance.now()]
          while (state.step < params.steps) {
            const ends = state.step === params.steps - 1
            const keeps = ends || job.paused || performance.now() - keptAt > keptEvery
            const made = await trainer.step(state.step, keeps)
            const lost = (['discriminator', 'generator'] as const).find((side) => !Number.isFinite(made[side]))
            if (lost !== undefined) {
              const said = { which: lost, given: String(made[lost]), step: state.step + 1, rate: params.rate }
              if (kept.step === 0) throw new SightlineError('gan.loss-lost', said)
              note(
                `The loss of the ${lost} was ${said.given} in step ${said.step}, so the training was stopped. These are the networks after ${kept.step} steps, the last that were kept. Lower the learning rate (${params.rate}).`,
              )
              break
            }
            const [steps, generators, discriminators] = state.open
            const open = [steps + 1, generators + made.generator, discriminators + made.discriminator] as const
            const full = open[0] === each || ends
            state = {
              step: state.step + 1,
              curve: full ? [...state.curve, [open[1] / open[0], open[2] / open[0]]] : state.curve,
              open: full ? [0, 0, 0] : open,
            }
            if (keeps) kept = { ...state, rows: together(trainer) }
            const said = (loss: number): string => loss.toPrecision(3)
            progress(
              state.step / params.steps,
              `step ${state.step} of ${params.steps}, losses: generator ${said(made.generator)}, discriminator ${said(made.discriminator)}`,
            )
            if (!ends && performance.now() - shownAt > shownEvery && state.curve.length > 0) {
              await job.emit({ grid: await gridFor(trainer.rows('generator')), loss: curveOf(state, each) })
              shownAt = performance.now()
            }
            if (keeps) {
              keptAt = performance.now()
              await job.checkpoint(bytesOf(kept))
            }
          }
          return {
            grid: await gridFor(rowsFor(kept, 'generator')),
            loss: curveOf(kept, each),
            generator: await trainedNetwork(generator, written.generator, rowsFor(kept, 'generator'), context),
            discriminator: await trainedNetwork(
              discriminator,
              written.discriminator,
              rowsFor(kept, 'discriminator'),
              context,
            ),
          }
        }),
      ),
    )
  },
  explain: {
    idea: 'One network forges pictures out of noise, the other tells forged ones from real ones. Each learns from the other: the judge’s gradient tells the forger how to change a picture so that it looks more real. Nobody ever says what a picture should look like.',
    formula: {
      by: 'method',
      of: {
        dcgan: String.raw`\min_G \max_D\ \mathbb E_x[\log D(x)] + \mathbb E_z[\log(1 - D(G(z)))]`,
        lsgan: String.raw`\min_D\ \tfrac12 \mathbb E_x[(D(x) - 1)^2] + \tfrac12 \mathbb E_z[D(G(z))^2], \qquad \min_G\ \tfrac12 \mathbb E_z[(D(G(z)) - 1)^2]`,
        'wgan-gp': String.raw`\mathcal L_D = \mathbb E_z[D(G(z))] - \mathbb E_x[D(x)] + \param{penalty}{\lambda}\, \mathbb E_{\hat x}[(\lVert \nabla_{\hat x} D(\hat x) \rVert_2 - 1)^2]`,
      },
    },
    reference:
      'Goodfellow et al. 2014; Radford, Metz and Chintala 2015 (DCGAN); Mao et al. 2017 (LSGAN); Arjovsky, Chintala and Bottou 2017 (WGAN); Gulrajani et al. 2017 (WGAN-GP).',
    code: {
      by: 'method',
      of: {
        dcgan:
          'loss_d = torch.nn.functional.softplus(-discriminator(real)).mean() + torch.nn.functional.softplus(discriminator(generator(noise).detach())).mean(); loss_g = torch.nn.functional.softplus(-discriminator(generator(noise))).mean()',
        lsgan:
          'loss_d = ((discriminator(real) - 1) ** 2).mean() / 2 + (discriminator(generator(noise).detach()) ** 2).mean() / 2; loss_g = ((discriminator(generator(noise)) - 1) ** 2).mean() / 2',
        'wgan-gp':
          'loss_d = critic(made).mean() - critic(real).mean() + {penalty} * ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean(); loss_g = -critic(generator(noise)).mean()',
      },
    },
  },
})
