import { defineNode } from '../../engine/graph/node.ts'
import { windowFor } from '../../engine/models/augmentation/steps.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape, ImageValue, SequenceValue, Shape, TensorValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { namesIn } from '../examples.ts'
import { coloured } from '../prepare-picture.ts'
import { randomOf, shuffled } from '../random.ts'

const ports = ['a', 'b', 'c', 'd'] as const
type Port = (typeof ports)[number]

interface Given {
  readonly crops: number
  readonly least: number
  readonly size: number
  readonly seed: number
}

const elementOf = (size: number): ImageShape => ({
  ...{ kind: 'image', height: size, width: size, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
})

/** Which crop of which picture of which class comes at a place. */
interface Place {
  readonly id: number
  readonly picture: number
  readonly crop: number
}

function placesOf(counts: readonly number[], { crops, seed }: Given): readonly Place[] {
  const all = counts.flatMap((count, id) =>
    Array.from({ length: count * crops }, (_, i): Place => ({ id, picture: Math.floor(i / crops), crop: i % crops })),
  )
  return [...shuffled(all.length, randomOf(seed, 'captures'))].map((at) => all[at] as Place)
}

/**
 * Examples of classes from a few pictures of each. One to four inputs of pictures, a class each, in; a sequence of crops (size, size, 3)
 * of all of them, mixed by the seed, the class of each (N) int32 and the names of the classes, with commas between, out.
 */
export const captures = defineNode({
  type: 'classify/captures',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Examples of classes',
  alias: 'Teachable Machine',
  keywords: [
    ...['captures', 'teach', 'transfer learning', 'camera', 'few-shot', 'labelled', 'dataset', 'train', 'crops'],
    ...['fine-tune', 'classes'],
  ],
  summary: 'Makes labelled examples of a few pictures of each class, to teach a network with.',
  inputs: {
    a: socket.image({ collect: true, help: 'Pictures of the first class: one, a folder, or frames of a camera.' }),
    b: socket.image({ collect: true, help: 'Pictures of the second class.' }),
    c: socket.image({ collect: true, optional: true, help: 'Pictures of a third class.' }),
    d: socket.image({ collect: true, optional: true, help: 'Pictures of a fourth class.' }),
  },
  params: {
    names: param.text({ default: 'first, second', label: 'Names', help: 'Of the classes, with commas between.' }),
    crops: param.integer({
      default: 10,
      min: 1,
      max: 1000,
      soft: [1, 50],
      label: 'Crops',
      help: 'How many parts of each picture become examples, as if it had been held nearer and farther.',
    }),
    least: param.number({
      default: 0.3,
      min: 0.01,
      max: 1,
      label: 'Smallest part',
      help: 'Of the area of the picture. 1: always all of it.',
    }),
    size: param.integer({
      default: 224,
      min: 8,
      max: 2048,
      soft: [32, 512],
      unit: 'px',
      label: 'Size',
      help: 'Height and width of each example.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      label: 'Seed',
      help: 'Of the parts, and of the order of the examples.',
    }),
  },
  outputs: {
    image: socket.sequence({ type: 'image', channels: [3], spaces: ['rgb'] }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each example, from 0.' }),
    names: socket.text({ help: 'Of the classes, with commas between.' }),
  },
  shape: ({ a, b, c, d, ...given }) => {
    // A collecting input has the shape of a sequence.
    const all = [a, b, c, d].filter((one) => one !== undefined) as readonly Shape[]
    const counts = all.map((one) => (one.kind === 'sequence' ? one.length : undefined))
    const known = counts.every((count) => count !== undefined)
    const length = counts.reduce<number>((sum, count) => sum + (count ?? 0) * given.crops, 0)
    return {
      image: { kind: 'sequence', element: elementOf(given.size), ...(known && { length }) },
      ...(known && { targets: { kind: 'tensor', shape: [length], axes: ['N'], dtype: 'int32' } }),
      names: { kind: 'text' },
    }
  },
  run: async ({ a, b, c, d, names, ...given }, { ops, inputs }) => {
    const wired: Readonly<Record<Port, unknown>> = { a, b, c, d }
    const used = ports.filter((port) => inputs[port] !== undefined)
    const classes = used.map((port) => wired[port] as Value as SequenceValue)
    if (classes.some(({ length }) => length === 0)) throw new SightlineError('sequence.empty', {})
    const places = placesOf(
      classes.map(({ length }) => length),
      given,
    )
    const told = namesIn(names)
    const called = used.map((port, id) => told[id] || port)
    const { size, least, seed } = given
    const set = { least, most: 1, leastRatio: 3 / 4, mostRatio: 4 / 3 }
    const targets = Int32Array.from(places, ({ id }) => id)
    const shape = { kind: 'tensor', shape: [places.length], axes: ['N'], dtype: 'int32' } as const
    return {
      image: {
        kind: 'sequence',
        length: places.length,
        element: elementOf(size),
        labels: places.map(({ id, picture, crop }) => `${called[id]} ${picture + 1}, part ${crop + 1}`),
        at: async (index, signal) => {
          const { id, picture, crop } = places[index] as Place
          const image = await coloured(ops, (await classes[id]?.at(picture, signal)) as ImageValue, 3)
          const window = windowFor(set, randomOf(seed, 'crop', id, picture, crop), image)
          const { left: x, top: y, width, height } = least === 1 ? { left: 0, top: 0, ...image } : window
          const part = await ops.crop(image, { x, y, width, height })
          const method = Math.min(width, height) > size ? 'area' : 'bilinear'
          return ops.resize(part, { width: size, height: size, method })
        },
      },
      targets: (await ops.fromNumbers({ shape, numbers: targets })) as TensorValue,
      names: { kind: 'text', text: called.join(', ') },
    }
  },
  explain: {
    idea: 'A network that has seen a million photos already knows edges, fur and wheels. To tell two new things apart it only needs a few pictures of each: what it gives for them is a row of numbers, and a single layer learns which rows belong to which.',
    reference: 'Donahue et al. 2014, "DeCAF"; Yosinski et al. 2014; torchvision.transforms.RandomResizedCrop.',
    code: 'targets = [id for id, pictures in enumerate([a, b]) for picture in pictures for crop in range({crops})]',
  },
})
