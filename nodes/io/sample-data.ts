import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { parseIdx } from '../idx.ts'

const sets = ['clothes', 'digits'] as const
type Sample = (typeof sets)[number]

const samples: Readonly<
  Record<
    Sample,
    { readonly file: string; readonly most: number; readonly side: number; readonly classes: readonly string[] }
  >
> = {
  clothes: {
    ...{ file: 'fashion', most: 1000, side: 28 },
    // As the authors call them.
    classes: ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'],
  },
  digits: { file: 'digits', most: 1797, side: 8, classes: [...'0123456789'] },
}
const most = 1797

/** From the first that is asked for, of those that there are. */
function rangeOf({ set, first, count }: { readonly set: Sample; readonly first: number; readonly count: number }) {
  const from = Math.min(first, samples[set].most - 1)
  return { from, length: Math.min(count, samples[set].most - from) }
}
const shapesFor = (length: number, side: number) => ({
  batch: { kind: 'tensor', shape: [length, 1, side, side], axes: ['N', 'C', 'H', 'W'] } satisfies TensorShape,
  targets: { kind: 'tensor', shape: [length], axes: ['N'], dtype: 'int32' } satisfies TensorShape,
})

/**
 * Labelled pictures that come with Sightline: the first 1,000 of the test set of Fashion-MNIST (28 × 28), or 1,797 handwritten digits
 * (8 × 8). Tensor (N, 1, H, W) float32 0..1, the right answers (N) int32 and the names of the ten classes, with commas between, out.
 */
export const sampleData = defineNode({
  type: 'io/sample-data',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Sample data',
  alias: 'torchvision.datasets.FashionMNIST',
  keywords: [
    'Fashion-MNIST',
    'digits',
    'MNIST',
    'dataset',
    'data set',
    'clothes',
    'batch',
    'train',
    'classes',
    'example',
    'labelled',
  ],
  summary: 'Small labelled data sets to try things on: clothes of ten kinds, or handwritten digits.',
  inputs: {},
  params: {
    set: param.choice({
      default: 'clothes',
      of: sets,
      names: { clothes: 'Clothes (Fashion-MNIST)', digits: 'Digits (UCI)' },
      label: 'Set',
      help: 'A thousand clothes of 28 × 28 pixels, or 1,797 digits of 8 × 8.',
    }),
    first: param.integer({ default: 0, min: 0, max: most - 1, label: 'First', help: 'The first example, from 0.' }),
    count: param.integer({
      default: 1000,
      min: 1,
      max: most,
      label: 'Count',
      help: 'How many examples. Fewer where the set ends.',
    }),
  },
  outputs: {
    batch: socket.tensor({ axes: ['NCHW'], help: 'The pictures, from 0 to 1.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each, from 0.' }),
    names: socket.text({ help: 'Of the ten classes, with commas between.' }),
  },
  shape: (params) => ({
    ...shapesFor(rangeOf(params).length, samples[params.set].side),
    names: { kind: 'text' },
  }),
  identity: ({ set }, { services, signal }) =>
    services.identity(services.sample(`${samples[set].file}-images.idx.gz`), signal),
  run: async (params, { ops, services, signal }) => {
    const { file, side, classes } = samples[params.set]
    const read = async (name: 'images' | 'labels') => {
      const path = services.sample(`${file}-${name}.idx.gz`)
      return parseIdx(
        await services.bytes(path, signal, 4 << 20),
        path,
        name === 'images' ? 'pictures' : 'right answers',
      )
    }
    const [pictures, answers] = [await read('images'), await read('labels')]
    const { from, length } = rangeOf(params)
    const shapes = shapesFor(length, side)
    const size = side * side
    const bytes = pictures.numbers.subarray(from * size, (from + length) * size)
    return {
      batch: (await ops.fromNumbers({
        shape: shapes.batch,
        numbers: Float32Array.from(bytes, (v) => v / 255),
      })) as TensorValue,
      targets: (await ops.fromNumbers({
        shape: shapes.targets,
        numbers: Int32Array.from(answers.numbers.subarray(from, from + length)),
      })) as TensorValue,
      names: { kind: 'text', text: classes.join(', ') },
    }
  },
  explain: {
    idea: 'A data set is pictures of one size with the right answer for each. These are small enough to learn from in seconds, and hard enough to see which method is better.',
    reference:
      'Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms"; Alpaydin and Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI.',
    code: {
      by: 'set',
      of: {
        digits:
          'data = sklearn.datasets.load_digits(); batch = data.images[{first}:{first} + {count}, None] / 16; targets = data.target[{first}:{first} + {count}]',
        clothes:
          'data = torchvision.datasets.FashionMNIST("data", train=False, download=True); batch = data.data[{first}:{first} + {count}, None] / 255; targets = data.targets[{first}:{first} + {count}]',
      },
    },
  },
})
