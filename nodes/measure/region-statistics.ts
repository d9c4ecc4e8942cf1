import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { expr, greater } from '../../engine/ops/expr.ts'
import type { ImageShape, ImageValue, LabelmapValue, MaskValue, Numbers } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque, seenColours } from '../alpha.ts'
import { channelNames } from '../channels.ts'
import { sizedMask } from '../mask-of.ts'
import { measureRegions } from './region-statistics.work.ts'

interface Given {
  readonly mask?: MaskValue | undefined
  readonly labels?: LabelmapValue | undefined
}

/** The number of each pixel's region, 0 for none, and what the regions are called. Without map and mask all is one region. */
async function regionsOf(
  ops: Ops,
  image: ImageValue,
  { mask, labels }: Given,
): Promise<{ readonly numbers: Numbers; readonly names: readonly string[] }> {
  if (labels) {
    const { width, height } = image
    if (labels.width === width && labels.height === height)
      return { numbers: await ops.read(labels.labels, {}), names: labels.names }
    const picture = await ops.toImage(await ops.toFloat(labels.labels, {}), { space: 'data' })
    return {
      numbers: await ops.read(await ops.resize(picture, { width, height, method: 'nearest' }), {}),
      names: labels.names,
    }
  }
  if (!mask) return { numbers: new Int32Array(image.width * image.height).fill(1), names: ['', 'picture'] }
  const inside = await ops.pointwise(await sizedMask(ops, mask, image), { formula: expr((m) => greater(m, 0.5)) })
  return { numbers: await ops.read(inside, {}), names: ['', 'mask'] }
}

const coloursOf = ({ channels, alpha }: ImageShape): number => channels - (alpha ? 1 : 0)

/** What is measured of each region. Image (H, W, C) with a label map or a mask in; a table with a row for each region out. */
export const regionStatistics = defineNode({
  type: 'measure/region-statistics',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Region statistics',
  alias: 'skimage.measure.regionprops_table',
  keywords: ['regionprops', 'area', 'centroid', 'mean', 'per label', 'blob', 'objects', 'zonal', 'measure', 'count'],
  summary: 'Measures area, place and colours of each region of a label map, or of a mask.',
  inputs: {
    image: socket.image(),
    labels: socket.labelmap({
      optional: true,
      help: 'The regions; 0 is none. A map of another size is stretched. Without it and a mask, the whole picture is one region.',
    }),
    mask: socket.mask({
      optional: true,
      help: 'One region, where it is above one half; taken where no label map is wired.',
    }),
  },
  params: {},
  outputs: {
    table: socket.table({ help: 'A row for each region, in the order of their numbers.' }),
    count: socket.number({ help: 'How many regions there are.' }),
  },
  shape: () => ({ table: { kind: 'table' }, count: { kind: 'number' } }),
  run: async ({ image, mask, labels }, { ops, work }) => {
    const { numbers: regions, names } = await regionsOf(ops, image, { mask, labels })
    const colours = image.alpha ? await seenColours(ops, image) : await opaque(ops, image)
    const channels = coloursOf(image)
    const numbers = await ops.read(colours, {})
    const found = await work(measureRegions, { numbers, channels, labels: regions, width: image.width })
    const called = channelNames(colours)
    const each = (word: string): readonly string[] => called.map((name) => (channels === 1 ? word : `${word} ${name}`))
    return {
      table: {
        kind: 'table',
        columns: [
          ...['Region', 'Name', 'Area', 'x', 'y', 'Left', 'Top', 'Right', 'Bottom'],
          ...['Mean', 'Std', 'Min', 'Max'].flatMap(each),
        ],
        rows: found.map(({ label, area, x, y, box, mean, std, min, max }) => [
          ...[label, names[label] ?? '', area, x, y, ...box],
          ...[...mean, ...std, ...min, ...max],
        ]),
      },
      count: { kind: 'number', value: found.length },
    }
  },
  explain: {
    idea: 'A label map says which pixels belong together. Of each such region one asks how large it is, where it lies, and how light it is on average: a picture becomes a table.',
    formula: String.raw`A_k = \#\{p : L(p) = k\}, \qquad \mu_k = \frac{1}{A_k} \sum_{L(p) = k} I(p), \qquad \sigma_k^2 = \frac{1}{A_k} \sum_{L(p) = k} (I(p) - \mu_k)^2`,
    reference:
      'skimage.measure.regionprops_table; scipy.ndimage.mean. Places count from the corner of the first pixel, so half a pixel more than there. NaN, infinite numbers and pixels of opacity 0 have no part in mean, deviation and extremes.',
    code: 'table = skimage.measure.regionprops_table(labels, image, properties=("label", "area", "centroid", "bbox", "mean_intensity", "min_intensity", "max_intensity")); count = len(table["label"])',
  },
})
