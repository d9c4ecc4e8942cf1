import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { premultiplied } from '../alpha.ts'
import { floodFillWork } from './flood-fill.work.ts'

const place = (label: string, help: string) =>
  param.number({ default: 0, min: 0, max: 65535, step: 1, unit: 'px', label, help })

/** The connected region of similar colour around a point. Image (H, W, C) in; mask (H, W) and its area out. */
export const floodFillNode = defineNode({
  type: 'segment/flood-fill',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Flood fill',
  alias: 'cv2.floodFill',
  keywords: ['magic wand', 'bucket', 'region growing', 'select', 'seed', 'paint', 'connected', 'tolerance'],
  summary: 'Selects the region of similar colour around a point, as a magic wand does.',
  inputs: { image: socket.image() },
  params: {
    x: place('Seed x', 'Where it begins: drag the point on the picture.'),
    y: place('Seed y', 'Counted from the top. Outside the picture the nearest pixel is taken.'),
    lower: param.number({
      default: 0.1,
      min: 0,
      max: 1e6,
      soft: [0, 0.5],
      step: 0.005,
      label: 'Darker by',
      help: 'How much darker a pixel may be, in every channel.',
    }),
    upper: param.number({
      default: 0.1,
      min: 0,
      max: 1e6,
      soft: [0, 0.5],
      step: 0.005,
      label: 'Brighter by',
      help: 'How much brighter a pixel may be, in every channel.',
    }),
    compare: param.choice({
      default: 'seed',
      of: ['seed', 'neighbour'],
      names: { seed: 'With the seed', neighbour: 'With the neighbour' },
      label: 'Compare',
      help: 'With the neighbour it follows slow changes, such as shading, and leaks more easily.',
    }),
    connectivity: param.choice({
      default: '4',
      of: ['4', '8'],
      names: { '4': '4: sides only', '8': '8: corners too' },
      label: 'Connectivity',
      help: 'Whether it flows across corners.',
    }),
  },
  handles: [{ kind: 'point', over: 'image', params: { x: 'x', y: 'y' } }],
  outputs: { mask: socket.mask(), area: socket.number({ help: 'How many pixels it has.' }) },
  shape: ({ image }) => ({
    ...(image && { mask: { kind: 'mask', height: image.height, width: image.width } }),
    area: { kind: 'number' },
  }),
  run: async ({ image, x, y, lower, upper, compare, connectivity }, { ops, work }) => {
    const { width, height } = image
    // Fully transparent colours count as black: nobody sees them.
    const seen = await premultiplied(ops, image)
    const numbers = Float32Array.from(await ops.read(seen, {}))
    const within = (v: number, length: number) => Math.min(Math.max(Math.round(v), 0), length - 1)
    const mask = await work(floodFillWork, {
      pixels: { width, height, channels: seen.channels, numbers },
      params: {
        ...{ x: within(x, width), y: within(y, height), lower, upper },
        ...{ fixed: compare === 'seed', eight: connectivity === '8' },
      },
    })
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'] } as const
    const pixels = (await ops.fromNumbers({ shape, numbers: mask })) as TensorValue
    return {
      mask: { kind: 'mask', height, width, pixels },
      area: { kind: 'number', value: mask.reduce((sum, v) => sum + v, 0) },
    }
  },
  explain: {
    idea: 'From the seed the flood spreads to every neighbour whose colour is close enough, and from there on, until nothing more is. What is alike but lies apart stays dry.',
    formula: {
      by: 'compare',
      of: {
        seed: String.raw`p \to q \iff I(s) - \param{lower}{a} \le I(q) \le I(s) + \param{upper}{b}`,
        neighbour: String.raw`p \to q \iff I(p) - \param{lower}{a} \le I(q) \le I(p) + \param{upper}{b}`,
      },
    },
    reference: 'OpenCV floodFill.',
    code: {
      by: 'compare',
      of: {
        seed: 'h, w = image.shape[:2]; mask = np.zeros((h + 2, w + 2), np.uint8); area, *_ = cv2.floodFill(image.copy(), mask, (round({x}), round({y})), 0, ({lower},) * 3, ({upper},) * 3, {connectivity} | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (1 << 8)); mask = mask[1:-1, 1:-1]',
        neighbour:
          'h, w = image.shape[:2]; mask = np.zeros((h + 2, w + 2), np.uint8); area, *_ = cv2.floodFill(image.copy(), mask, (round({x}), round({y})), 0, ({lower},) * 3, ({upper},) * 3, {connectivity} | cv2.FLOODFILL_MASK_ONLY | (1 << 8)); mask = mask[1:-1, 1:-1]',
      },
    },
    words: { connectivity: { 4: '4', 8: '8' } },
  },
})
