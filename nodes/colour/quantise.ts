import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { add, expr, greater, less, min, mul, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, opaque, seenColours } from '../alpha.ts'
import { seedParam } from '../noise.ts'
import { findCentres } from './quantise.work.ts'

/** The most pixels that the colours are found from, on each side. */
const most = 160

type Centre = readonly [number, number, number]

/** The picture in which the colours are found: the whole one, or every nth pixel of a large one. */
function sampled(ops: Ops, image: ImageValue): Promise<ImageValue> | ImageValue {
  const by = Math.max(image.width, image.height) / most
  if (by <= 1) return image
  const side = (length: number): number => Math.max(1, Math.round(length / by))
  return ops.resize(image, { width: side(image.width), height: side(image.height), method: 'nearest' })
}

/** For each pixel the number of the centre that is nearest, the first of equals. */
async function nearest(ops: Ops, image: ImageValue, centres: readonly Centre[]): Promise<ImageValue> {
  const planes = await Promise.all([0, 1, 2].map((index) => ops.channel(image, { index })))
  const data = { space: 'data', range: null } as const
  let [gap, index]: (ImageValue | undefined)[] = []
  for (const [k, [x, y, z]] of centres.entries()) {
    const square = (v: Parameters<typeof mul>[0]) => mul(v, v)
    const apart = expr((a, b, c) => add(add(square(sub(a, x)), square(sub(b, y))), square(sub(c, z))))
    const here = await ops.pointwise(...planes, { formula: apart, ...data })
    index =
      gap && index
        ? await ops.pointwise(here, gap, index, { formula: expr((d, best, i) => select(less(d, best), k, i)), ...data })
        : await ops.pointwise(here, { formula: expr((d) => mul(d, 0)), ...data })
    gap = gap ? await ops.pointwise(here, gap, { formula: expr((d, best) => min(d, best)), ...data }) : here
  }
  if (!index) throw new Error('no centre')
  return index
}

/** The centres in RGB, three numbers each. */
async function coloursOf(ops: Ops, centres: readonly Centre[], space: 'rgb' | 'lab'): Promise<ArrayLike<number>> {
  if (space === 'rgb') return centres.flat()
  const shape = { kind: 'image', height: 1, width: centres.length, channels: 3, space, alpha: false } as const
  const few = (await ops.fromNumbers({ shape, numbers: centres.flat() })) as ImageValue
  return ops.read(await ops.convertColour(few, { to: 'rgb' }), {})
}

/** How much of what is seen got each number. */
async function sharesOf(ops: Ops, index: ImageValue, cover: ImageValue | undefined, entries: number) {
  const seen = expr((i, opacity) => select(greater(opacity, 0), i, Infinity))
  const counted = cover ? await ops.pointwise(index, cover, { formula: seen, range: null }) : index
  const [channel] = await ops.statistics(counted, { bins: entries, range: [-0.5, entries - 0.5] })
  const counts = channel?.histogram ?? []
  const total = Math.max(
    1,
    counts.reduce((a, b) => a + b, 0),
  )
  return counts.map((count) => count / total)
}

/** A picture of few colours. RGB image (H, W, 3 | 4) in; the same shape, and the colours with their shares, out. */
export const quantise = defineNode({
  type: 'colour/quantise',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Quantise colours',
  alias: 'cv2.kmeans',
  keywords: [
    'k-means',
    'kmeans',
    'cluster',
    'posterise',
    'posterize',
    'palette',
    'reduce colours',
    'segment',
    'quantize',
  ],
  summary: 'Finds the few colours that represent all others best, by k-means, and uses only them.',
  inputs: { image: socket.image({ channels: [3, 4], spaces: ['rgb'] }) },
  params: {
    colours: param.integer({ default: 6, min: 1, max: 32, soft: [2, 16], label: 'Colours', help: 'How many remain.' }),
    space: param.choice({
      default: 'rgb',
      of: ['rgb', 'lab'],
      names: { rgb: 'RGB', lab: 'Lab' },
      label: 'Distance in',
      help: 'In Lab, colours that look alike are near each other.',
    }),
    seed: seedParam,
  },
  outputs: {
    image: socket.image(),
    palette: socket.table({
      help: 'The colours, dark ones first, in bytes, with the share of the pixels that got them.',
    }),
  },
  shape: ({ image }) => ({
    ...(image && { image: pointwiseShape([image], { range: [0, 1] }) }),
    palette: { kind: 'table' },
  }),
  run: async ({ image, colours: count, space, seed }, { ops, work }) => {
    const given = await ops.convertColour(await opaque(ops, image), { to: space })
    const cover = image.alpha ? await coverOf(ops, image) : undefined
    const seen = cover ? await seenColours(ops, await covered(ops, given, cover)) : given
    const numbers = await ops.read(await sampled(ops, seen), {})
    const { centres } = await work(findCentres, { numbers, count, seed })
    const index = await nearest(ops, given, centres)
    const rgb = await coloursOf(ops, centres, space)
    const table = (c: number): readonly number[] =>
      Array.from({ length: Math.max(2, centres.length) }, (_, k) => rgb[3 * Math.min(k, centres.length - 1) + c] ?? 0)
    const entries = Math.max(2, centres.length)
    const made = await ops.lookup(index, {
      ...{ tables: [0, 1, 2].flatMap(table), channels: 3, entries, range: [0, entries - 1], method: 'nearest' },
      ...{ space: 'rgb', outRange: [0, 1] },
    })
    const shares = await sharesOf(ops, index, cover, entries)
    const byte = (k: number, c: number): number => Math.round(255 * (rgb[3 * k + c] ?? 0))
    return {
      image: cover ? await covered(ops, made, cover) : made,
      palette: {
        kind: 'table',
        columns: ['Red', 'Green', 'Blue', 'Share'],
        rows: centres.map((_, k) => [byte(k, 0), byte(k, 1), byte(k, 2), shares[k] ?? 0]),
      },
    }
  },
  explain: {
    idea: 'A few colours are placed among those of the picture. Each pixel joins the nearest, and each colour moves to the middle of its pixels, again and again, until nothing changes.',
    formula: String.raw`\min_{c_1, \dots, c_{\param{colours}{k}}} \sum_p \min_i \lVert I(p) - c_i \rVert^2`,
    reference:
      'S. Lloyd, Least squares quantization in PCM, 1982; D. Arthur and S. Vassilvitskii, k-means++, 2007; OpenCV kmeans. The best of three attempts, found from at most 160 × 160 pixels.',
    code: {
      by: 'space',
      of: {
        rgb: 'cv2.setRNGSeed({seed}); _, labels, centres = cv2.kmeans(image.reshape(-1, 3), {colours}, None, (cv2.TERM_CRITERIA_MAX_ITER, 100, 0), 3, cv2.KMEANS_PP_CENTERS); image = centres[labels.ravel()].reshape(image.shape)',
        lab: 'cv2.setRNGSeed({seed}); lab = cv2.cvtColor(image, cv2.COLOR_RGB2Lab); _, labels, centres = cv2.kmeans(lab.reshape(-1, 3), {colours}, None, (cv2.TERM_CRITERIA_MAX_ITER, 100, 0), 3, cv2.KMEANS_PP_CENTERS); image = cv2.cvtColor(centres[labels.ravel()].reshape(image.shape), cv2.COLOR_Lab2RGB)',
      },
    },
  },
})
