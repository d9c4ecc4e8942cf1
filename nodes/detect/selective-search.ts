import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import type { Pixels } from '../felzenszwalb.ts'
import { selectiveWork } from './selective-search.work.ts'

/** A few seconds of work. */
const mostPixels = 4_000_000

const every = { colour: true, texture: true, size: true, fill: true } as const
/** The paper's strategies: one, and those of its "fast" mode. */
const modes = {
  single: { spaces: ['hsv'], similarities: [every] },
  fast: { spaces: ['hsv', 'lab'], similarities: [every, { ...every, colour: false }] },
} as const

/** Where each channel begins, and how long it is. */
const ranges = {
  hsv: [
    [0, 360],
    [0, 1],
    [0, 1],
  ],
  lab: [
    [0, 100],
    [-128, 256],
    [-128, 256],
  ],
} as const

/**
 * Boxes that may hold something, of any class. Image (H, W, 3) RGB in; boxes (N) out, the likeliest first, with scores that fall
 * evenly from 1 by their place in the list, and the number of regions that it began with.
 */
export const selectiveSearch = defineNode({
  type: 'detect/selective-search',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Selective search',
  alias: 'cv2.ximgproc.segmentation',
  keywords: ['R-CNN', 'proposals', 'region proposals', 'Uijlings', 'objectness', 'hierarchical grouping', 'candidates'],
  summary: 'Proposes boxes by joining similar regions, from the smallest to the whole picture.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  params: {
    mode: param.choice({
      default: 'fast',
      of: ['fast', 'single'],
      names: { fast: 'Fast (8 strategies)', single: 'One strategy' },
      label: 'Mode',
      help: 'Fast: HSV and Lab, two scales, with and without colour. One: HSV, the larger scale, all similarities.',
    }),
    scale: param.number({
      default: 100,
      min: 10,
      max: 1000,
      soft: [50, 300],
      label: 'Scale',
      help: 'Of the segmentation that it begins with. The fast mode takes half of it, too.',
    }),
    least: param.integer({
      default: 20,
      min: 1,
      max: 10_000,
      soft: [1, 100],
      label: 'Least side',
      help: 'Narrower boxes are left out, in pixels.',
    }),
    count: param.integer({
      default: 2000,
      min: 1,
      max: 20_000,
      soft: [1, 3000],
      label: 'At most',
      help: 'The most boxes returned. R-CNN looks at 2,000.',
    }),
    seed: param.integer({
      default: 1,
      min: 0,
      max: 2 ** 31 - 1,
      soft: [0, 100],
      label: 'Seed',
      help: 'The order has some chance in it, so that large boxes are not always first.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }), regions: socket.number({ help: 'Regions at the beginning.' }) },
  shape: ({ image }) => ({
    ...(image && { boxes: { kind: 'boxes', width: image.width, height: image.height } }),
    regions: { kind: 'number' },
  }),
  run: async ({ image, mode, scale, least, count, seed }, { ops, work }) => {
    const { width, height } = image
    if (width * height > mostPixels)
      throw new SightlineError('op.unsupported', {
        op: 'Selective search',
        given: `a picture of ${width} × ${height}`,
        wanted: `at most ${mostPixels / 1e6} megapixels: make it smaller first (500 pixels are usual)`,
      })
    const { spaces, similarities } = modes[mode]
    const pictures: Pixels[] = []
    for (const space of spaces) {
      const numbers = await ops.read((await ops.convertColour(image, { to: space })) as ImageValue, {})
      const made = Float64Array.from(numbers, (v, i) => {
        const [from, length] = ranges[space][i % 3] ?? [0, 1]
        return (v - from) / length
      })
      pictures.push({ width, height, channels: 3, numbers: made })
    }
    const scales = mode === 'fast' ? [scale / 2, scale] : [scale]
    const made = await work(selectiveWork, { pictures, scales, similarities, seed, least })
    const boxes = made.boxes.subarray(0, 4 * count)
    const n = boxes.length / 4
    const candidates = {
      boxes,
      scores: Array.from({ length: n }, (_, i) => 1 - i / n),
      classes: new Int32Array(n),
    }
    return {
      boxes: await boxesFrom(candidates, { width, height, names: ['proposal'] }, ops),
      regions: { kind: 'number', value: made.regions },
    }
  },
  explain: {
    idea: 'The picture is divided into small regions. The two neighbours that look most alike are joined, again and again, until one region is left. The box around each region on the way may hold a thing.',
    formula: String.raw`s(r_i, r_j) = s_{\text{colour}} + s_{\text{texture}} + s_{\text{size}} + s_{\text{fill}}`,
    reference:
      'Uijlings et al., "Selective Search for Object Recognition", IJCV 2013, algorithm 1 and equations 1 to 6; R-CNN (Girshick et al. 2014); chapter 6.3.',
    code: 'search = cv2.ximgproc.segmentation.createSelectiveSearchSegmentation(); search.setBaseImage(image); search.switchToSelectiveSearchFast(); boxes = search.process()[:{count}]',
  },
})
