import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { parseIdx } from '../idx.ts'

const files = { images: 'fashion-images.idx.gz', labels: 'fashion-labels.idx.gz' } as const
/** As the authors call them. */
const classes = ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot']
const most = 1000
const side = 28

const lengthOf = (first: number, count: number): number => Math.min(count, most - first)
const shapesFor = (length: number) => ({
  batch: { kind: 'tensor', shape: [length, 1, side, side], axes: ['N', 'C', 'H', 'W'] } satisfies TensorShape,
  targets: { kind: 'tensor', shape: [length], axes: ['N'], dtype: 'int32' } satisfies TensorShape,
})

/**
 * The first 1,000 pictures of the test set of Fashion-MNIST, which come with Sightline. Tensor (N, 1, 28, 28) float32 0..1, the right
 * answers (N) int32 and the names of the ten classes, with commas between, out.
 */
export const sampleData = defineNode({
  type: 'io/sample-data',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Sample data',
  alias: 'torchvision.datasets.FashionMNIST',
  keywords: ['Fashion-MNIST', 'dataset', 'data set', 'clothes', 'batch', 'train', 'classes', 'example', 'labelled'],
  summary: 'A small labelled data set to try things on: clothes of ten kinds from Fashion-MNIST.',
  inputs: {},
  params: {
    first: param.integer({ default: 0, min: 0, max: most - 1, label: 'First', help: 'The first example, from 0.' }),
    count: param.integer({ default: most, min: 1, max: most, label: 'Count', help: 'How many examples.' }),
  },
  outputs: {
    batch: socket.tensor({ axes: ['NCHW'], help: 'The pictures, from 0 to 1.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each, from 0.' }),
    names: socket.text({ help: 'Of the ten classes, with commas between.' }),
  },
  shape: ({ first, count }) => ({ ...shapesFor(lengthOf(first, count)), names: { kind: 'text' } }),
  identity: (_, { services, signal }) => services.identity(services.sample(files.images), signal),
  run: async ({ first, count }, { ops, services, signal }) => {
    const read = async (name: 'images' | 'labels') => {
      const path = services.sample(files[name])
      return parseIdx(
        await services.bytes(path, signal, 4 << 20),
        path,
        name === 'images' ? 'pictures' : 'right answers',
      )
    }
    const [pictures, answers] = [await read('images'), await read('labels')]
    const length = lengthOf(first, count)
    const shapes = shapesFor(length)
    const size = side * side
    const bytes = pictures.numbers.subarray(first * size, (first + length) * size)
    return {
      batch: (await ops.fromNumbers({
        shape: shapes.batch,
        numbers: Float32Array.from(bytes, (v) => v / 255),
      })) as TensorValue,
      targets: (await ops.fromNumbers({
        shape: shapes.targets,
        numbers: Int32Array.from(answers.numbers.subarray(first, first + length)),
      })) as TensorValue,
      names: { kind: 'text', text: classes.join(', ') },
    }
  },
  explain: {
    idea: 'A data set is pictures of one size with the right answer for each. This one has 28 × 28 gray pixels a picture: small enough to learn from in seconds, hard enough to see which method is better.',
    reference:
      'Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms".',
    code: 'data = torchvision.datasets.FashionMNIST("data", train=False, download=True); batch = data.data[{first}:{first} + {count}, None] / 255; targets = data.targets[{first}:{first} + {count}]',
  },
})
