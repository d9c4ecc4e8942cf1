import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { div, expr, round } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, seenColours } from '../alpha.ts'
import { changeLightness, limited, stepsIn, stepTable } from '../equalise.ts'

interface Given {
  readonly clipLimit: number
  readonly columns: number
  readonly rows: number
}

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const

/** One channel. @param seen the same, infinite where nothing is seen */
async function clahed(
  ops: Ops,
  plane: ImageValue,
  seen: ImageValue,
  { clipLimit, columns, rows }: Given,
): Promise<ImageValue> {
  const { width, height } = plane
  // As OpenCV: where one side does not divide, both are extended, by a whole tile if need be.
  const divides = width % columns === 0 && height % rows === 0
  const size = divides
    ? { width, height }
    : { width: width + columns - (width % columns), height: height + rows - (height % rows) }
  const all = divides
    ? seen
    : await ops.warp(seen, { matrix: identity, ...size, method: 'nearest', border: 'reflect101' })
  const tile = { width: size.width / columns, height: size.height / rows }
  const places = Array.from({ length: columns * rows }, (_, i) => ({
    x: (i % columns) * tile.width,
    y: Math.floor(i / columns) * tile.height,
  }))
  const counts = await Promise.all(
    places.map(async (place) => (await stepsIn(ops, await ops.crop(all, { ...place, ...tile })))[0] ?? []),
  )
  // In whole numbers up to 255, so that halves are rounded as OpenCV rounds them.
  const tables = counts.flatMap((one) => limited(one, clipLimit).map((v) => Math.round(255 * v)))
  const how = { ...stepTable([tables]), grid: { columns, rows, ...tile }, outRange: [0, 255] } as const
  const made = await ops.lookup(plane, how)
  return ops.pointwise(made, { formula: expr((v) => div(round(v), 255)), range: [0, 1] })
}

/** Contrast limited adaptive histogram equalisation, in 256 steps. Image (H, W, C) of 0..1 in, the same shape out. */
export const clahe = defineNode({
  type: 'colour/clahe',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'CLAHE',
  alias: 'cv2.createCLAHE',
  keywords: ['adaptive', 'equalize', 'equalise', 'histogram', 'local contrast', 'enhance', 'haze', 'medical'],
  summary: 'Evens out the histogram place by place, without blowing up noise.',
  inputs: { image: socket.image({ spaces: ['gray', 'rgb', 'bgr'] }) },
  params: {
    clipLimit: param.number({
      default: 2,
      min: 0,
      max: 1000,
      soft: [0, 10],
      step: 0.1,
      label: 'Clip limit',
      help: 'No tone of a tile counts as more than this many times the average one; 0 sets no limit.',
    }),
    columns: param.integer({
      default: 8,
      min: 1,
      max: 32,
      soft: [1, 16],
      label: 'Tiles across',
      help: 'Into how many tiles the width is cut.',
    }),
    rows: param.integer({
      default: 8,
      min: 1,
      max: 32,
      soft: [1, 16],
      label: 'Tiles down',
      help: 'Into how many tiles the height is cut.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image }) => (image ? { image: pointwiseShape([image], { range: [0, 1] }) } : {}),
  run: async ({ image, ...given }, { ops }) => {
    const cover = image.alpha ? await coverOf(ops, image) : undefined
    return {
      image: await changeLightness(ops, image, async (plane) =>
        clahed(ops, plane, cover ? await seenColours(ops, await covered(ops, plane, cover)) : plane, given),
      ),
    }
  },
  explain: {
    idea: 'Each tile of the picture gets an equalising curve of its own, which may not become too steep; every pixel mixes the curves of the four tiles around it, so no edges show.',
    formula: String.raw`y = \sum_{t \in \text{4 tiles}} w_t\, T_t(x), \qquad T_t(x) = \frac{1}{N_t} \sum_{v \le x} \min\!\left(h_t(v),\ \frac{\param{clipLimit}{c}\, N_t}{256}\right) + \text{an even share of the rest}`,
    reference:
      'K. Zuiderveld, Contrast Limited Adaptive Histogram Equalization, 1994; OpenCV CLAHE, of colour pictures on the Y of YCrCb. In 256 steps.',
    code: 'image = cv2.createCLAHE({clipLimit}, ({columns}, {rows})).apply(np.uint8(np.rint(255 * image))) / 255  # of a gray picture',
  },
})
