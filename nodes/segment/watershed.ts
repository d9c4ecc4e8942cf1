import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { watershedWork } from './watershed.work.ts'

/** Labels of a smaller or larger picture, the nearest of each pixel. */
function sized(from: Size, labels: ArrayLike<number>, { width, height }: Size): Int32Array {
  const places = (length: number, of: number) =>
    Int32Array.from({ length }, (_, i) => Math.min(of - 1, Math.floor((i * of) / length)))
  const [columns, rows] = [places(width, from.width), places(height, from.height)]
  const made = new Int32Array(width * height)
  for (const [y, row] of rows.entries())
    for (const [x, column] of columns.entries()) made[y * width + x] = labels[row * from.width + column] ?? 0
  return made
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Regions that part at the ridges of a picture. Gray image (H, W, 1), and seeds (H, W) if wired, in; label map (H, W) out. */
export const watershedNode = defineNode({
  type: 'segment/watershed',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Watershed',
  alias: 'skimage.segmentation.watershed',
  keywords: ['markers', 'seeds', 'basins', 'touching objects', 'separate', 'cells', 'cv2.watershed', 'split', 'flood'],
  summary: 'Floods a picture from seeds, and separates regions where the waters meet.',
  inputs: {
    image: socket.image({
      channels: [1],
      help: 'The heights: edge strength, or a distance transform turned round.',
    }),
    markers: socket.labelmap({
      optional: true,
      help: 'Where the water comes from: each label above 0 is a basin. Not wired: every local minimum is one. Of another size they are stretched.',
    }),
  },
  params: {
    invert: param.boolean({
      default: false,
      label: 'Bright is low',
      help: 'For distance transforms, whose peaks are the middles of things.',
    }),
    connectivity: param.choice({
      default: '4',
      of: ['4', '8'],
      names: { '4': '4: sides only', '8': '8: corners too' },
      label: 'Connectivity',
      help: 'Whether water flows across corners.',
    }),
  },
  outputs: { labels: socket.labelmap(), count: socket.number({ help: 'The largest label.' }) },
  shape: ({ image }) => ({
    ...(image && { labels: { kind: 'labelmap', width: image.width, height: image.height } }),
    count: { kind: 'number' },
  }),
  run: async ({ image, markers, invert, connectivity }, { ops, work }) => {
    const { width, height } = image
    const given = Float32Array.from(await ops.read(image, {}))
    const numbers = invert ? given.map((v) => -v) : given
    const seeds = markers && sized(markers, await ops.read(markers.labels, {}), image)
    const terrain = { width, height, numbers }
    const made = await work(watershedWork, { terrain, ...(seeds && { seeds }), eight: connectivity === '8' })
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const labels = (await ops.fromNumbers({ shape, numbers: made.labels })) as TensorValue
    return {
      labels: { kind: 'labelmap', width, height, names: markers?.names ?? [], labels },
      count: { kind: 'number', value: made.count },
    }
  },
  explain: {
    idea: 'Take the picture as a landscape and let water rise from the seeds. Where two waters meet, there is a border: along the ridges. Of things that touch, the distance transform makes hills side by side, and the valley between them is where they part.',
    formula: String.raw`L(p) = L(s), \qquad s = \arg\min_{s \in S} \min_{s \to p} \max_{q \text{ on the path}} I(q)`,
    reference: 'skimage.segmentation.watershed (without markers: of its local minima); Soille and Ansoult 1990.',
    code: {
      by: 'invert',
      of: {
        false:
          'labels = skimage.segmentation.watershed(image, markers, connectivity={connectivity}); count = labels.max()',
        true: 'labels = skimage.segmentation.watershed(-image, markers, connectivity={connectivity}); count = labels.max()',
      },
    },
    words: { connectivity: { 4: '1', 8: '2' } },
  },
})
