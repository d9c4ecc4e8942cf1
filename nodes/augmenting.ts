/** What the nodes of augmentation share: a list of changes in, a longer one out, and a grid that shows what they do. */
import type { NodeContext } from '../engine/graph/node.ts'
import { param } from '../engine/types/param.ts'
import type {
  AugmentationShape,
  AugmentationStep,
  AugmentationValue,
  ImageValue,
  TensorShape,
  TensorValue,
} from '../engine/values/index.ts'
import { sizeOf } from '../engine/values/layers/layer.ts'
import { socket } from '../engine/values/sockets.ts'
import { augmentBatch } from './augment/batch.work.ts'
import { examplePictures } from './example-pictures.ts'
import { gridOf, gridShape, unprepared } from './picture-grid.ts'

export const augmentInputs = {
  before: socket.augmentation({ optional: true, help: 'Changes that are made before this one.' }),
  batch: socket.tensor({
    optional: true,
    axes: ['NCHW'],
    dtypes: ['float32'],
    help: 'Pictures to show it on; those that a network is trained with. Wired once, they show in all that follow.',
  }),
}

export const augmentParams = {
  seed: param.integer({
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
    label: 'Seed',
    help: 'Of what is shown here. A training draws by its own seed, anew in every epoch.',
  }),
}

export const augmentOutputs = {
  augmentation: socket.augmentation({ help: 'All changes so far: wire it to "Train network".' }),
  grid: socket.image({ help: 'Left as it is, then as it looks in four epochs.' }),
}

/** Of the probability that something happens to a picture. */
export const chanceParam = (often: number, help: string) =>
  param.number({ default: often, min: 0, max: 1, label: 'How often', help })

const [mostShown, epochs] = [4, 4]

/** Pictures (count, channels, height, width), from which the grid is made. */
interface Shown {
  readonly shape: readonly [number, number, number, number]
  readonly numbers: Float32Array
}

async function shownOf({ shown }: AugmentationValue, ops: NodeContext['ops']): Promise<Shown> {
  if (!shown) return examplePictures
  const [count = 1, channels = 1, height = 1, width = 1] = shown.shape
  return { shape: [count, channels, height, width], numbers: Float32Array.from(await ops.read(shown, {})) }
}

/**
 * The changes so far and one more, and what they look like.
 * @throws `augment.*`
 */
export async function withStep(
  { before, batch, seed }: { readonly before?: AugmentationValue; readonly batch?: TensorValue; readonly seed: number },
  step: AugmentationStep,
  { ops, work }: NodeContext,
) {
  let { shown, shows, prepared } = before ?? {}
  if (batch) {
    shows = showsOf(batch)
    const numbers = (await ops.read(batch, {})).slice(0, sizeOf(shows))
    shown = (await ops.fromNumbers({
      shape: { kind: 'tensor', shape: shows, axes: batch.axes },
      numbers,
    })) as TensorValue
    prepared = batch.prepared
  }
  const augmentation: AugmentationValue = {
    kind: 'augmentation',
    steps: [...(before?.steps ?? []), step],
    ...(shows && { shows }),
    ...(shown && { shown }),
    ...(prepared && { prepared }),
  }
  const given = await shownOf(augmentation, ops)
  const original: Shown = { ...given, numbers: unprepared(given.numbers, given.shape.slice(1), augmentation) }
  const { shape, numbers } = original
  const columns = [numbers]
  for (let epoch = 0; epoch < epochs; epoch++) {
    const made = await work(augmentBatch, {
      batch: { shape: shape.slice(1), numbers, targets: new Int32Array(shape[0]), classes: 1 },
      steps: augmentation.steps,
      chance: { seed, epoch, batch: 0, examples: Int32Array.from({ length: shape[0] }, (_, i) => i) },
    })
    columns.push(made.numbers)
  }
  const [count, ...sides] = shape
  const size = sizeOf(sides)
  const pictures = Array.from({ length: count }, (_, n) =>
    columns.map((column) => column.subarray(n * size, (n + 1) * size)),
  )
  return {
    augmentation,
    grid: (await ops.fromNumbers(gridOf(pictures.flat(), sides, columns.length))) as ImageValue,
  }
}

/** The first few of a batch. */
const showsOf = ({ shape: [count = 1, ...picture] }: TensorShape): readonly number[] => [
  Math.min(count, mostShown),
  ...picture,
]

/** The same before anything runs. */
export function augmentShape(
  { before, batch }: { readonly before?: AugmentationShape; readonly batch?: TensorShape },
  step: AugmentationStep,
) {
  const shows = batch ? showsOf(batch) : before?.shows
  const steps = [...(before?.steps ?? []), step]
  const [count = 1, ...sides] = shows ?? examplePictures.shape
  return {
    augmentation: { kind: 'augmentation', steps, ...(shows && { shows }) } as const,
    grid: gridShape(count * (1 + epochs), sides, 1 + epochs).shape,
  }
}
